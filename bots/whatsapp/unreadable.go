package whatsapp

import (
	"context"
	"sync"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// unreadable are messages that could not be decrypted. The library asks the
// sender's phone for them, and nearly all come again within seconds; of those
// that do not the person is told, for they believe them read. Forgotten with
// the process.
type unreadable struct {
	mu   sync.Mutex
	wait map[string]unread // by key
}

type unread struct {
	info  types.MessageInfo
	since time.Time
}

// unreadableMost is how many are waited for at most.
const unreadableMost = 1000

func (u *unreadable) note(key string, e *events.UndecryptableMessage, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.wait == nil {
		u.wait = map[string]unread{}
	}
	if _, there := u.wait[key]; !there && len(u.wait) < unreadableMost {
		u.wait[key] = unread{e.Info, now}
	}
}

func (u *unreadable) came(key string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.wait, key)
}

// over returns those that did not come since before.
func (u *unreadable) over(before time.Time) []types.MessageInfo {
	u.mu.Lock()
	defer u.mu.Unlock()
	var infos []types.MessageInfo
	for _, w := range u.wait {
		if w.since.Before(before) {
			infos = append(infos, w.info)
		}
	}
	return infos
}

// tellUnreadable has people told, until ctx ends, of messages that nobody can read.
func (l *link) tellUnreadable(ctx context.Context) {
	patience := l.client.timing.unreadable
	tick := time.NewTicker(patience / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, info := range l.unreadable.over(time.Now().Add(-patience)) {
			if l.refuses() {
				break
			}
			env := l.envelope(&info)
			env.Unreadable = true
			accepting, cancel := context.WithTimeout(ctx, acceptWithin)
			err := l.accept(accepting, &info, env, "unreadable")
			cancel()
			if err != nil { // with the next look
				l.client.cfg.Log.Warn("whatsapp: note a message that cannot be read", "error", class(err))
				continue
			}
			l.client.cfg.Log.Warn("whatsapp: a message could not be read, and its sender is told")
			l.unreadable.came(l.key(&info, ""))
		}
	}
}
