package telegram

import (
	"context"
	"strconv"
	"sync"
	"time"

	"kentongan/bots"
)

// Telegram posts messages by chat and presses by person, each one after the
// other and again after a pause where that failed. So a press may overtake what
// its person wrote before: the text comes once more in two seconds, the press on
// the answer to the text before it comes at once. Updates are numbered without
// gaps, which shows when something is still on its way.
const (
	lookBack = 1024 // updates before a press that are asked after
	// settleFor is for those that are being stored right now.
	settleFor, settleEvery = 120 * time.Millisecond, 20 * time.Millisecond
	// holdFor is how long a press waits at most for what it may have overtaken:
	// Telegram tries again at once, after two seconds, after four, after eight, and takes
	// up slowly with a service that was away.
	holdFor = time.Minute
	// watchEvery is how often a press that waits is looked at, and askEvery which
	// of these looks asks the database, too.
	watchEvery, askEvery = 100 * time.Millisecond, 5
)

// arrived remembers the newest updates that were taken in by this process.
type arrived struct {
	mu    sync.Mutex
	known map[int64]bool
	order [4 * lookBack]int64
	next  int
}

func (a *arrived) note(updates []received) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil {
		a.known = make(map[int64]bool, len(a.order))
	}
	for _, u := range updates {
		if u.id == 0 || a.known[u.id] {
			continue
		}
		delete(a.known, a.order[a.next])
		a.order[a.next], a.known[u.id] = u.id, true
		a.next = (a.next + 1) % len(a.order)
	}
}

// before returns which of the updates before id are known: the first is id-1.
func (a *arrived) before(id int64) []bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := make([]bool, lookBack)
	for i := range known {
		known[i] = a.known[id-1-int64(i)]
	}
	return known
}

// gap reports whether one is missing between two that are known, the press
// itself being one of them.
func gap(known []bool) bool {
	missing := false
	for _, k := range known {
		if k && missing {
			return true
		}
		missing = missing || !k
	}
	return false
}

// overtakes reports whether the press that is the update id may have come
// before something with a lower number. It never fails: presses do not wait for
// the answer to this question.
func (c *Channel) overtakes(ctx context.Context, in bots.Ingress, id int64) bool {
	for waited := time.Duration(0); waited < settleFor; waited += settleEvery {
		known := c.arrived.before(id)
		if known[0] && !gap(known) {
			return false
		}
		pause(ctx, settleEvery)
	}
	overtaken, err := c.misses(ctx, in, id)
	return err == nil && overtaken
}

// misses reports whether an update before id is missing in the inbox. Other
// processes take updates in, too, and so did this one before it was started again.
func (c *Channel) misses(ctx context.Context, in bots.Ingress, id int64) (bool, error) {
	known := c.arrived.before(id)
	keys := make([]string, lookBack)
	for i := range keys {
		keys[i] = strconv.FormatInt(id-1-int64(i), 10)
	}
	stored, err := in.Knows(ctx, c, keys...)
	if err != nil {
		return false, err
	}
	for i := range known {
		known[i] = known[i] || stored[i]
	}
	return gap(known), nil
}

// watch releases a press as soon as nothing before it is missing any more. Where
// this process ends before that, the press is done when its time is over.
func (c *Channel) watch(ctx context.Context, in bots.Ingress, press received) {
	ctx, cancel := context.WithTimeout(ctx, holdFor)
	defer cancel()
	for look := 1; ; look++ {
		pause(ctx, watchEvery)
		if ctx.Err() != nil {
			return
		}
		missing := gap(c.arrived.before(press.id))
		if missing && look%askEvery == 0 {
			var err error
			if missing, err = c.misses(ctx, in, press.id); err != nil {
				missing = true
			}
		}
		if missing {
			continue
		}
		if err := in.Release(ctx, c, press.incoming.Key); err != nil && ctx.Err() == nil {
			c.cfg.Log.Warn("release a press", "error", reason(err))
		}
		return
	}
}
