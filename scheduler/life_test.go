package scheduler_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/scheduler"
)

// Three months of an agency's life, March to May 2027 with Lebaran in them, while
// the scheduler runs by cron. What is to come is written down: by domain.md's
// table, by hand, on the decreed calendar.
func TestThreeMonthsOfAnAgency(t *testing.T) {
	address := pgtest.New(t)
	synctest.Test(t, func(t *testing.T) {
		begin := time.Date(2027, 3, 1, 0, 0, 0, 0, wita)
		time.Sleep(time.Until(begin)) // a bubble begins in the year 2000
		cfg, err := register.PoolConfig(address, 6)
		if err != nil {
			t.Fatal(err)
		}
		cfg.MaxConnLifetime, cfg.MaxConnIdleTime, cfg.HealthCheckPeriod = 1e6*time.Hour, 1e6*time.Hour, 1e6*time.Hour
		pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		sealer, err := seal.New(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		w := defaultWorld()
		w.t, w.pool, w.register, w.sealer = t, pool, register.New(pool, sealer), sealer
		w.furnish()
		s := scheduler.New(scheduler.Config{
			Pool: pool, Register: w.register, Rules: w.rules, Teller: hearing{}, Log: slog.New(slog.DiscardHandler), Now: time.Now, Gap: time.Hour,
			// What is due comes with a full hour here, or where somebody acted before. The
			// minute after each shows what came late; the rest would show nothing.
			Spec: "0,1,16,17 * * * *",
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()

		// Officials and reporters act in between, so that no act meets a pass.
		at := func(month time.Month, day, hour int) time.Time {
			now := time.Date(2027, month, day, hour, 15, 30, 0, wita)
			if d := time.Until(now); d > 0 {
				time.Sleep(d)
			} else {
				t.Fatalf("%s is over", now)
			}
			return now
		}
		act := func(id reports.ID, now time.Time, action reports.Action) reports.Report {
			r := w.do(id, now, action)
			switch action {
			case reports.FollowUp, reports.RequestInfo:
				w.heard(id, deadline.ProofBegun(r.Version), now)
			}
			return r
		}
		// Answered before Lebaran, and the reporter stays silent: domain.md's check value.
		now := at(3, 2, 9)
		quiet := w.file(now)
		act(quiet, now, reports.Dispatch)
		// Nobody answers it until the superiors hear of it.
		late := w.file(now)
		act(late, now, reports.Dispatch)
		// Nobody verifies it.
		unseen := w.file(now)
		now = at(3, 3, 10)
		act(quiet, now, reports.FollowUp)
		// Asked for more, and the reporter says nothing.
		now = at(3, 4, 9)
		mute := w.file(now)
		act(mute, now, reports.Dispatch)
		act(mute, at(3, 4, 11), reports.RequestInfo)
		// Verified in time, answered in time, and the reporter says that it is not done.
		now = at(4, 5, 9)
		busy := w.file(now)
		act(busy, at(4, 6, 9), reports.Dispatch)
		act(busy, at(4, 7, 9), reports.FollowUp)
		act(busy, at(4, 12, 9), reports.Reply)
		// Held for four days, and then verified.
		now = at(4, 13, 9)
		held := w.file(now)
		act(held, at(4, 13, 10), reports.Hold)
		act(unseen, at(4, 14, 9), reports.Dispatch)
		act(unseen, at(4, 15, 9), reports.FollowUp)
		act(busy, at(4, 26, 9), reports.FollowUp)
		act(late, at(5, 3, 9), reports.FollowUp)
		act(held, at(5, 4, 9), reports.Archive)
		at(5, 31, 23)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		// Days off besides weekends: 8–15, 25, 26 March; 6, 17–20 May.
		wants := map[reports.ID][]string{
			quiet: {"03-22 00 close warn", "03-30 00 close lapse silence"},
			late: {
				"03-16 08 respond soon", "03-17 08 respond today", "03-18 08 respond late", "03-19 08 respond superior", "03-23 08 respond leader", "03-30 08 respond national",
				"03-31 08 answer soon", "04-01 08 answer today", "04-02 08 answer late", "04-05 08 answer superior", "04-07 08 answer leader", "04-12 08 answer national",
				"05-13 00 close warn", "05-25 00 close lapse silence",
			},
			unseen: {
				"03-04 09 verify soon", "03-05 09 verify today", "03-16 09 verify late", "03-17 09 verify superior", "03-19 09 verify leader", "03-24 09 verify national",
				"04-26 00 close warn", "04-30 00 close lapse silence",
			},
			mute: {
				"03-23 00 complete warn", "03-31 00 complete lapse lapse_ask",
				"04-06 08 respond soon", "04-07 08 respond today", "04-08 08 respond late", "04-09 08 respond superior", "04-13 08 respond leader", "04-16 08 respond national",
				"04-19 08 answer soon", "04-20 08 answer today", "04-21 08 answer late", "04-22 08 answer superior", "04-26 08 answer leader", "04-29 08 answer national",
			},
			busy: {
				"04-16 08 after_reply soon", "04-19 08 after_reply today", "04-20 08 after_reply late", "04-21 08 after_reply superior", "04-23 08 after_reply leader",
				"05-05 00 close warn", "05-12 00 close lapse silence",
			},
			held: {
				"04-17 10 hold lapse release",
				"04-20 09 verify soon", "04-21 09 verify today", "04-22 09 verify late", "04-23 09 verify superior", "04-27 09 verify leader", "04-30 09 verify national",
			},
		}
		for id, want := range wants {
			if got := w.told(id); !slices.Equal(got, want) {
				t.Errorf("of report %d people were told\n%q, want\n%q", id, got, want)
			}
		}
		if states := w.counts(`select state || ' ' || closing, count(*) from reports group by 1`); states["closed silence"] != 4 || states["dispatched "] != 1 || states["archived "] != 1 {
			t.Errorf("the reports are %v", states)
		}
		// Each in its minute: of what ends at no full hour there is one hold.
		if off := w.counts(`select at::text, count(*) from told where extract(minute from at) <> case clock when 'hold' then 16 else 0 end group by 1`); len(off) > 0 {
			t.Errorf("something happened a minute late: %v", off)
		}
		if away := w.counts(`select 'away', count(*) from outages`); away["away"] != 0 {
			t.Errorf("the service was away %d times", away["away"])
		}
		w.inLine()
	})
}
