package whatsapp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/conversation"
)

func TestTheConnectionComesBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hit func(*rig)
		by  State // the state in between; "": it passes too fast to be seen
	}{
		"a cut line":             {hit: func(r *rig) { r.office.Drop() }},
		"a server that restarts": {hit: func(r *rig) { r.office.EndStream(503) }},
		"asked to come again":    {hit: func(r *rig) { r.office.EndStream(515) }},
		"an unknown error":       {hit: func(r *rig) { r.office.EndStream(599) }},
		"replaced":               {hit: func(r *rig) { r.office.Replace() }, by: StateReplaced},
		"refused without a known reason": {hit: func(r *rig) {
			r.server.FailNext(whatsapptest.Failure{Reason: 400}, whatsapptest.Failure{Reason: 418})
			r.office.Drop()
		}, by: StateRefused},
		"out of service": {hit: func(r *rig) {
			r.server.FailNext(whatsapptest.Failure{Reason: 503}, whatsapptest.Failure{Reason: 500})
			r.office.Drop()
		}},
		"refused by HTTP": {hit: func(r *rig) {
			r.server.RefuseConnections(3, 503)
			r.office.Drop()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := paired(t, channeltest.NewWorld(t))
			b := r.online()
			before := r.office.Logins()
			c.hit(r)
			if c.by != "" {
				r.state(r.c, c.by)
			}
			channeltest.Eventually(t, "another login", func() bool { return r.office.Logins() > before && r.office.Online() })
			r.state(r.c, StateConnected)
			siti := r.person("Siti")
			r.confirmed(siti, siti.Text(r.office, "halo"))
			if len(b.all()) != 1 {
				t.Errorf("%d events", len(b.all()))
			}
			if err := r.c.Health(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Whether the next try comes soon or late shows in how many went wrong in a row.
func TestALineThatBreaksIsNoReasonToStayAway(t *testing.T) {
	t.Parallel()
	const breaks = 5
	for name, c := range map[string]struct {
		stand time.Duration // that a connection has to last
		want  int64
	}{
		"after all that waited was taken in":        {0, 1},
		"at once, although it had been taken in":    {time.Hour, breaks},
		"at once, because WhatsApp has no time now": {0, breaks},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := paired(t, channeltest.NewWorld(t))
			r.c.timing.stand = c.stand
			r.online()
			l := r.c.current()
			up := func() bool { return l.caughtUp.Load() && r.c.Status().State == StateConnected }
			channeltest.Eventually(t, "what waited is taken in", up)
			if strings.Contains(name, "no time") {
				r.server.FailNext(slices.Repeat([]whatsapptest.Failure{{Reason: 503}}, breaks-1)...)
				r.office.Drop()
				channeltest.Eventually(t, "it is let in again", func() bool { return r.office.Logins() == 2 && up() })
				if got := l.failures.Load(); got != c.want {
					t.Errorf("%d connections count as gone wrong, want %d", got, c.want)
				}
				return
			}
			for n := range breaks {
				r.office.Drop()
				channeltest.Eventually(t, "it is let in again", func() bool { return r.office.Logins() == n+2 && up() })
			}
			if got := l.failures.Load(); got != c.want {
				t.Errorf("%d connections count as gone wrong, want %d", got, c.want)
			}
		})
	}
}

func TestABanIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	r.office.TemporaryBan(101, 6*time.Hour)
	r.state(r.c, StateBanned)
	s := r.c.Status()
	if left := time.Until(s.Until); left < 5*time.Hour || left > 6*time.Hour {
		t.Errorf("until %s", s.Until)
	}
	if err := r.c.Health(); err == nil || !strings.Contains(err.Error(), "banned") {
		t.Errorf("health %v", err)
	}
	_, err := r.c.Send(t.Context(), r.Address("Siti"), bots.Outgoing{ID: "x", Message: conversation.Message{Text: "x"}})
	var problem *bots.SendError
	if !errors.As(err, &problem) || problem.Problem != bots.RetryLater || problem.Pause < 30*time.Minute {
		t.Errorf("a message meanwhile: %+v", err)
	}
	r.office.Recover()
	r.state(r.c, StateConnected)
}

func TestAnOutdatedClientSaysWhatToDo(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	r.office.ClientOutdated()
	r.state(r.c, StateOutdated)
	if err := r.c.Health(); err == nil || !strings.Contains(err.Error(), "newest release") {
		t.Errorf("health %v", err)
	}
}

func TestAfterBeingUnlinkedItWaitsForAnotherPhone(t *testing.T) {
	t.Parallel()
	for name, unlink := range map[string]func(*rig){
		"while connected": func(r *rig) { r.office.Unlink() },
		"at login": func(r *rig) {
			r.server.FailNext(whatsapptest.Failure{Reason: 403})
			r.office.Drop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := paired(t, channeltest.NewWorld(t))
			b := r.online()
			siti := r.person("Siti")
			r.confirmed(siti, siti.Text(r.office, "satu"))
			unlink(r)
			r.state(r.c, StateLoggedOut)
			channeltest.Eventually(t, "the device is forgotten", func() bool { return r.count(`select count(*) from whatsapp.whatsmeow_device`) == 0 })
			if err := r.c.Health(); err == nil || !strings.Contains(err.Error(), "whatsapp pair") {
				t.Errorf("health %v", err)
			}
			if s, err := r.client().Report(t.Context()); err != nil || s.State != StateLoggedOut {
				t.Errorf("another process is told %+v, %v", s, err)
			}
			r.office.Unlink()
			r.pair()
			r.state(r.c, StateConnected)
			r.confirmed(siti, siti.Text(r.office, "dua"))
			if got := texts(t, r.c, b); got != "satu dua " {
				t.Errorf("came in: %s", got)
			}
			if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), bots.Outgoing{ID: "x", Message: conversation.Message{Text: "Baik"}}); err != nil {
				t.Errorf("an answer afterwards: %v", err)
			}
		})
	}
}

// The library's own intervals are for lines that last.
func init() {
	whatsmeow.KeepAliveIntervalMin, whatsmeow.KeepAliveIntervalMax = 800*time.Millisecond, time.Second
	whatsmeow.KeepAliveResponseDeadline = 2 * time.Second
}

func TestAKeepaliveWithoutAnswerEndsTheConnection(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	before := r.office.Logins()
	r.office.SilenceKeepAlive(true)
	channeltest.Eventually(t, "another login", func() bool { return r.office.Logins() > before })
	r.state(r.c, StateConnected)
}

func TestALockedAccountKeepsItsAnswers(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	r.office.ReachoutTimelock("RESTRICT_ALL_COMPANIONS", time.Now().Add(2*time.Hour))
	r.state(r.c, StateLocked)
	if err := r.c.Health(); err == nil || !strings.Contains(err.Error(), "writing") {
		t.Errorf("health %v", err)
	}
	m := bots.Outgoing{ID: "x", Message: conversation.Message{Text: "Baik"}}
	_, err := r.c.Send(t.Context(), addressOf(siti.LID()), m)
	var problem *bots.SendError
	if !errors.As(err, &problem) || problem.Problem != bots.RetryLater || problem.Pause == 0 {
		t.Errorf("%+v", err)
	}
	r.office.ReachoutTimelock("DEFAULT", time.Now().Add(-time.Second))
	r.state(r.c, StateConnected)
	if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), m); err != nil {
		t.Error(err)
	}
}

func TestSignsOfThePhoneAreKept(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	r.exec(`update whatsapp.accounts set phone_seen_at = now() - interval '11 days'`)
	r.c.status.mu.Lock()
	r.c.status.s.PhoneSeen = time.Now().Add(-11 * 24 * time.Hour)
	r.c.status.mu.Unlock()
	if err := r.c.Health(); err == nil || !strings.Contains(err.Error(), "11 days") {
		t.Errorf("health %v", err)
	}
	r.office.TypesOnPhone(siti, "kami di sini")
	channeltest.Eventually(t, "well again", func() bool { return r.c.Health() == nil })
	channeltest.Eventually(t, "stored", func() bool {
		return r.count(`select count(*) from whatsapp.accounts where phone_seen_at > now() - interval '1 minute'`) == 1
	})
}

func TestWithoutAPhoneItWaitsAndIsWell(t *testing.T) {
	t.Parallel()
	r := newRig(t, channeltest.NewWorld(t))
	b := &box{}
	r.run(r.c, b)
	r.state(r.c, StateUnpaired)
	if err := r.c.Health(); err != nil {
		t.Errorf("a service without WhatsApp is ill: %v", err)
	}
	if s, err := r.client().Report(t.Context()); err != nil || s.State != StateUnpaired {
		t.Errorf("%+v, %v", s, err)
	}
	r.pair()
	r.state(r.c, StateConnected)
}

func TestOtherProcessesAreToldHowItFares(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	stop := r.run(r.c, &box{})
	r.state(r.c, StateConnected)
	other := r.client()
	state := func() State {
		s, err := other.Report(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.State
	}
	channeltest.Eventually(t, "connected", func() bool { return state() == StateConnected })
	r.ahead.Add(int64(time.Hour))
	if s := state(); s != StateIdle {
		t.Errorf("an hour after the last word it is %s", s)
	}
	r.c.noteConnected()
	if s := state(); s != StateConnected {
		t.Errorf("after another word it is %s", s)
	}
	stop()
	if s := state(); s != StateIdle {
		t.Errorf("at the end it is %s", s)
	}
}

func TestThePoolOfKeysIsFilledUp(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	r.office.UseUpKeys(2)
	channeltest.Eventually(t, "new keys", func() bool { return r.office.Keys() > 20 })
}

func TestTheVersionIsAskedFor(t *testing.T) {
	r := newRig(t, channeltest.NewWorld(t))
	r.c.cfg.Transport.AskVersion = true
	r.server.SetRevision(1_999_999_999)
	asked.at = time.Time{}
	t.Cleanup(func() { asked.at = time.Time{} })
	r.c.askVersion(context.Background())
	if v := r.c.Status().Version; v != "2.3000.1999999999" {
		t.Errorf("version %q", v)
	}
}
