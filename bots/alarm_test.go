package bots_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/conversation"
	"kentongan/reports"
)

// ailing is a double that says of its health what it is told to.
type ailing struct {
	*channeltest.Double
	ill *atomic.Pointer[bots.HealthError]
}

func (a ailing) Via() conversation.Via {
	return conversation.Via{Channel: "telegram", Network: "Telegram", MaxFile: 1}
}

func (a ailing) Health() error {
	if ill := a.ill.Load(); ill != nil {
		return ill
	}
	return nil
}

const every = 20 * time.Millisecond

func often(c *bots.Config) { c.HealthEvery = every }

// National admins hear once over another channel that one is in trouble, and
// once that it works again, whichever process serves it.
func TestNationalAdminsHearHowAChannelFares(t *testing.T) {
	w := channeltest.NewWorld(t)
	var clock atomic.Int64
	w.Now = func() time.Time {
		return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC).Add(time.Duration(clock.Load()))
	}
	c := ailing{channeltest.NewDouble("satu"), &atomic.Pointer[bots.HealthError]{}}
	other := channeltest.NewDouble("dua")
	shell, stop := w.StartWith(often, c, other)
	for _, admin := range []struct {
		over *channeltest.Double
		name string
	}{{other, "admin"}, {c.Double, "sesaluran"}} {
		chat := chatOf(t, shell, bots.Channel(admin.over), admin.over, admin.name)
		if err := shell.Catalog().Appoint(t.Context(), reports.PersonID(chat), reports.NationalAdmin, "", w.Now()); err != nil {
			t.Fatal(err)
		}
	}
	heard := func(parts ...string) func() bool {
		return func() bool {
			texts := channeltest.Texts(other, "admin")
			var alarms []string
			for _, text := range texts {
				if strings.Contains(text, "terganggu") || strings.Contains(text, "berjalan lagi") {
					alarms = append(alarms, text)
				}
			}
			if len(alarms) != len(parts) {
				return false
			}
			for i, part := range parts {
				if !strings.Contains(alarms[i], part) {
					return false
				}
			}
			return true
		}
	}
	// What waits for a reporter over the channel stands still for as long as it is ill.
	outages := func(want string) {
		t.Helper()
		var got string
		err := w.Pool.QueryRow(t.Context(), `select coalesce(string_agg(account || ' ' || (until is not null), ', ' order by id), '') from outages`).Scan(&got)
		if err != nil || got != want {
			t.Errorf("the outages are %q, want %q: %v", got, want, err)
		}
	}
	outages("")
	c.ill.Store(&bots.HealthError{Code: "wrong_token", Says: "the token is wrong"})
	channeltest.Eventually(t, "the alarm", heard("menolak token"))
	outages("satu false")
	stop()
	w.StartWith(often, c, other) // another process finds it told
	c.ill.Store(&bots.HealthError{Code: "never heard of", Says: "something else"})
	channeltest.Eventually(t, "another cause", heard("menolak token", "kentongan doctor"))
	outages("satu false") // still the same
	c.ill.Store(nil)
	channeltest.Eventually(t, "the end", heard("menolak token", "kentongan doctor", "berjalan lagi"))
	outages("satu true")
	c.ill.Store(&bots.HealthError{Code: "wrong_token", Says: "the token is wrong"})
	clock.Add(int64(9 * time.Minute))
	time.Sleep(10 * every) // what comes and goes is no news
	if !heard("menolak token", "kentongan doctor", "berjalan lagi")() {
		t.Error("trouble that came and went was told again")
	}
	outages("satu true, satu false") // told or not
	clock.Add(int64(2 * time.Minute))
	channeltest.Eventually(t, "trouble again", heard("menolak token", "kentongan doctor", "berjalan lagi", "menolak token"))
	for _, text := range channeltest.Texts(c, "sesaluran") {
		if strings.Contains(text, "terganggu") {
			t.Error("somebody was told over the channel that is in trouble")
		}
	}
}

// The service itself looks at the calendar.
func TestNationalAdminsHearThatAYearHasNoDecree(t *testing.T) {
	w := channeltest.NewWorld(t)
	w.Now = func() time.Time { return time.Date(2027, 10, 1, 3, 0, 0, 0, time.UTC) }
	c := channeltest.NewDouble("satu")
	shell, _ := w.StartWith(often, c)
	chat := chatOf(t, shell, bots.Channel(c), c, "admin")
	if err := shell.Catalog().Appoint(t.Context(), reports.PersonID(chat), reports.NationalAdmin, "", w.Now()); err != nil {
		t.Fatal(err)
	}
	w.StartWith(often, channeltest.NewDouble("dua")) // another process, whose first look may be the first with an admin
	channeltest.Eventually(t, "the alarm", func() bool {
		texts := channeltest.Texts(c, "admin")
		return len(texts) == 1 && strings.Contains(texts[0], "Hari libur tahun 2028 belum dimuat") &&
			strings.Contains(texts[0], "kentongan holiday import FILE.csv")
	})
}
