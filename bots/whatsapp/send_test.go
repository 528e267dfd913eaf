package whatsapp

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/conversation"
)

func say(id, text string) bots.Outgoing {
	return bots.Outgoing{ID: id, Message: conversation.Message{Text: text}}
}

func problemOf(err error) bots.SendProblem {
	if p, is := errors.AsType[*bots.SendError](err); is {
		return p.Problem
	}
	return ""
}

// greeted returns a rig that is online and a person who wrote.
func greeted(t testing.TB) (*rig, *whatsapptest.Person, bots.Address) {
	t.Helper()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	return r, siti, addressOf(siti.LID())
}

func TestNobodyIsWrittenToWhoDidNotWrite(t *testing.T) {
	t.Parallel()
	r, _, _ := greeted(t)
	budi := r.person("Budi")
	if _, err := r.c.Send(t.Context(), addressOf(budi.LID()), say("x", "Halo")); problemOf(err) != bots.RecipientGone {
		t.Errorf("%v", err)
	}
	r.confirmed(budi, budi.Text(r.office, "halo"))
	if _, err := r.c.Send(t.Context(), addressOf(budi.LID()), say("x", "Halo")); err != nil {
		t.Errorf("after they wrote: %v", err)
	}
	// Who wrote is known to the next process.
	c := r.client()
	if may, _, err := c.mayWrite(t.Context(), r.office.LID().User, addressOf(budi.LID())); !may || err != nil {
		t.Errorf("%t, %v", may, err)
	}
	// Another phone's account starts with nobody.
	if may, _, err := c.mayWrite(t.Context(), "other", addressOf(budi.LID())); may || err != nil {
		t.Errorf("%t, %v", may, err)
	}
}

func TestAMessageInDoubtIsShownOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault func(*rig)
		doubt bool // whether the first try ends in doubt
	}{
		"the line is cut before the word": {func(r *rig) { r.server.CutBeforeAck(1) }, false},
		"the word is dropped":             {func(r *rig) { r.server.DropAcks(1) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, siti, to := greeted(t)
			c.fault(r)
			ctx := r.within(1500 * time.Millisecond)
			_, err := r.c.Send(ctx, to, say("x", "Laporan diterima"))
			if problemOf(err) == bots.Refused || problemOf(err) == bots.RecipientGone || c.doubt && err == nil {
				t.Errorf("the first try: %v", err)
			}
			ref, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima"))
			if err != nil {
				t.Fatal(err)
			}
			if shown := channeltest.Texts(r, "Siti"); !slices.Equal(shown, []string{"Laporan diterima"}) {
				t.Errorf("shown %q", shown)
			}
			if ref != siti.FromBot(r.office)[0].ID {
				t.Errorf("ref %q", ref)
			}
			// And never again once WhatsApp has it.
			copies := siti.FromBot(r.office)[0].Copies
			if _, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima")); err != nil || siti.FromBot(r.office)[0].Copies != copies {
				t.Errorf("%v, sent %d times", err, siti.FromBot(r.office)[0].Copies)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]bots.SendError{
		463: {Problem: bots.RecipientGone},
		429: {Problem: bots.RetryLater, Wait: tooFastPause, Pause: tooFastPause},
		500: {Problem: bots.RetryLater, Wait: brokenWait},
		479: {Problem: bots.Refused},
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			r, siti, to := greeted(t)
			siti.Refuse(code)
			_, err := r.c.Send(t.Context(), to, say("x", "Halo"))
			var got *bots.SendError
			if !errors.As(err, &got) || got.Problem != want.Problem || got.Wait != want.Wait || got.Pause != want.Pause {
				t.Errorf("%+v", err)
			}
			siti.Refuse(0)
			if _, err := r.c.Send(t.Context(), to, say("x", "Halo")); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestATokenOfTrustGoesAlong(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	siti.RequireToken(true)
	if _, err := r.c.Send(t.Context(), to, say("x", "Halo")); problemOf(err) != bots.RecipientGone {
		t.Errorf("without: %v", err)
	}
	siti.GiveToken(r.office)
	if err := r.office.AwaitDrained(r.within(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.c.Send(t.Context(), to, say("y", "Halo")); err != nil {
		t.Errorf("with one: %v", err)
	}
}

func TestEditsWithinTheWindow(t *testing.T) {
	t.Parallel()
	r, _, to := greeted(t)
	ref, err := r.c.Send(t.Context(), to, say("a", "1 berkas"))
	if err != nil {
		t.Fatal(err)
	}
	m := say("b", "2 berkas")
	m.Replaces = ref
	for range 2 {
		if again, err := r.c.Send(t.Context(), to, m); err != nil || again != ref {
			t.Fatalf("%q, %v", again, err)
		}
	}
	shown := r.Shown("Siti")
	if len(shown) != 1 || shown[0].Text != "2 berkas" || !shown[0].Edited {
		t.Errorf("%+v", shown)
	}
	r.Age(editWindow)
	m.ID = "c"
	if _, err := r.c.Send(t.Context(), to, m); problemOf(err) != bots.EditExpired {
		t.Errorf("%v", err)
	}
	m.Replaces = "3EB0000000000000000000"
	if _, err := r.c.Send(t.Context(), to, m); problemOf(err) != bots.EditExpired {
		t.Errorf("of what nobody knows: %v", err)
	}
}

func TestADeviceThatCannotReadGetsTheMessageAgain(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	siti.LoseSession(r.office)
	if _, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima")); err != nil {
		t.Fatal(err)
	}
	awaitText(t, r, siti, "diterima")
	channeltest.Eventually(t, "no device waits", func() bool { return r.count(`select count(*) from whatsapp.retries`) == 0 })
}

// A process that ended between the sending and the question of the device
// answers it from what is stored.
func TestTheNextProcessAnswersADeviceThatCannotRead(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := &box{}
	stop := r.run(r.c, b)
	r.state(r.c, StateConnected)
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "halo"))
	siti.LoseSession(r.office)
	siti.Offline(true)
	if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), say("x", "Laporan diterima")); err != nil {
		t.Fatal(err)
	}
	stop()
	siti.Offline(false)
	r.run(r.client(), b)
	awaitText(t, r, siti, "diterima")
}

func TestACompanionOfAPersonGetsItsOwnCopyAgain(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	companion := siti.Link()
	siti.LoseSession(r.office)
	if _, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima")); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "both devices show it", func() bool {
		for _, device := range []uint16{0, companion} {
			shown := siti.ShownOn(device, r.office)
			if len(shown) == 0 || shown[len(shown)-1].Text != "Laporan diterima" {
				return false
			}
		}
		return true
	})
}

func TestReceiptsAreNoted(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	ref, err := r.c.Send(t.Context(), to, say("x", "Halo"))
	if err != nil {
		t.Fatal(err)
	}
	siti.Read(r.office)
	channeltest.Eventually(t, "receipts", func() bool {
		s, err := r.c.Sent(t.Context(), ref)
		return err == nil && !s.Taken.IsZero() && !s.Delivered.IsZero() && !s.Read.IsZero()
	})
}

func TestTypingIsShownAtOnceAndBeforeEachMessage(t *testing.T) {
	t.Parallel()
	r, _, to := greeted(t)
	if err := r.c.Typing(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "a sign", func() bool { return len(r.office.Typing()) == 1 && r.office.Available() })
	r.c.manners = Manners{Pause: 20 * time.Millisecond, PauseMax: 20 * time.Millisecond}
	if _, err := r.c.Send(t.Context(), to, say("x", "Halo")); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "another", func() bool { return len(r.office.Typing()) == 2 })
}

func TestWhatIsOldIsErased(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	if _, err := r.c.Send(t.Context(), to, say("x", "Halo")); err != nil {
		t.Fatal(err)
	}
	r.confirmed(siti, siti.Text(r.office, "lagi"))
	if r.count(`select count(*) from whatsapp.sent`) != 1 || r.count(`select count(*) from whatsapp.kept`) == 0 {
		t.Fatal("nothing was kept")
	}
	r.Age(keepSent + time.Hour)
	if err := r.c.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := r.count(`select (select count(*) from whatsapp.sent) + (select count(*) from whatsapp.kept) + (select count(*) from whatsapp.heard)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	// Whoever was forgotten and writes again may be written to, by the next process too.
	r.confirmed(siti, siti.Text(r.office, "lagi"))
	if may, _, err := r.client().mayWrite(t.Context(), r.office.LID().User, to); !may || err != nil {
		t.Errorf("%t, %v", may, err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	body := bytes.Repeat([]byte("bukti "), 20_000)
	for name, c := range map[string]struct {
		fault whatsapptest.MediaFault
		lost  bool // the phone has it no more
		want  error
	}{
		"as it was sent":         {},
		"the link is over":       {fault: whatsapptest.MediaFault{Status: 403}},
		"dropped":                {fault: whatsapptest.MediaFault{Status: 404}},
		"gone":                   {fault: whatsapptest.MediaFault{Status: 410}},
		"damaged":                {fault: whatsapptest.MediaFault{Damaged: true}},
		"cut short":              {fault: whatsapptest.MediaFault{Short: true}},
		"a server that hiccups":  {fault: whatsapptest.MediaFault{Status: 503, Times: 1}},
		"gone on the phone, too": {fault: whatsapptest.MediaFault{Status: 404}, lost: true, want: bots.ErrMediaGone},
		"damaged and gone":       {fault: whatsapptest.MediaFault{Damaged: true}, lost: true, want: bots.ErrMediaGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := paired(t, channeltest.NewWorld(t))
			b := r.online()
			siti := r.person("Siti")
			r.office.LosesMedia(c.lost)
			id := siti.Document(r.office, whatsapptest.File{Name: "a.txt", Body: body})
			if c.fault != (whatsapptest.MediaFault{}) {
				siti.SpoilMedia(id, c.fault)
			}
			r.confirmed(siti, id)
			f, err := r.c.Fetch(t.Context(), b.last(t, r.c).Media)
			if c.want != nil {
				if !errors.Is(err, c.want) {
					t.Errorf("%v", err)
				}
				return
			}
			if got := readAll(t, f, err); !bytes.Equal(got, body) {
				t.Errorf("%d bytes, other than the %d sent", len(got), len(body))
			}
		})
	}
}

func TestAFileThatClaimsToBeSmallIsNotTakenWhole(t *testing.T) {
	t.Parallel()
	f := &limitedFile{left: 10}
	if _, err := f.ReadFrom(strings.NewReader("more than ten bytes")); !errors.Is(err, errTooLong) {
		t.Errorf("%v", err)
	}
	r := newRig(t, channeltest.NewWorld(t))
	if _, err := r.c.Fetch(t.Context(), []byte(`{"path":"/x","id":"M","bytes":200000000}`)); !errors.Is(err, bots.ErrMediaTooLarge) {
		t.Errorf("%v", err)
	}
}

// The library answers a device once; where the database fails just then nobody
// would ever read the message.
func TestAnAnswerToADeviceThatFailedIsGivenAgain(t *testing.T) {
	t.Parallel()
	r, siti, to := greeted(t)
	l := r.c.current()
	failed := false
	l.wa.PreRetryCallback = func(e *events.Receipt, id types.MessageID, n int, m *waE2E.Message) bool {
		if !failed {
			failed = true
			r.exec(`alter table whatsapp.whatsmeow_sessions rename to away`)
			time.AfterFunc(200*time.Millisecond, func() { r.certainly(`alter table whatsapp.away rename to whatsmeow_sessions`) })
		}
		return l.beforeRetry(e, id, n, m)
	}
	siti.LoseSession(r.office)
	if _, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima")); err != nil {
		t.Fatal(err)
	}
	awaitText(t, r, siti, "diterima")
	if !failed {
		t.Error("no device asked")
	}
}

// The library sends a message to the other devices where one could not be
// encrypted for, and calls that a success.
func TestAMessageThatLeftItsReaderOutIsSentAgain(t *testing.T) {
	t.Parallel()
	r, _, to := greeted(t)
	r.exec(`alter table whatsapp.whatsmeow_identity_keys rename to away`)
	if _, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima")); err == nil || problemOf(err) == bots.Refused {
		t.Errorf("%v", err)
	}
	r.exec(`alter table whatsapp.away rename to whatsmeow_identity_keys`)
	if _, err := r.c.Send(t.Context(), to, say("x", "Laporan diterima")); err != nil {
		t.Fatal(err)
	}
	if shown := channeltest.Texts(r, "Siti"); !slices.Equal(shown, []string{"Laporan diterima"}) {
		t.Errorf("shown %q", shown)
	}
}
