package bots

import (
	"slices"
	"sync"
	"time"
)

// lane is a queue that one goroutine drains.
type lane struct {
	mu     sync.Mutex
	more   *sync.Cond
	queue  []*work
	kicked map[key]bool // conversations that wait to be looked at, once each
	closed bool
}

func newLane() *lane {
	l := &lane{kicked: map[key]bool{}}
	l.more = sync.NewCond(&l.mu)
	return l
}

// put adds w and reports whether the lane still takes anything.
func (l *lane) put(w *work) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	if w.done == nil {
		if l.kicked[w.key] {
			return true
		}
		l.kicked[w.key] = true
	}
	l.queue = append(l.queue, w)
	l.more.Signal()
	return true
}

// take waits for work and returns at most n pieces of it; nil once the lane is
// closed and empty.
func (l *lane) take(n int) []*work {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) == 0 && !l.closed {
		l.more.Wait()
	}
	if len(l.queue) == 0 {
		return nil
	}
	n = min(n, len(l.queue))
	batch := slices.Clone(l.queue[:n])
	l.queue = slices.Delete(l.queue, 0, n)
	for _, w := range batch {
		if w.done == nil {
			delete(l.kicked, w.key)
		}
	}
	return batch
}

func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.more.Broadcast()
}

// timers wakes conversations whose timer runs out soon without waiting for the
// next poll; forgetting one costs at most that poll's interval.
type timers struct {
	mu   sync.Mutex
	set  map[key]*time.Timer
	done bool
}

func (t *timers) wake(k key, in time.Duration, kick func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old := t.set[k]; old != nil {
		old.Stop()
		delete(t.set, k)
	}
	if t.done || in > watchedWake {
		return
	}
	if t.set == nil {
		t.set = map[key]*time.Timer{}
	}
	var timer *time.Timer
	timer = time.AfterFunc(max(in, 0)+time.Millisecond, func() {
		t.mu.Lock()
		if t.set[k] == timer {
			delete(t.set, k)
		}
		t.mu.Unlock()
		kick()
	})
	t.set[k] = timer
}

func (t *timers) clear(k key) { t.wake(k, watchedWake+1, nil) }

func (t *timers) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = true
	for k, timer := range t.set {
		timer.Stop()
		delete(t.set, k)
	}
}
