package scheduler_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/scheduler"
)

// silent is a report that was followed up on 2026-11-20; if nothing stands in the
// way its reporter is warned on 12-01 and it is closed on 12-07.
func (w *world) silent() (id reports.ID, since int) {
	w.t.Helper()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	id = w.file(at.Add(-2 * time.Hour))
	w.do(id, at.Add(-time.Hour), reports.Dispatch)
	r := w.do(id, at, reports.FollowUp)
	return id, r.Version
}

func dec(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 0, 0, 0, wita) }

func TestNothingIsClosedThatTheReporterCouldNotHear(t *testing.T) {
	followedUp := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	for _, test := range []struct {
		name   string
		happen func(w *world, id reports.ID, since int)
		want   []string // by the evening of 12-16
		why    reports.Closing
	}{
		{"all was heard", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.heard(id, deadline.ProofWarned(since), dec(1, 1))
		}, []string{"12-01 00 close warn", "12-07 00 close lapse silence"}, reports.ClosedBySilence},
		{"the follow-up was not heard", func(*world, reports.ID, int) {}, nil, ""},
		{"the warning was not heard", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
		}, []string{"12-01 00 close warn"}, ""},
		{"the warning was heard two days later", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.heard(id, deadline.ProofWarned(since), dec(4, 10)) // a Friday
		}, []string{"12-01 00 close warn", "12-10 00 close lapse silence"}, reports.ClosedBySilence},
		{"their channel was away for three working days", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.heard(id, deadline.ProofWarned(since), dec(4, 1))
			w.exec(`insert into outages (channel, account, since, until) values ('double', '', $1, $2)`, followedUp.AddDate(0, 0, 3).Add(2*time.Hour), followedUp.AddDate(0, 0, 6))
		}, []string{"12-04 00 close warn", "12-10 00 close lapse silence"}, reports.ClosedBySilence},
		{"another channel was away", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.heard(id, deadline.ProofWarned(since), dec(1, 1))
			w.exec(`insert into outages (channel, account, since) values ('double', 'lain', $1)`, followedUp)
		}, []string{"12-01 00 close warn", "12-07 00 close lapse silence"}, reports.ClosedBySilence},
		{"their channel is still away", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.exec(`insert into outages (channel, account, since) values ('double', '', $1)`, followedUp.Add(time.Hour))
		}, nil, ""},
		{"what they wrote waits for its turn", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.heard(id, deadline.ProofWarned(since), dec(1, 1))
			w.exec(`insert into inbox (id, event_key, channel, account, chat, person, ord, received_at, body) values (1, 'k', 'double', '', $1, 0, 1, now(), 'x')`, int64(reporter))
		}, nil, ""},
		{"a message to them is on its way", func(w *world, id reports.ID, since int) {
			w.heard(id, deadline.ProofBegun(since), followedUp)
			w.exec(`insert into outbox (channel, account, chat, priority, message_id, created_at, body, report) values ('double', '', $1, 0, 'm', now(), 'x', $2)`, int64(reporter), id)
		}, nil, ""},
		{"they cannot be reached, and messages are held for them", func(w *world, id reports.ID, _ int) {
			w.exec(`update identities set unreachable_at = $2 where chat = $1`, int64(reporter), followedUp)
			w.exec(`insert into outbox (channel, account, chat, priority, message_id, created_at, body, report, state) values ('double', '', $1, 0, 'm', now(), 'x', $2, 'held')`, int64(reporter), id)
		}, []string{"12-01 00 close warn", "12-07 00 close lapse silence unreachable"}, reports.ClosedBySilence},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			id, since := w.silent()
			test.happen(w, id, since)
			w.pass(w.scheduler(), followedUp, dec(16, 18))
			got := w.told(id)
			var unreachable bool
			if err := w.pool.QueryRow(t.Context(), `select coalesce(bool_or(unreachable), false) from told`).Scan(&unreachable); err != nil {
				t.Fatal(err)
			}
			if unreachable {
				got[len(got)-1] += " unreachable"
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			r, err := w.register.Report(t.Context(), id)
			if err != nil || r.Closing != test.why {
				t.Errorf("it is %s (%s): %v", r.State, r.Closing, err)
			}
		})
	}
}

// Where nobody looked for days nobody could answer either: the warning's three days
// begin when the service is back, and what was silent meanwhile is not closed at once.
func TestWhileTheServiceIsAwayNobodyIsSilent(t *testing.T) {
	w := newWorld(t)
	s := scheduler.New(scheduler.Config{
		Pool: w.pool, Register: w.register, Rules: w.rules, Teller: hearing{}, Log: slog.New(slog.DiscardHandler), Now: time.Now, Gap: 2 * time.Hour,
	})
	id, since := w.silent()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	w.heard(id, deadline.ProofBegun(since), at)
	w.pass(s, at, dec(2, 9)) // a Wednesday: it was warned of the day before
	w.pass(s, dec(8, 9), dec(16, 18))
	// 12-02 is the eighth day, 12-08 the one on which it goes on; 12-09 is a day like
	// any other, the ninth, 12-10 the tenth.
	want := []string{"12-01 00 close warn", "12-11 00 close lapse silence"}
	if got := w.told(id); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var outages int
	if err := w.pool.QueryRow(t.Context(), `select count(*) from outages where channel = '' and until is not null`).Scan(&outages); err != nil || outages != 1 {
		t.Errorf("%d outages are noted: %v", outages, err)
	}
}
