package telegram

import (
	"context"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// offerCommands puts the commands into the menus of private chats and of
// groups. It is worth a few tries and no more.
func (c *Channel) offerCommands(ctx context.Context) {
	for _, menu := range c.cfg.Commands {
		c.offer(ctx, &models.BotCommandScopeAllPrivateChats{}, menu.Language, menu.List)
		if len(menu.Groups) > 0 {
			c.offer(ctx, &models.BotCommandScopeAllGroupChats{}, menu.Language, menu.Groups)
		}
	}
}

func (c *Channel) offer(ctx context.Context, scope models.BotCommandScope, language string, list []Command) {
	params := &bot.SetMyCommandsParams{Scope: scope, LanguageCode: language}
	for _, line := range list {
		params.Commands = append(params.Commands, models.BotCommand{Command: line.Name, Description: line.Text})
	}
	for try := range 3 {
		if _, err := c.api.SetMyCommands(ctx, params); err == nil || ctx.Err() != nil {
			return
		} else if try == 2 {
			c.cfg.Log.Warn("telegram: the menu of commands could not be set", "error", reason(err))
		}
		pause(ctx, tokenPause)
	}
}
