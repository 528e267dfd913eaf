package bots_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/register"
)

// put writes a message into the outbox as a turn would.
func put(t *testing.T, w *channeltest.World, c bots.Channel, chat int64, id, slot, text string, hold *time.Time) {
	t.Helper()
	body, err := json.Marshal(conversation.Message{Text: text, Slot: slot})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Pool.Exec(t.Context(), `insert into outbox (channel, account, chat, priority, message_id, slot, hold_until, created_at, body)
		values ($1, $2, $3, 0, $4, nullif($5, ''), $6, $7, $8)`,
		c.Name(), c.Account(), chat, id, slot, hold, w.Now(), w.Sealer.Seal(nil, body, "outbox:"+id)); err != nil {
		t.Fatal(err)
	}
}

func chatOf(t *testing.T, shell *bots.Shell, c bots.Channel, n channeltest.Network, person string) int64 {
	t.Helper()
	chat, err := shell.Identities().Resolve(t.Context(), c.Name(), c.Account(), register.Person, string(n.Address(person)), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return chat
}

func TestMessagesOfAChatGoOutInOrderAndAPushHeldForMorningBlocksNone(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	chat := chatOf(t, shell, c, c, "warga")
	var stumbled atomic.Int32
	c.FailWith(func(_ bots.Address, m bots.Outgoing) error {
		if m.Message.Text == "kedua" && stumbled.Add(1) <= 2 {
			return errors.New("connection reset") // the third must wait for it all the same
		}
		return nil
	})
	morning := time.Now().Add(time.Hour)
	put(t, w, c, chat, "a", "", "dini hari", &morning)
	put(t, w, c, chat, "b", "", "pertama", nil)
	put(t, w, c, chat, "c", "", "kedua", nil)
	put(t, w, c, chat, "d", "", "ketiga", nil)
	channeltest.Eventually(t, "three messages", func() bool { return len(channeltest.Texts(c, "warga")) == 3 })
	if got, want := channeltest.Texts(c, "warga"), []string{"pertama", "kedua", "ketiga"}; !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
	channeltest.Eventually(t, "sent bodies are erased", func() bool {
		var bodies int
		if err := w.Pool.QueryRow(t.Context(), `select count(body) from outbox where state = 'sent'`).Scan(&bodies); err != nil {
			t.Fatal(err)
		}
		return bodies == 0
	})
}

func TestASlotIsEditedWithinTheWindowAndSentAnewAfterIt(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	chat := chatOf(t, shell, c, c, "warga")
	put(t, w, c, chat, "a", "bukti.1", "1 berkas", nil)
	channeltest.Eventually(t, "the first count", func() bool { return len(channeltest.Texts(c, "warga")) == 1 })
	put(t, w, c, chat, "b", "bukti.1", "2 berkas", nil)
	channeltest.Eventually(t, "the edited count", func() bool { return slices.Equal(channeltest.Texts(c, "warga"), []string{"2 berkas"}) })
	c.Age(21 * time.Minute)
	put(t, w, c, chat, "c", "bukti.1", "3 berkas", nil)
	channeltest.Eventually(t, "the count sent anew", func() bool {
		return slices.Equal(channeltest.Texts(c, "warga"), []string{"2 berkas", "3 berkas"})
	})
}

func TestSendProblemsHaveTheirConsequences(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	problems := map[string]*bots.SendError{
		"pergi":  {Problem: bots.RecipientGone},
		"tolak":  {Problem: bots.Refused},
		"pindah": {Problem: bots.ChatMoved, NewAddress: c.Address("pindah-baru")},
		"sabar":  {Problem: bots.Throttled, Wait: time.Second},
	}
	var throttled atomic.Int32
	c.FailWith(func(to bots.Address, _ bots.Outgoing) error {
		for person, problem := range problems {
			if to == c.Address(person) && (person != "sabar" || throttled.Add(1) == 1) {
				return problem
			}
		}
		return nil
	})
	chats := map[string]int64{}
	for person := range problems {
		chats[person] = chatOf(t, shell, c, c, person)
		put(t, w, c, chats[person], "m-"+person, "", "Halo.", nil)
	}
	channeltest.Eventually(t, "the throttled message", func() bool { return len(c.Shown("sabar")) == 1 })
	channeltest.Eventually(t, "the moved message", func() bool { return len(c.Shown("pindah-baru")) == 1 })
	state := func(person string) (state string, gone bool) {
		if err := w.Pool.QueryRow(t.Context(), `select o.state, i.unreachable_at is not null from outbox o join identities i using (chat) where chat = $1`,
			chats[person]).Scan(&state, &gone); err != nil {
			t.Fatal(err)
		}
		return state, gone
	}
	channeltest.Eventually(t, "the blocked person is marked", func() bool { s, gone := state("pergi"); return s == "held" && gone })
	channeltest.Eventually(t, "the refused message is given up", func() bool { s, gone := state("tolak"); return s == "failed" && !gone })
}

// What a person who blocked the service was owed is handed over when they write
// again, before the answer; meanwhile nothing is tried.
func TestWhatCouldNotBeDeliveredIsHandedOverAtTheNextMessage(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	var blocked atomic.Bool
	var tries atomic.Int32
	blocked.Store(true)
	c.FailWith(func(bots.Address, bots.Outgoing) error {
		if blocked.Load() {
			tries.Add(1)
			return &bots.SendError{Problem: bots.RecipientGone}
		}
		return nil
	})
	chat := chatOf(t, shell, c, c, "warga")
	held := func(n int) func() bool {
		return func() bool {
			return scalar(t, w, `select count(*) from outbox where state = 'held' and body is not null`) == n
		}
	}
	put(t, w, c, chat, "a", "", "pertama", nil)
	channeltest.Eventually(t, "the first is held", held(1))
	put(t, w, c, chat, "b", "", "kedua", nil)
	channeltest.Eventually(t, "the second is held", held(2))
	if n := tries.Load(); n != 1 {
		t.Errorf("%d tries to write to somebody who is gone", n)
	}
	blocked.Store(false)
	c.say(t, shell.Ingress(), "warga", "1", "/bantuan", "")
	channeltest.Eventually(t, "all of it", func() bool {
		texts := channeltest.Texts(c, "warga")
		return len(texts) == 3 && texts[0] == "pertama" && texts[1] == "kedua"
	})
}

// restrictedWords is what no group may ever read.
const restrictedWords = "oknum minta uang"

func TestCardsGoToTheAdminGroupAndRestrictedOnesToTheNamedAdminOnly(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	file := func(person, story string, private bool) {
		t.Helper()
		c.say(t, shell.Ingress(), person, "1", story, "Setuju")
		before := len(channeltest.Texts(c, person))
		next := func(id, text string) {
			t.Helper()
			if err := c.deliver(t.Context(), shell.Ingress(), person, id, text); err != nil {
				t.Fatal(err)
			}
			channeltest.Eventually(t, "an answer to "+text, func() bool { return len(channeltest.Texts(c, person)) > before })
			before = len(channeltest.Texts(c, person))
		}
		next("2", "Setuju")
		if private {
			next("3", "Ya")
		}
		for i := range 3 {
			next(fmt.Sprintf("l%d", i), "Lewati")
		}
		next("9", "Kirim")
	}
	// Nobody is there yet: the report waits, and no date is promised.
	file("awal", "Jalan desa rusak berat.", false)
	receipt := channeltest.Texts(c, "awal")
	if last := receipt[len(receipt)-1]; strings.Contains(last, "paling lambat") {
		t.Errorf("a date is promised that nobody keeps: %q", last)
	}
	var unshown int
	if err := w.Pool.QueryRow(t.Context(), `select count(*) from unshown`).Scan(&unshown); err != nil || unshown != 1 {
		t.Fatalf("%d reports wait for a reader, %v", unshown, err)
	}

	group, err := shell.Identities().Resolve(t.Context(), c.Name(), c.Account(), register.Group, string(c.Address("grup-admin")), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	admin := chatOf(t, shell, c, c, "admin-nasional")
	if err := shell.Catalog().BindGroup(t.Context(), group, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := shell.Catalog().Appoint(t.Context(), reports.PersonID(admin), reports.NationalAdmin, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the waiting report finds its reader", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "grup-admin"), "\n"), "Jalan desa")
	})
	file("biasa", "Lampu jalan mati sejak lama, seorang warga jatuh karena gelap.", false)
	file("rahasia", "Ada "+restrictedWords+" di kantor, petugas loket minta 200 ribu untuk satu surat.", true)
	channeltest.Eventually(t, "the open report in the group", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "grup-admin"), "\n"), "Lampu jalan")
	})
	channeltest.Eventually(t, "the restricted report in private", func() bool {
		return strings.Contains(strings.Join(channeltest.Texts(c, "admin-nasional"), "\n"), restrictedWords)
	})
	if seen := strings.Join(channeltest.Texts(c, "grup-admin"), "\n"); strings.Contains(seen, restrictedWords) || strings.Count(seen, "KTG-") != 2 {
		t.Errorf("the group sees %q", seen)
	}
	if seen := strings.Join(channeltest.Texts(c, "admin-nasional"), "\n"); strings.Contains(seen, "Lampu jalan") {
		t.Errorf("the named admin is bothered with what the group has: %q", seen)
	}
}

// A report that becomes restricted after its card stood in a group: the group
// loses sight of it, and the named admin gets it in private.
func TestACardIsTakenBackWhenItsReportBecomesRestricted(t *testing.T) {
	w := channeltest.NewWorld(t)
	c := crowd{channeltest.NewDouble("satu")}
	shell, _ := w.Start(c)
	group, err := shell.Identities().Resolve(t.Context(), c.Name(), c.Account(), register.Group, string(c.Address("grup-admin")), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Catalog().BindGroup(t.Context(), group, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	admin := reports.PersonID(chatOf(t, shell, c, c, "admin-nasional"))
	if err := shell.Catalog().Appoint(t.Context(), admin, reports.NationalAdmin, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	c.say(t, shell.Ingress(), "warga", "1", "Kepala kantor tidak pernah masuk.", "Setuju")
	c.say(t, shell.Ingress(), "warga", "2", "Setuju", "Di mana")
	for i := range 3 {
		before := len(channeltest.Texts(c, "warga"))
		if err := c.deliver(t.Context(), shell.Ingress(), "warga", fmt.Sprintf("l%d", i), "Lewati"); err != nil {
			t.Fatal(err)
		}
		channeltest.Eventually(t, "the next question", func() bool { return len(channeltest.Texts(c, "warga")) > before })
	}
	c.say(t, shell.Ingress(), "warga", "k", "Kirim", "KTG-")
	seen := func(who string) string { return strings.Join(channeltest.Texts(c, who), "\n") }
	channeltest.Eventually(t, "the card", func() bool { return strings.Contains(seen("grup-admin"), "tidak pernah masuk") })

	filed := filedReports(t, shell)[0]
	mark := reports.Change{Action: reports.MarkOversight, Actor: reports.Actor{Kind: reports.ByAdmin, Person: admin}, At: time.Now()}
	if _, err := shell.Register().Change(t.Context(), shell.Rules(), filed.ID, filed.Version, mark); err != nil {
		t.Fatal(err)
	}
	channeltest.Eventually(t, "the named admin has it", func() bool { return strings.Contains(seen("admin-nasional"), "tidak pernah masuk") })
	channeltest.Eventually(t, "the group has it no longer", func() bool { return !strings.Contains(seen("grup-admin"), "tidak pernah masuk") })
	if n := len(c.Shown("grup-admin")); n != 1 || strings.Contains(seen("grup-admin"), "KTG-") {
		t.Errorf("the group sees %q in %d messages", seen("grup-admin"), n)
	}
}
