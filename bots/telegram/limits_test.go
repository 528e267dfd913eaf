package telegram_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/reports"
	"kentongan/reports/evidence"
	"kentongan/reports/register"
)

// pace is how much faster than in life time passes here, KENTONGAN_PACE or 20. What
// polls, statements and leases of the service take is not sped up, so that it counts
// so many times.
var pace = func() float64 {
	if n, err := strconv.Atoi(os.Getenv("KENTONGAN_PACE")); err == nil && n > 0 {
		return float64(n)
	}
	return 20
}()

// busyDesk is a desk under Telegram's limits, with reports that others file and
// work on beside it.
type busyDesk struct {
	*deskOf
	now      func() time.Time
	reporter reports.PersonID
	photo    evidence.Stored
	from     time.Time
}

func newBusyDesk(t *testing.T) *busyDesk {
	t.Helper()
	start := time.Now()
	now := func() time.Time { return start.Add(time.Duration(float64(time.Since(start)) * pace)) }
	w := channeltest.NewWorld(t)
	w.Now, w.Network = now, now
	s := telegramtest.Start(t, telegramtest.Options{Scale: 0.05, Clock: now})
	d := &busyDesk{now: now, deskOf: newDeskIn(t, w, s, func(s *telegramtest.Server) *telegramtest.Group { return s.Supergroup(-100902, "PUPR") })}
	var err error
	var reporter int64
	if reporter, err = d.shell.Identities().Resolve(t.Context(), "telegram", strconv.FormatInt(d.account(), 10), register.Person, "903", now()); err != nil {
		t.Fatal(err)
	}
	d.reporter = reports.PersonID(reporter)
	if d.photo, err = w.Vault.Put(t.Context(), bytes.NewReader(spiked(t)), evidence.Limits{Bytes: 1 << 20}); err != nil {
		t.Fatal(err)
	}
	s.SetLimits(telegramtest.RealLimits)
	d.from = now()
	return d
}

func (d *deskOf) account() (id int64) {
	d.t.Helper()
	if err := d.w.Pool.QueryRow(d.t.Context(), `select account::bigint from identities limit 1`).Scan(&id); err != nil {
		d.t.Fatal(err)
	}
	return id
}

// event is something that happens to a report after a while.
type event struct {
	after  time.Duration
	report int
	action reports.Action // empty: it is filed
	by     reports.ActorKind
}

// life is what becomes of a report, from when it is filed.
func life(n int, filed time.Duration, between func() time.Duration) []event {
	list := []event{{after: filed, report: n}}
	at := filed
	for _, step := range []struct {
		action reports.Action
		by     reports.ActorKind
	}{
		{reports.Dispatch, reports.ByAdmin},
		{reports.Claim, reports.ByLiaison},
		{reports.FollowUp, reports.ByLiaison},
		{reports.Reply, reports.ByReporter},
		{reports.FollowUp, reports.ByLiaison},
		{reports.Confirm, reports.ByReporter},
	} {
		at += between()
		list = append(list, event{after: at, report: n, action: step.action, by: step.by})
	}
	return list
}

// play has events happen when they are due, and returns how far a card lagged
// behind its report at most.
func (d *busyDesk) play(events []event) (behind time.Duration) {
	d.t.Helper()
	slices.SortStableFunc(events, func(a, b event) int { return int(a.after - b.after) })
	ids := map[int]reports.ID{}
	look := func() {
		if lag := d.lag(); lag > behind {
			behind = lag
		}
	}
	for _, e := range events {
		for d.now().Before(d.from.Add(e.after)) {
			time.Sleep(20 * time.Millisecond) // this is a test of time that passes
			look()
		}
		if e.action == "" {
			ids[e.report] = d.file(e.report)
			continue
		}
		change := reports.Change{Action: e.action, At: d.now(), Actor: reports.Actor{Kind: e.by, Person: 1}}
		if e.by == reports.ByReporter {
			change.Actor.Person = d.reporter
		}
		if e.action == reports.Dispatch {
			change.Agency = "HST-PUPR"
		}
		if _, err := d.shell.Register().Change(d.t.Context(), d.shell.Rules(), ids[e.report], 0, change); err != nil {
			d.t.Fatal(err)
		}
	}
	channeltest.Eventually(d.t, "every card shows the newest", func() bool {
		look()
		return d.lag() == 0
	})
	return behind
}

// lag is for how long a card has not shown what is. What became of a report before
// it was passed on is nothing that the body's card could have shown.
func (d *busyDesk) lag() time.Duration {
	d.t.Helper()
	var since *time.Time
	err := d.w.Pool.QueryRow(d.t.Context(), `select min(h.at) from cards c join groups g on g.chat = c.chat
		join history h on h.report = c.report and h.version > greatest(c.shown, case when g.agency is null then 0 else 1 end)
		where c.shown < c.wanted`).Scan(&since)
	if err != nil {
		d.t.Fatal(err)
	}
	if since == nil {
		return 0
	}
	return max(d.now().Sub(*since), 1)
}

// file files a report with a photo, as a dialogue would have.
func (d *busyDesk) file(n int) reports.ID {
	d.t.Helper()
	reg := d.shell.Register()
	id, err := reg.NextID(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	r := reports.Report{
		ID: id, Version: 1, TrackingID: reports.NewTrackingID(rand.Uint64()), Kind: reports.Complaint, State: reports.Submitted,
		Reporter: d.reporter, Source: "telegram", Chronology: fmt.Sprintf("Jalan nomor %d rusak sejak kemarin.", n), FiledAt: d.now(), Evidence: 1,
	}
	media := int64(1_000_000 + n)
	var b pgx.Batch
	b.Queue(`insert into media (id, channel, account, chat, person, state, sha256, bytes, type, kind, created_at)
		values ($1, 'telegram', $2, $3, 0, 'stored', $4, $5, $6, $7, $8)`, media, fmt.Sprint(d.account()), d.reporter,
		d.photo.SHA256[:], d.photo.Bytes, d.photo.Type, d.photo.Kind, d.now())
	reg.QueueFile(&b, d.shell.Rules(), register.Filing{Report: r, Draft: int64(n), AccessCode: "000000", Files: []int64{media}})
	if err := d.w.Pool.SendBatch(d.t.Context(), &b).Close(); err != nil {
		d.t.Fatal(err)
	}
	return id
}

// holds looks at what the limits of Telegram allowed.
func (d *busyDesk) holds(behind time.Duration) {
	d.t.Helper()
	tried, refused := d.s.Sends()
	d.t.Logf("%d sends and edits in %s, %d of them refused with 429; the oldest card lagged %s behind",
		tried, d.now().Sub(d.from).Round(time.Second), refused, behind.Round(time.Second))
	if refused*100 > tried {
		d.t.Errorf("%d of %d sends were refused", refused, tried)
	}
	if behind > time.Minute {
		d.t.Errorf("a card lagged %s behind", behind)
	}
}

// Eight reports in a minute, all passed on and taken at once, stay within what
// Telegram lets a group have.
func TestEightReportsInAMinute(t *testing.T) {
	d := newBusyDesk(t)
	var events []event
	for n := range 8 {
		events = append(events, life(n, time.Duration(n)*7*time.Second, func() time.Duration { return 40 * time.Second })...)
	}
	d.holds(d.play(events))
}

// Five hundred reports on a working day of eight hours, with eight of them in one
// minute, go to one body. It takes KENTONGAN_DAY, eight hours for a whole one.
func TestADayOfFiveHundredReports(t *testing.T) {
	day, err := time.ParseDuration(os.Getenv("KENTONGAN_DAY"))
	if err != nil {
		day = time.Minute
	}
	count := int(max(1, 500*day/(8*time.Hour)))
	d := newBusyDesk(t)
	random := rand.New(rand.NewPCG(6, 500))
	// Quickest where it counts: officials who answer within minutes make most edits at once.
	between := func() time.Duration { return time.Duration(random.ExpFloat64() * float64(12*time.Minute)) }
	if day < time.Hour {
		between = func() time.Duration { return 10 * time.Second }
	}
	var events []event
	for n := range count {
		events = append(events, life(n, time.Duration(random.Int64N(int64(day))), between)...)
	}
	for n := range 8 {
		events = append(events, life(count+n, day/2+time.Duration(random.Int64N(int64(time.Minute))), between)...)
	}
	d.holds(d.play(events))
}
