package telegram

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/go-telegram/bot/models"

	"kentongan/bots"
)

// record is what is known of a message that was sent, in one part or several.
type record struct {
	refs  []int64 // ids of the parts that arrived, of an album the first
	files []batch // how its files go
	doubt *mark   // the next part may have arrived, sent when this was known; nil: it has not
}

// memory remembers the newest messages by the ids that the shell gave them, so
// that sending one again, because nobody could note that it was sent, shows
// nothing twice. It ends with the process.
type memory struct {
	mu      sync.Mutex
	records map[string]record
	order   []string // a ring
	next    int
}

// memorySize is for some minutes at the highest rate.
const memorySize = 8192

func newMemory() *memory {
	return &memory{records: make(map[string]record, memorySize), order: make([]string, memorySize)}
}

func (m *memory) of(id string) record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records[id]
}

func (m *memory) keep(id string, r record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.records[id]; !there {
		delete(m.records, m.order[m.next])
		m.order[m.next] = id
		m.next = (m.next + 1) % memorySize
	}
	m.records[id] = r
}

// sequence knows which message ids are taken by what. Telegram numbers the
// messages of all private chats and small groups of one account, whoever wrote
// them, in one sequence; a supergroup has its own. That is how messages have
// always been numbered, although no page promises it; nothing is lost where it
// stops being true.
type sequence struct {
	mu     sync.Mutex
	taken  map[int64]bool // the newest ids of the account's sequence
	order  []int64        // a ring
	next   int
	top    int64           // the highest of them
	polled int64           // the highest id of a message that a poll brought
	last   map[int64]int64 // by chat, the highest id
}

const (
	sequenceSize = 8192
	// supergroups begins the ids of chats with a sequence of their own.
	supergroups = -1_000_000_000_000
)

func newSequence() *sequence {
	return &sequence{taken: make(map[int64]bool, sequenceSize), order: make([]int64, sequenceSize), last: map[int64]int64{}}
}

// mark is what was known when a message went out.
type mark struct{ top, last int64 }

func (s *sequence) mark(chat int64) mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return mark{top: s.top, last: s.last[chat]}
}

// heard notes a message that somebody sent.
func (s *sequence) heard(chat, id int64, polled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if polled && chat > supergroups {
		s.polled = max(s.polled, id)
	}
	s.note(chat, id)
}

// ours notes a message that was sent.
func (s *sequence) ours(chat, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(chat, id)
}

func (s *sequence) note(chat, id int64) {
	if len(s.last) > 50_000 {
		clear(s.last) // a hint gets lost, nothing more
	}
	s.last[chat] = max(s.last[chat], id)
	if chat <= supergroups || s.taken[id] || id == 0 {
		return
	}
	delete(s.taken, s.order[s.next])
	s.order[s.next] = id
	s.next = (s.next + 1) % sequenceSize
	s.taken[id] = true
	s.top = max(s.top, id)
}

// maxCandidates is how many messages are looked at at most. Within so many the
// one that is looked for is, unless a great deal happened at the same time.
const maxCandidates = 8

// candidates are the ids that a message may have got that went out at m.
func (s *sequence) candidates(chat int64, m mark) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []int64
	if chat > supergroups && m.top > 0 {
		for id := m.top + 1; id <= max(s.top, m.top)+2 && len(ids) < maxCandidates; id++ {
			if !s.taken[id] {
				ids = append(ids, id)
			}
		}
	}
	if next := m.last + 1; m.last > 0 && next != m.top+1 {
		ids = append(ids, next)
	}
	return ids
}

// isOurs reports whether the message id surely came from the bot: polls bring
// everything that was sent to it in order, and they are past it.
func (s *sequence) isOurs(chat, id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return chat > supergroups && id < s.polled && !s.taken[id]
}

// find looks for a message that may have arrived: it returns its id, or 0
// where it surely or probably has not. The Bot API has no way to read messages;
// but to edit one so that it reads as it should succeeds only where it is the
// bot's and in that chat, and does no harm; of files it is what stands below
// them that is edited. With an error nothing is known yet.
func (c *Channel) find(ctx context.Context, chat int64, msg outgoing, since mark) (int64, error) {
	for _, id := range c.ids.candidates(chat, since) {
		err := c.editMessage(ctx, chat, id, msg)
		var problem *bots.SendError
		switch {
		case err == nil:
			for i := range max(len(msg.files), 1) { // an album is numbered in a row
				c.ids.ours(chat, id+int64(i))
			}
			return id, nil
		case !errors.As(err, &problem):
			return 0, err
		case problem.Problem == bots.EditExpired:
			// A message with a keyboard cannot be edited even where it is ours.
			if fixed(msg.markup) && contains(problem.Err.Error(), "can't be edited") && c.ids.isOurs(chat, id) {
				c.ids.ours(chat, id)
				return id, nil
			}
		case problem.Problem == bots.Refused: // it is something else
		default:
			return 0, err
		}
	}
	return 0, nil
}

// fixed reports whether a message with this markup can never be edited.
func fixed(m models.ReplyMarkup) bool {
	switch m.(type) {
	case *models.ReplyKeyboardMarkup, *models.ReplyKeyboardRemove:
		return true
	}
	return false
}

// keyboards remembers which chats may still have a keyboard of ours open: the
// first message that may takes it away. Such a message can never be edited, so
// no other is sent that way.
type keyboards struct {
	mu    sync.Mutex
	chats map[int64]bool
}

func (k *keyboards) open(chat int64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.chats[chat]
}

// shown notes what a message did to the keyboard.
func (k *keyboards) shown(chat int64, m models.ReplyMarkup) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch m.(type) {
	case *models.ReplyKeyboardMarkup:
		if k.chats == nil || len(k.chats) > 50_000 {
			k.chats = map[int64]bool{} // some keyboards stay until they are used
		}
		k.chats[chat] = true
	case *models.ReplyKeyboardRemove:
		delete(k.chats, chat)
	}
}

// floods notices when Telegram refuses everybody rather than one chat: its
// answer does not say so.
type floods struct {
	mu    sync.Mutex
	chats map[int64]time.Time // refused, until when that counts as recent
	until time.Time
}

const (
	floodRecent = 5 * time.Second
	floodChats  = 3
	// floodPause is how long everybody waits at most: one chat may have to wait for
	// hours, and has its own clock for that.
	floodPause = 30 * time.Second
)

// note notes that chat was refused, and returns how long everybody is to wait.
func (f *floods) note(chat int64, now time.Time, wait time.Duration) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.chats == nil {
		f.chats = map[int64]time.Time{}
	}
	for other, until := range f.chats {
		if !until.After(now) {
			delete(f.chats, other)
		}
	}
	f.chats[chat] = now.Add(floodRecent)
	if len(f.chats) < floodChats {
		return 0
	}
	pause := min(wait, floodPause)
	if until := now.Add(pause); until.After(f.until) {
		f.until = until
	}
	return pause
}

func (f *floods) paused(now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.until.After(now)
}
