package bots

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/seal"
	"kentongan/reports/workday"
)

// newYear is a decree of 2028 with as many days as one has.
func newYear(t *testing.T) workday.Table {
	t.Helper()
	var days []workday.Holiday
	for day := range 16 {
		days = append(days, workday.Holiday{
			Date: workday.NewDate(2028, time.January, 1+day), Kind: workday.PublicHoliday, Name: "Libur", Decree: "SKB",
		})
	}
	table, err := workday.NewTable(days)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// National admins and their groups hear once a month that the next year has no
// decree, from October on, in office hours, however many processes look.
func TestAYearWithoutDecreeIsToldOnceAMonth(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("WIB", 7*3600)
	machine, err := conversation.New(conversation.Config{
		Phrases: phrases.Default(), Holidays: workday.Default(), Zone: zone, Limits: reports.DefaultLimits, Burst: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	catalog := register.NewCatalog(pool, sealer)
	woken := make(chan struct{}, 1000)
	a := &alarms{
		pool: pool, sealer: sealer, machine: func() *conversation.Machine { return machine }, log: slog.New(slog.DiscardHandler),
		wake: func() { woken <- struct{}{} }, missing: catalog.MissingYears,
	}
	const processes = 6
	look := func(day string) {
		t.Helper()
		now, err := time.ParseInLocation("2006-01-02 15:04", day, zone)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range processes {
			wg.Go(func() {
				if err := a.lookAtCalendar(context.WithoutCancel(t.Context()), now); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	told := func(at string, want int) {
		t.Helper()
		var messages, chats int
		err := pool.QueryRow(t.Context(), `select count(*), count(distinct chat) from outbox`).Scan(&messages, &chats)
		if err != nil || messages != 2*want || len(woken) != want || want > 0 && chats != 2 {
			t.Errorf("%s: %d messages to %d chats, woken %d times, %v; want %d times two", at, messages, chats, len(woken), err, want)
		}
	}

	look("2027-09-30 15:00")
	look("2027-10-01 08:00") // there is nobody yet
	told("without admins", 0)
	for chat, kind := range []string{"person", "group", "person"} { // the last is a citizen
		_, err := pool.Exec(t.Context(), `insert into identities (channel, account, kind, address_hash, sealed, created_at)
			values ('double', 'satu', $1, $2, '', now())`, kind, []byte{byte(chat)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := catalog.Appoint(t.Context(), 1, reports.NationalAdmin, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := catalog.BindGroup(t.Context(), 2, "", time.Now()); err != nil {
		t.Fatal(err)
	}

	for _, step := range []struct {
		at   string
		want int
	}{
		{"2027-10-01 07:59", 0},
		{"2027-10-01 16:00", 0},
		{"2027-10-01 08:00", 1},
		{"2027-10-01 15:59", 1},
		{"2027-10-31 08:00", 1},
		{"2027-11-01 08:00", 2},
		{"2027-11-30 15:00", 2},
		{"2027-12-01 08:00", 3},
		{"2028-10-01 08:00", 4}, // by now two years are missing
		{"2028-10-02 08:00", 4},
	} {
		look(step.at)
		told(step.at, step.want)
	}

	if _, err := catalog.ImportHolidays(t.Context(), newYear(t), time.Now()); err != nil {
		t.Fatal(err)
	}
	look("2027-12-02 08:00")
	told("with the decree", 4)
	var code string
	if err := pool.QueryRow(t.Context(), `select code from alarms where channel = 'calendar'`).Scan(&code); err != nil || code != "" {
		t.Errorf("once the decree is there: %q, %v", code, err)
	}
	look("2028-10-02 09:00") // what comes next is told at once
	told("another year", 5)
}
