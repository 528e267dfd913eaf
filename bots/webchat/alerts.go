package webchat

import (
	"context"
	"sync"

	"kentongan/bots"
)

// alerts are the answers to presses, for the requests that brought them: nobody
// else reads those. They are kept in memory, for as long as the request lasts.
// The zero value is ready.
type alerts struct {
	mu      sync.Mutex
	waiting map[string]*alert // by the press's key
}

// alert is what a press was answered with, once.
type alert struct {
	text     string
	answered bool
}

// expect begins to wait for the answers to the presses among events. What it
// returns ends that, and returns those that came; a second call returns none.
func (a *alerts) expect(events []bots.Incoming) (collect func() []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	mine := map[string]*alert{}
	var keys []string
	for _, e := range events {
		if a.waiting[e.Key] != nil {
			continue // another request brought it too, and waits already
		}
		if a.waiting == nil {
			a.waiting = map[string]*alert{}
		}
		keys, mine[e.Key] = append(keys, e.Key), &alert{}
		a.waiting[e.Key] = mine[e.Key]
	}
	return func() []string {
		a.mu.Lock()
		defer a.mu.Unlock()
		var texts []string
		for _, key := range keys {
			if said := mine[key]; said.text != "" {
				texts = append(texts, said.text)
			}
			delete(a.waiting, key)
		}
		keys = nil
		return texts
	}
}

// answer reports nothing: whoever pressed may be gone.
func (a *alerts) answer(press, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if said := a.waiting[press]; said != nil && !said.answered {
		said.text, said.answered = text, true
	}
}

// Answer hands text to the page that pressed the button, with the answer to the
// request that brought the press: nobody else who has the chat open sees it. It
// is lost where that request is over, or came to another process. The error is
// always nil.
func (c *Channel) Answer(_ context.Context, press, text string) error {
	c.alerts.answer(press, text)
	return nil
}
