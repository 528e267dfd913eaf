package telegram

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"kentongan/bots"
)

// Send implements [bots.Channel]. Telegram knows no ids of messages to be sent,
// so this process remembers what it sent under which id, and looks for what may
// have arrived although its answer did not; see [Channel.find].
func (c *Channel) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	chat := chatOf(to)
	parts := layOut(m.Message.Text)
	if chat == 0 || m.ID == "" || len(parts) == 0 {
		return "", &bots.SendError{Problem: bots.Refused, Err: errors.New("no chat of Telegram's, or nothing to send")}
	}
	buttons := markup(m.Message, chat > 0)
	if m.Replaces != "" {
		return c.edit(ctx, chat, m.Replaces, parts, buttons)
	}
	sent := c.sent.of(m.ID)
	for i := len(sent.refs); i < len(parts); i++ {
		msg := outgoing{part: parts[i]}
		if i == len(parts)-1 { // the buttons stand below the end
			msg.markup = buttons
			if buttons == nil && m.Message.Slot == "" && c.keyboards.open(chat) {
				msg.markup = &models.ReplyKeyboardRemove{RemoveKeyboard: true}
			}
		}
		id, err := c.deliver(ctx, chat, msg, &sent)
		c.sent.keep(m.ID, sent)
		if err != nil {
			return "", err
		}
		sent.refs, sent.doubt = append(sent.refs, id), nil
		c.sent.keep(m.ID, sent)
	}
	return strconv.FormatInt(sent.refs[len(sent.refs)-1], 10), nil
}

// outgoing is one call's worth of a message.
type outgoing struct {
	part
	markup models.ReplyMarkup
}

// deliver sends one message, unless it turns out to be there already. In sent
// it notes the doubt that a failure leaves.
func (c *Channel) deliver(ctx context.Context, chat int64, msg outgoing, sent *record) (int64, error) {
	if sent.doubt != nil {
		id, err := c.find(ctx, chat, msg, *sent.doubt)
		if id != 0 || err != nil {
			return id, err
		}
		sent.doubt = nil
	}
	mark := c.ids.mark(chat)
	id, err := c.sendMessage(ctx, chat, msg)
	if err == nil {
		c.ids.ours(chat, id)
		c.keyboards.shown(chat, msg.markup)
		return id, nil
	}
	if errors.As(err, new(unknownError)) && !untouched(err) {
		sent.doubt = &mark
	}
	return 0, err
}

// sendMessage returns the id that the message got.
func (c *Channel) sendMessage(ctx context.Context, chat int64, msg outgoing) (int64, error) {
	params := &bot.SendMessageParams{
		ChatID: chat, Text: msg.text, Entities: msg.bold, ReplyMarkup: msg.markup, LinkPreviewOptions: noPreview,
	}
	answer, err := c.api.SendMessage(ctx, params)
	if unformatted(err) && len(params.Entities) > 0 {
		params.Entities = nil
		answer, err = c.api.SendMessage(ctx, params)
	}
	switch {
	case err == nil:
		return int64(answer.ID), nil
	case executed(err):
		return 0, nil // it is there, with an id that could not be read
	}
	return 0, c.judge(chat, err)
}

// noPreview keeps Telegram from fetching and showing what people link to.
var noPreview = &models.LinkPreviewOptions{IsDisabled: bot.True()}

// unformatted reports whether a message was refused for its formatting only.
func unformatted(err error) bool {
	if !errors.Is(err, bot.ErrorBadRequest) {
		return false
	}
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "parse entities") || strings.Contains(text, "entity_") || strings.Contains(text, "entities")
}

// edit has the message ref read otherwise.
func (c *Channel) edit(ctx context.Context, chat int64, ref string, parts []part, buttons models.ReplyMarkup) (string, error) {
	id, err := strconv.ParseInt(ref, 10, 64)
	_, keyboard := buttons.(*models.ReplyKeyboardMarkup)
	if err != nil || id <= 0 || len(parts) > 1 || keyboard {
		return "", &bots.SendError{Problem: bots.EditExpired}
	}
	if err := c.editMessage(ctx, chat, id, outgoing{part: parts[0], markup: buttons}); err != nil {
		return "", err
	}
	return ref, nil
}

// editMessage makes a message read as msg does. That it does so already is no error.
func (c *Channel) editMessage(ctx context.Context, chat, id int64, msg outgoing) error {
	params := &bot.EditMessageTextParams{
		ChatID: chat, MessageID: int(id), Text: msg.text, Entities: msg.bold, LinkPreviewOptions: noPreview,
	}
	if inline, ok := msg.markup.(*models.InlineKeyboardMarkup); ok {
		params.ReplyMarkup = inline
	}
	_, err := c.api.EditMessageText(ctx, params)
	if unformatted(err) && len(params.Entities) > 0 {
		params.Entities = nil
		_, err = c.api.EditMessageText(ctx, params)
	}
	if err == nil || executed(err) || errors.Is(err, bot.ErrorBadRequest) && strings.Contains(strings.ToLower(err.Error()), "message is not modified") {
		return nil
	}
	return c.judge(chat, err)
}

// Typing implements [bots.Typer].
func (c *Channel) Typing(ctx context.Context, to bots.Address) error {
	chat := chatOf(to)
	if chat == 0 || c.floods.paused(c.cfg.Now()) {
		return nil
	}
	if _, err := c.api.SendChatAction(ctx, &bot.SendChatActionParams{ChatID: chat, Action: models.ChatActionTyping}); err != nil {
		return c.judge(chat, err)
	}
	return nil
}

// offerCommands puts the commands into the menu of private chats. It is worth
// a few tries and no more.
func (c *Channel) offerCommands(ctx context.Context) {
	for _, menu := range c.cfg.Commands {
		params := &bot.SetMyCommandsParams{Scope: &models.BotCommandScopeAllPrivateChats{}, LanguageCode: menu.Language}
		for _, line := range menu.List {
			params.Commands = append(params.Commands, models.BotCommand{Command: line.Name, Description: line.Text})
		}
		for try := range 3 {
			if _, err := c.api.SetMyCommands(ctx, params); err == nil || ctx.Err() != nil {
				break
			} else if try == 2 {
				c.cfg.Log.Warn("telegram: the menu of commands could not be set", "error", reason(err))
			}
			pause(ctx, tokenPause)
		}
	}
}
