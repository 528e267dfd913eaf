package telegram

import (
	"context"
	"errors"
	"strconv"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"kentongan/bots"
)

// Send implements [bots.Channel]. Telegram knows no ids of messages to be sent,
// so this process remembers what it sent under which id, and looks for what may
// have arrived although its answer did not; see [Channel.find].
//
// The text of a message with files stands below the first of them where it has
// no buttons and fits, and otherwise before them; the reference is that of the
// text. Files go in as few albums as their kinds and sizes allow; where there is
// no text the reference names all of them.
func (c *Channel) Send(ctx context.Context, to bots.Address, m bots.Outgoing) (string, error) {
	chat := chatOf(to)
	parts := layOut(m.Message.Text)
	if chat == 0 || m.ID == "" || len(parts)+len(m.Files) == 0 {
		return "", &bots.SendError{Problem: bots.Refused, Err: errors.New("no chat of Telegram's, or nothing to send")}
	}
	buttons := markup(m.Message, chat > 0)
	if m.Replaces != "" {
		if len(m.Files) > 0 || len(parts) == 0 {
			return "", &bots.SendError{Problem: bots.EditExpired}
		}
		return c.edit(ctx, chat, m.Replaces, parts, buttons)
	}
	if oversized(m.Files) {
		return "", &bots.SendError{Problem: bots.TooLarge, Err: errors.New("a file of more than 50 MB")}
	}
	if buttons == nil && m.Message.Slot == "" && c.keyboards.open(chat) {
		buttons = &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	sent := c.sent.of(m.ID)
	if sent.files == nil {
		sent.files = batches(m.Files)
	}
	texts := len(parts)
	if captioned(parts, buttons, m.Files) {
		texts = 0
	}
	for i := len(sent.refs); i < texts+len(sent.files); i++ {
		msg := outgoing{place: placeOf(m)}
		if i > 0 {
			msg.place.answers = 0 // the first says what all of them answer
		}
		if i < len(parts) {
			msg.part = parts[i]
		}
		if i == texts-1 { // the buttons stand below the end
			msg.markup = buttons
		}
		if i >= texts {
			b := sent.files[i-texts]
			msg.files = m.Files[b.from:b.to]
		}
		id, err := c.deliver(ctx, chat, msg, &sent)
		if errors.Is(err, errSpoilt) {
			sent.files = apart(sent.files, i-texts)
			i--
			continue
		}
		c.sent.keep(m.ID, sent)
		if err != nil {
			return "", err
		}
		sent.refs, sent.doubt = append(sent.refs, id), nil
		c.sent.keep(m.ID, sent)
	}
	if texts == 0 && len(parts) == 0 {
		return refOf(sent.refs, sent.files), nil
	}
	return strconv.FormatInt(sent.refs[max(texts, 1)-1], 10), nil
}

// captioned reports whether the text of a message goes below its first file.
func captioned(parts []part, buttons models.ReplyMarkup, files []bots.File) bool {
	return len(files) > 0 && len(parts) == 1 && buttons == nil && units(parts[0].text) <= maxCaption
}

// outgoing is one call's worth of a message.
type outgoing struct {
	part // a caption, where there are files

	markup   models.ReplyMarkup
	place    place
	files    []bots.File // several are an album
	document bool        // the only file goes as it is, whatever it is
}

// deliver sends one message or album, unless it turns out to be there already,
// and returns its first id. In sent it notes the doubt that a failure leaves.
func (c *Channel) deliver(ctx context.Context, chat int64, msg outgoing, sent *record) (int64, error) {
	if sent.doubt != nil {
		id, err := c.find(ctx, chat, msg, *sent.doubt)
		if id != 0 || err != nil {
			return id, err
		}
		sent.doubt = nil
	}
	mark := c.ids.mark(chat)
	ids, err := c.post(ctx, chat, msg)
	if err == nil {
		for _, id := range ids {
			c.ids.ours(chat, id)
		}
		c.keyboards.shown(chat, msg.markup)
		return ids[0], nil
	}
	if errors.As(err, new(unknownError)) && !untouched(err) {
		sent.doubt = &mark
	}
	return 0, err
}

// post makes the call that sends msg, and makes it again without what Telegram
// refuses and people can do without. It returns the ids that the messages got.
func (c *Channel) post(ctx context.Context, chat int64, msg outgoing) ([]int64, error) {
	reopened := false
	for {
		ids, err := c.request(ctx, chat, msg)
		switch {
		case err == nil:
			return ids, nil
		case errors.As(err, new(unreadableError)):
			return nil, err
		case executed(err):
			return []int64{0}, nil // it is there, with an id that could not be read
		case unformatted(err) && len(msg.bold) > 0:
			msg.bold = nil
		case topicClosed(err) && msg.place.topic != 0 && !reopened && c.closeTopic(ctx, chat, msg.place.topic, false) == nil:
			reopened = true
		case (topicClosed(err) || topicGone(err)) && msg.place != place{}:
			msg.place = place{} // an answer would go to the same topic
		case spoilt(err) && len(msg.files) > 1:
			return nil, errSpoilt
		case spoilt(err) && len(msg.files) == 1 && !msg.document && kindOf(msg.files[0]) != kindDocument:
			msg.document = true
		default:
			return nil, c.judge(chat, err)
		}
	}
}

// request makes one call, and returns the library's error.
func (c *Channel) request(ctx context.Context, chat int64, msg outgoing) ([]int64, error) {
	if len(msg.files) > 0 {
		return c.upload(ctx, chat, msg)
	}
	answer, err := c.api.SendMessage(ctx, &bot.SendMessageParams{
		ChatID: chat, MessageThreadID: msg.place.topic, ReplyParameters: msg.place.reply(),
		Text: msg.text, Entities: msg.bold, ReplyMarkup: msg.markup, LinkPreviewOptions: noPreview,
	})
	if err != nil {
		return nil, err
	}
	return []int64{int64(answer.ID)}, nil
}

// noPreview keeps Telegram from fetching and showing what people link to.
var noPreview = &models.LinkPreviewOptions{IsDisabled: bot.True()}

// unformatted reports whether a message was refused for its formatting only.
func unformatted(err error) bool { return refusedFor(err, "entity_", "entities") }

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
	err := c.editText(ctx, chat, id, msg)
	if unformatted(err) && len(msg.bold) > 0 {
		msg.bold = nil
		err = c.editText(ctx, chat, id, msg)
	}
	if err == nil || executed(err) || refusedFor(err, "message is not modified") {
		return nil
	}
	return c.judge(chat, err)
}

// editText makes one call, and returns the library's error.
func (c *Channel) editText(ctx context.Context, chat, id int64, msg outgoing) error {
	if len(msg.files) > 0 {
		_, err := c.api.EditMessageCaption(ctx, &bot.EditMessageCaptionParams{
			ChatID: chat, MessageID: int(id), Caption: msg.text, CaptionEntities: msg.bold,
		})
		return err
	}
	params := &bot.EditMessageTextParams{
		ChatID: chat, MessageID: int(id), Text: msg.text, Entities: msg.bold, LinkPreviewOptions: noPreview,
	}
	if inline, ok := msg.markup.(*models.InlineKeyboardMarkup); ok {
		params.ReplyMarkup = inline
	}
	_, err := c.api.EditMessageText(ctx, params)
	return err
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
