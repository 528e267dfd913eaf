package whatsapptest_test

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"
	"go.mau.fi/whatsmeow/util/keys"

	"kentongan/bots/whatsapp/whatsapptest"
)

func TestAPairedDeviceLogsInWithoutUploadingKeys(t *testing.T) {
	w := newWorld(t)
	await[*events.Connected](w.bot, nil)
	if n := w.account.Keys(); n != 50 {
		t.Errorf("%d keys", n)
	}
	if w.bot.Store.LID.User != w.account.LID().User || w.bot.Store.LID.Device != 1 {
		t.Errorf("the client is %v", w.bot.Store.LID)
	}
}

func TestAnotherNoiseKeyIsLoggedOut(t *testing.T) {
	s := whatsapptest.New(t)
	d, err := s.Account(number).PairedDevice(t.Context(), container(t))
	if err != nil {
		t.Fatal(err)
	}
	d.NoiseKey = keys.NewKeyPair()
	b := connect(t, s, d)
	if e := await[*events.LoggedOut](b, nil); !e.OnConnect || e.Reason != events.ConnectFailureLoggedOut {
		t.Errorf("told %+v", e)
	}
}

func TestFailuresAtConnect(t *testing.T) {
	for _, c := range []struct {
		name string
		fail whatsapptest.Failure
		told func(t *testing.T, b *bot)
	}{
		{"401", whatsapptest.Failure{Reason: 401}, loggedOut(events.ConnectFailureLoggedOut)},
		{"403", whatsapptest.Failure{Reason: 403}, loggedOut(events.ConnectFailureMainDeviceGone)},
		{"406", whatsapptest.Failure{Reason: 406}, loggedOut(events.ConnectFailureUnknownLogout)},
		{"405", whatsapptest.Failure{Reason: 405}, func(t *testing.T, b *bot) { t.Helper(); await[*events.ClientOutdated](b, nil) }},
		{"402", whatsapptest.Failure{Reason: 402, Code: 101, Expire: time.Hour}, func(t *testing.T, b *bot) {
			t.Helper()
			if e := await[*events.TemporaryBan](b, nil); e.Code != events.TempBanSentToTooManyPeople || e.Expire != time.Hour {
				t.Errorf("told %+v", e)
			}
		}},
		{"400", whatsapptest.Failure{Reason: 400, Message: "no"}, func(t *testing.T, b *bot) {
			t.Helper()
			if e := await[*events.ConnectFailure](b, nil); e.Reason != 400 || e.Message != "no" {
				t.Errorf("told %+v", e)
			}
		}},
		{"503", whatsapptest.Failure{Reason: 503}, func(t *testing.T, b *bot) {
			t.Helper()
			await[*events.Disconnected](b, nil)
			await[*events.Connected](b, nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := whatsapptest.New(t)
			d, err := s.Account(number).PairedDevice(t.Context(), container(t))
			if err != nil {
				t.Fatal(err)
			}
			s.FailNext(c.fail)
			c.told(t, connect(t, s, d))
		})
	}
}

func loggedOut(reason events.ConnectFailureReason) func(*testing.T, *bot) {
	return func(t *testing.T, b *bot) {
		t.Helper()
		if e := await[*events.LoggedOut](b, nil); !e.OnConnect || e.Reason != reason {
			t.Errorf("told %+v", e)
		}
	}
}

func TestAccountsCanFailForAWhile(t *testing.T) {
	w := newWorld(t)
	w.account.TemporaryBan(101, time.Minute)
	await[*events.TemporaryBan](w.bot, nil)
	w.account.Recover()
	w.bot.Disconnect()
	if err := w.bot.Connect(); err != nil {
		t.Fatal(err)
	}
	if err := w.account.AwaitOnline(patient(t)); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedConnections(t *testing.T) {
	s := whatsapptest.New(t)
	d, err := s.Account(number).PairedDevice(t.Context(), container(t))
	if err != nil {
		t.Fatal(err)
	}
	s.RefuseConnections(1, 503)
	b := newBot(t, s, d)
	if err := b.Connect(); err == nil {
		t.Error("connected to a server that refuses")
	}
	if err := b.Connect(); err != nil {
		t.Error(err)
	}
}

func TestTheSecondConnectionReplacesTheFirst(t *testing.T) {
	w := newWorld(t)
	second := connect(t, w.Server, w.device)
	await[*events.Connected](second, nil)
	await[*events.StreamReplaced](w.bot, nil)
	if w.account.Logins() != 2 {
		t.Errorf("%d logins", w.account.Logins())
	}
}

func TestStreamErrors(t *testing.T) {
	t.Run("515 has the client come again at once", func(t *testing.T) {
		w := newWorld(t)
		w.account.EndStream(515)
		again(t, w)
	})
	t.Run("503 too", func(t *testing.T) {
		w := newWorld(t)
		w.account.EndStream(503)
		again(t, w)
	})
	t.Run("a cut line too", func(t *testing.T) {
		w := newWorld(t)
		w.account.Drop()
		await[*events.Disconnected](w.bot, nil)
		again(t, w)
	})
	t.Run("replaced", func(t *testing.T) {
		w := newWorld(t)
		w.account.Replace()
		await[*events.StreamReplaced](w.bot, nil)
	})
	t.Run("unlinked while connected", func(t *testing.T) {
		w := newWorld(t)
		w.account.Unlink()
		if e := await[*events.LoggedOut](w.bot, nil); e.OnConnect {
			t.Errorf("told %+v", e)
		}
		eventually(t, "the client to forget its device", func() bool {
			left, err := w.store.GetAllDevices(t.Context())

			return err == nil && len(left) == 0
		})
	})
	t.Run("unlinked while away", func(t *testing.T) {
		w := newWorld(t)
		w.bot.Disconnect()
		w.account.Unlink()
		_ = w.bot.Connect()
		if e := await[*events.LoggedOut](w.bot, nil); !e.OnConnect {
			t.Errorf("told %+v", e)
		}
	})
}

// again waits for a second login that receives.
func again(t *testing.T, w *world) {
	t.Helper()
	if err := w.Await(patient(t), "a second login", func() bool { return w.account.Logins() >= 2 && w.account.Online() }); err != nil {
		t.Fatal(err)
	}
	id := w.siti.Text(w.account, "masih ada?")
	await(w.bot, message(id))
}

func TestLogoutRemovesTheDevice(t *testing.T) {
	w := newWorld(t)
	if err := w.bot.Logout(patient(t)); err != nil {
		t.Fatal(err)
	}
	if d := w.account.Devices(); len(d) != 0 {
		t.Errorf("left: %v", d)
	}
}

func TestSilentKeepAlivesAreNoticed(t *testing.T) {
	w := newWorld(t)
	w.account.SilenceKeepAlive(true)
	await[*events.KeepAliveTimeout](w.bot, nil)
	w.account.SilenceKeepAlive(false)
	await[*events.KeepAliveRestored](w.bot, nil)
}

func TestThePageTellsTheVersion(t *testing.T) {
	s := whatsapptest.New(t)
	s.SetRevision(1_099_999_999)
	v, err := whatsmeow.GetLatestVersion(t.Context(), s.HTTPClient())
	if err != nil || *v != (store.WAVersionContainer{2, 3000, 1_099_999_999}) {
		t.Errorf("%v, %v", v, err)
	}
}

func TestKeysThatRunOutAreReplaced(t *testing.T) {
	w := newWorld(t)
	w.account.UseUpKeys(3)
	if err := w.Await(patient(t), "new keys", func() bool { return w.account.Keys() >= 50 }); err != nil {
		t.Fatal(err)
	}
}
