package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"kentongan/reports/workday"
)

// passer is the scheduler as the demo's clock needs it.
type passer interface {
	// Pass does everything that is due by now.
	Pass(ctx context.Context, now time.Time) error
	// Next is the first instant after now at which something of a report's may
	// fall due; zero: nothing.
	Next(ctx context.Context, now time.Time) (time.Time, error)
}

// settler is the shell as the demo's clock needs it.
type settler interface {
	Settle(ctx context.Context, patience time.Duration) (left int, err error)
	Next(ctx context.Context, after time.Time) (time.Time, error)
}

// Limits of one request to move the clock, and of all together: the calendar and
// the tables of years end somewhere.
const (
	maxAdvance  = 400 * 24 * time.Hour
	maxWorkdays = 250
	maxAhead    = 10 * 366 * 24 * time.Hour
)

const (
	// landingHour is when offices have opened: where a walk of working days ends.
	landingHour = 10
	// settlePatience is how long a walk waits at an instant for what does not
	// move, such as a message to a network that is away. Once it has waited in
	// vain it waits shortly.
	settlePatience, settleHurry = 5 * time.Second, 250 * time.Millisecond
)

// walker moves the demo's clock. It does not jump: it stops at every instant at
// which something falls due, and has that done and sent before it goes on.
type walker struct {
	clock    *clock
	shell    settler
	passes   passer
	calendar func() *workday.Calendar // in force
	zone     *time.Location
	log      *slog.Logger
	life     context.Context // the service's: a walk outlasts the page that asked for it

	mu    sync.Mutex
	until time.Time // where a walk under way is going; zero: there is none
}

// errWalking says that one walk is under way already.
var errWalking = errors.New("the clock is being moved already")

// grant walks to where a wish leads, unless another walk is under way.
func (w *walker) grant(ctx context.Context, wish clockWish) error {
	until, err := w.begin(wish)
	if err != nil {
		return err
	}
	defer func() {
		w.mu.Lock()
		w.until = time.Time{}
		w.mu.Unlock()
	}()
	return w.walk(ctx, until)
}

// begin claims the clock for one walk.
func (w *walker) begin(wish clockWish) (until time.Time, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.until.IsZero() {
		return until, errWalking
	}
	if until, err = w.target(wish, w.clock.Now()); err == nil {
		w.until = until
	}
	return until, err
}

// walk goes to until. Where it is stopped in between the clock stands at the
// last instant that it reached, and whatever was due by then is still done. An
// error of what was done on the way does not stop it; the first is returned.
func (w *walker) walk(ctx context.Context, until time.Time) error {
	patience := settlePatience
	var failed error
	// halt does what is due now, and returns by when that was.
	halt := func() (time.Time, error) {
		now := w.clock.Now()
		if err := w.passes.Pass(ctx, now); err != nil && ctx.Err() == nil {
			w.log.Error("a pass of the scheduler failed while the clock was moved", "error", oneLine(err))
			if failed == nil {
				failed = fmt.Errorf("do what is due: %w", err)
			}
		}
		left, err := w.shell.Settle(ctx, patience)
		if err != nil {
			return now, err
		}
		if left > 0 {
			w.log.Warn("the clock moves on although something does not", "left", left)
			patience = settleHurry
		}
		return now, ctx.Err()
	}
	at, err := halt()
	for err == nil {
		next, e := w.next(ctx, at)
		if e != nil {
			return e
		}
		if next.IsZero() || !next.Before(until) {
			break
		}
		if err = w.clock.moveTo(ctx, next); err == nil {
			at, err = halt()
		}
	}
	if err == nil {
		err = w.clock.moveTo(ctx, until)
	}
	if err == nil {
		_, err = halt()
	}
	if err != nil {
		return err
	}
	return failed
}

// next is the first instant after one at which anything falls due.
func (w *walker) next(ctx context.Context, after time.Time) (time.Time, error) {
	first, err := w.shell.Next(ctx, after)
	if err != nil {
		return first, err
	}
	ofReports, err := w.passes.Next(ctx, after)
	if err != nil {
		return first, fmt.Errorf("look when a report's next instant is: %w", err)
	}
	if first.IsZero() || !ofReports.IsZero() && ofReports.Before(first) {
		first = ofReports
	}
	if !first.IsZero() && !first.After(after) {
		return first, fmt.Errorf("the next instant after %s cannot be %s", after.Format(time.RFC3339), first.Format(time.RFC3339))
	}
	return first, nil
}

// clockWish is what a request to move the clock says: one of both.
type clockWish struct {
	Advance  string `json:"advance"`
	Workdays int    `json:"workdays"`
}

// wishError says what is wrong with a wish, for whoever plays the demo and for
// whoever wrote the program that asked.
type wishError struct{ message, detail string }

func (e wishError) Error() string { return e.detail }

// target is where a wish leads from now.
func (w *walker) target(wish clockWish, now time.Time) (time.Time, error) {
	var until time.Time
	switch {
	case (wish.Advance == "") == (wish.Workdays == 0):
		return until, wishError{"Isi salah satu: lama waktu atau jumlah hari kerja.", `give either "advance", such as "36h", or "workdays", such as 10`}
	case wish.Workdays != 0:
		if wish.Workdays < 0 || wish.Workdays > maxWorkdays {
			return until, wishError{
				fmt.Sprintf("Waktu dapat dimajukan 1 sampai %d hari kerja sekaligus.", maxWorkdays),
				fmt.Sprintf(`"workdays" has to be from 1 to %d`, maxWorkdays),
			}
		}
		day, _ := w.calendar().DueAfter(now, w.zone, wish.Workdays) // a year without a table counts as it does for limits
		y, m, d := day.Time().Date()
		until = time.Date(y, m, d, landingHour, 0, 0, 0, w.zone)
	default:
		by, err := time.ParseDuration(wish.Advance)
		if err != nil || by <= 0 || by > maxAdvance {
			return until, wishError{
				fmt.Sprintf("Waktu hanya dapat dimajukan, paling jauh %d hari sekaligus.", maxAdvance/(24*time.Hour)),
				fmt.Sprintf(`"advance" has to be a time such as "36h" or "90m", above 0 and at most "%dh"`, maxAdvance/time.Hour),
			}
		}
		until = now.Add(by)
	}
	if until.Sub(w.clock.machine()) > maxAhead {
		return until, wishError{
			"Waktu peragaan sudah terlalu jauh di depan. Jalankan demo dengan --fresh untuk mulai dari hari ini.",
			"the clock would be more than ten years ahead: 'kentongan demo --fresh' begins anew",
		}
	}
	return until, nil
}

// clockState is the JSON of where the clock stands, in the demo's zone.
type clockState struct {
	Now  time.Time `json:"now"`
	Zone string    `json:"zone"`
	// Until is where a walk under way is going.
	Until *time.Time `json:"until,omitempty"`
}

// clockProblem is the JSON of every other answer.
type clockProblem struct {
	Error   string    `json:"error"`
	Message string    `json:"message"` // for a person
	Detail  string    `json:"detail"`  // for whoever wrote the request
	Now     time.Time `json:"now"`
}

func (w *walker) state() clockState {
	w.mu.Lock()
	until := w.until
	w.mu.Unlock()
	s := clockState{Now: w.now(), Zone: w.zone.String()}
	if !until.IsZero() {
		s.Until = new(until.In(w.zone))
	}
	return s
}

func (w *walker) now() time.Time { return w.clock.Now().In(w.zone).Truncate(time.Second) }

// get is GET /demo/clock.
func (w *walker) get(rw http.ResponseWriter, _ *http.Request) {
	answerJSON(rw, http.StatusOK, w.state())
}

// move is POST /demo/clock. It answers once everything that fell due on the way
// was done and sent. A client that goes away stops nothing.
func (w *walker) move(rw http.ResponseWriter, r *http.Request) {
	var wish clockWish
	body := json.NewDecoder(io.LimitReader(r.Body, 1<<10))
	body.DisallowUnknownFields()
	err := body.Decode(&wish)
	if err != nil {
		err = wishError{"Permintaan ini tidak dapat dibaca.", `the body has to be {"advance":"36h"} or {"workdays":10}`}
	}
	if err == nil {
		ctx, stop := context.WithCancel(context.WithoutCancel(r.Context()))
		defer stop()
		defer context.AfterFunc(w.life, stop)()
		err = w.grant(ctx, wish)
	}
	var wrong wishError
	switch {
	case err == nil:
		answerJSON(rw, http.StatusOK, w.state())
	case errors.As(err, &wrong):
		answerJSON(rw, http.StatusBadRequest, clockProblem{"bad_request", wrong.message, wrong.detail, w.now()})
	case errors.Is(err, errWalking):
		answerJSON(rw, http.StatusConflict, clockProblem{"walking", "Waktu sedang dimajukan. Tunggu sampai selesai.", err.Error(), w.now()})
	default:
		if w.life.Err() == nil {
			w.log.Error("move the demo's clock", "error", oneLine(err))
		}
		answerJSON(rw, http.StatusInternalServerError, clockProblem{
			"failed", "Belum semua yang jatuh tempo dapat dikerjakan. Catatan di terminal menyebutkan sebabnya.", "the log says what failed", w.now(),
		})
	}
}

func answerJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		return // whoever left does not hear it
	}
}

// movableClock serves the demo's clock.
func (v *service) movableClock(life context.Context, mux *http.ServeMux) {
	w := &walker{
		clock: v.clock, shell: v.shell, passes: v.clocks, zone: v.settings.zone, log: v.log, life: life,
		calendar: func() *workday.Calendar { return v.shell.Rules().Own().Calendar },
	}
	mux.Handle("GET /demo/clock", v.web.Guard(http.HandlerFunc(w.get)))
	mux.Handle("POST /demo/clock", v.web.Guard(http.HandlerFunc(w.move)))
}
