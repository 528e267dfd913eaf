package whatsapp

import (
	"context"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// read is a message that is to be marked as read.
type read struct {
	id           types.MessageID
	chat, sender types.JID
}

// toRead has a message marked as read soon. Where too many wait it is left
// unmarked.
func (l *link) toRead(info *types.MessageInfo) {
	select {
	case l.reads <- read{id: info.ID, chat: info.Chat, sender: info.Sender.ToNonAD()}:
	default:
	}
}

// readGather is how long marks of one burst are gathered into one.
const readGather = 200 * time.Millisecond

// readAll marks messages as read until ctx ends: people see that the service
// has theirs.
func (l *link) readAll(ctx context.Context) {
	for {
		var first read
		select {
		case <-ctx.Done():
			return
		case first = <-l.reads:
		}
		pause(ctx, readGather)
		type who struct{ chat, sender types.JID }
		marks := map[who][]types.MessageID{{first.chat, first.sender}: {first.id}}
		for more := true; more; {
			select {
			case r := <-l.reads:
				k := who{r.chat, r.sender}
				marks[k] = append(marks[k], r.id)
			default:
				more = false
			}
		}
		for k, ids := range marks {
			if !l.wa.IsLoggedIn() {
				continue
			}
			marking, cancel := context.WithTimeout(ctx, answerWithin)
			if err := l.wa.MarkRead(marking, ids, l.client.cfg.Now(), k.chat, k.sender); err != nil && ctx.Err() == nil {
				l.client.cfg.Log.Debug("whatsapp: mark messages as read", "error", class(err))
			}
			cancel()
		}
	}
}
