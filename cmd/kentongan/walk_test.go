package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations/pgtest"
	"kentongan/reports/workday"
)

// route is a scheduler and a shell that have something due at given instants.
type route struct {
	reports, talks []time.Time
	passed         []time.Time // when Pass was called
	settled        []time.Duration
	left           int
	fail           error
	onPass         func(n int)
	mu             sync.Mutex
}

func after(list []time.Time, t time.Time) time.Time {
	for _, at := range list {
		if at.After(t) {
			return at
		}
	}
	return time.Time{}
}

func (r *route) Pass(_ context.Context, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passed = append(r.passed, now)
	if r.onPass != nil {
		r.onPass(len(r.passed))
	}
	return r.fail
}

func (r *route) Next(_ context.Context, now time.Time) (time.Time, error) {
	return after(r.reports, now), nil
}

// talks are the shell's side of a route.
type talks struct{ *route }

func (s talks) Next(_ context.Context, now time.Time) (time.Time, error) {
	return after(s.talks, now), nil
}

func (s talks) Settle(ctx context.Context, patience time.Duration) (int, error) {
	s.settled = append(s.settled, patience)
	return s.left, ctx.Err()
}

// standing is a machine's clock that stands.
var standing = time.Date(2026, 8, 14, 8, 30, 0, 0, time.UTC) // a Friday

func newWalker(t *testing.T, r *route) *walker {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	c, err := openClock(t.Context(), pool, func() time.Time { return standing })
	if err != nil {
		t.Fatal(err)
	}
	return &walker{
		clock: c, shell: talks{r}, passes: r, zone: time.FixedZone("WIB", 7*3600), log: slog.New(slog.DiscardHandler), life: t.Context(),
		calendar: func() *workday.Calendar { return rules(t).Own().Calendar },
	}
}

func hours(list ...int) (times []time.Time) {
	for _, h := range list {
		times = append(times, standing.Add(time.Duration(h)*time.Hour))
	}
	return times
}

func TestAWalkStopsAtEveryInstantOnTheWay(t *testing.T) {
	r := &route{reports: hours(2, 30, 48, 49), talks: hours(1, 30, 31), fail: errors.New("one report is poisoned")}
	w := newWalker(t, r)
	if err := w.walk(t.Context(), standing.Add(48*time.Hour)); err == nil || !strings.Contains(err.Error(), "poisoned") {
		t.Errorf("the error of a pass is lost: %v", err)
	}
	if want := hours(0, 1, 2, 30, 31, 48); !slices.EqualFunc(r.passed, want, near) {
		t.Errorf("passed at %v, want %v", r.passed, want)
	}
	if len(r.settled) != len(r.passed) {
		t.Errorf("settled %d times", len(r.settled))
	}
	again, err := openClock(t.Context(), w.clock.pool, w.clock.machine)
	if err != nil || !near(again.Now(), standing.Add(48*time.Hour)) {
		t.Errorf("after a restart it is %s, %v", again.Now(), err)
	}
	// It never goes back.
	if err := w.clock.moveTo(t.Context(), standing.Add(time.Hour)); err != nil || !near(w.clock.Now(), standing.Add(48*time.Hour)) {
		t.Errorf("it went back to %s, %v", w.clock.Now(), err)
	}
}

// near forgives what the clock is rounded by.
func near(a, b time.Time) bool { return a.Sub(b).Abs() <= 2*time.Microsecond }

func TestAWalkThatIsStoppedStandsAtAnInstant(t *testing.T) {
	r := &route{reports: hours(1, 2, 3)}
	w := newWalker(t, r)
	ctx, stop := context.WithCancel(t.Context())
	r.onPass = func(n int) {
		if n == 3 { // now, the first hour, the second
			stop()
		}
	}
	if err := w.walk(ctx, standing.Add(10*time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("the walk ended with %v", err)
	}
	if !near(w.clock.Now(), standing.Add(2*time.Hour)) {
		t.Errorf("it stands at %s", w.clock.Now())
	}
}

func TestWhatDoesNotMoveHoldsTheClockUpOnce(t *testing.T) {
	r := &route{reports: hours(1, 2, 3), left: 1}
	if err := newWalker(t, r).walk(t.Context(), standing.Add(4*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if want := []time.Duration{settlePatience, settleHurry, settleHurry, settleHurry, settleHurry}; !slices.Equal(r.settled, want) {
		t.Errorf("waited %v, want %v", r.settled, want)
	}
}

func TestAnInstantThatDoesNotGoForwardEndsTheWalk(t *testing.T) {
	w := newWalker(t, &route{})
	w.passes = stuckPasser{}
	if err := w.walk(t.Context(), standing.Add(time.Hour)); err == nil {
		t.Error("it did not notice")
	}
}

type stuckPasser struct{}

func (stuckPasser) Pass(context.Context, time.Time) error { return nil }

func (stuckPasser) Next(_ context.Context, now time.Time) (time.Time, error) { return now, nil }

func TestWorkdaysLandAtTenByTheCalendar(t *testing.T) {
	w := newWalker(t, &route{})
	for _, test := range []struct {
		now  string
		n    int
		want string
	}{
		{"2026-08-14T15:30:00+07:00", 1, "2026-08-18T10:00:00+07:00"}, // over a weekend and Independence Day
		{"2026-08-14T15:30:00+07:00", 2, "2026-08-19T10:00:00+07:00"},
		{"2026-08-15T09:00:00+07:00", 1, "2026-08-18T10:00:00+07:00"}, // from a Saturday
		{"2026-08-18T23:30:00+07:00", 1, "2026-08-19T10:00:00+07:00"}, // less than a day on
		{"2026-08-18T23:30:00Z", 1, "2026-08-20T10:00:00+07:00"},      // in the demo's zone it is the 19th
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.target(clockWish{Workdays: test.n}, now)
		if err != nil || got.Format(time.RFC3339) != test.want {
			t.Errorf("%d after %s: %s, %v, want %s", test.n, test.now, got.Format(time.RFC3339), err, test.want)
		}
	}
	var wrong wishError
	if _, err := w.target(clockWish{Advance: "24h"}, standing.Add(maxAhead)); !errors.As(err, &wrong) || !strings.Contains(wrong.message, "--fresh") {
		t.Errorf("beyond all tables: %v", err)
	}
}

// A second page has to wait; one that goes away stops nothing.
func TestOneWalkAtATimeAndNobodyHasToWaitForIt(t *testing.T) {
	r := &route{reports: hours(1)}
	w := newWalker(t, r)
	reached, goOn := make(chan struct{}), make(chan struct{})
	r.onPass = func(n int) {
		if n == 2 {
			close(reached)
			<-goOn
		}
	}
	gone, leave := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		answer := httptest.NewRecorder()
		w.move(answer, httptest.NewRequestWithContext(gone, http.MethodPost, "/demo/clock", strings.NewReader(`{"advance":"2h"}`)))
		ended <- answer.Code
	}()
	<-reached
	leave()
	second := httptest.NewRecorder()
	w.move(second, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/demo/clock", strings.NewReader(`{"advance":"2h"}`)))
	if second.Code != http.StatusConflict || !strings.Contains(second.Body.String(), "walking") {
		t.Errorf("the second was answered with %d, %s", second.Code, second.Body)
	}
	if s := w.state(); s.Until == nil || !near(*s.Until, standing.Add(2*time.Hour)) {
		t.Errorf("who looks on reads %+v", s)
	}
	close(goOn)
	if status := <-ended; status != http.StatusOK {
		t.Errorf("the first ended with %d", status)
	}
	if s := w.state(); s.Until != nil || !near(s.Now, standing.Add(2*time.Hour)) {
		t.Errorf("afterwards it says %+v", s)
	}
}
