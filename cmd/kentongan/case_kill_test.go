package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/bots/channeltest"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/reports"
	"kentongan/reports/register"
)

// caseOffice is a service on Telegram with the groups of an admin and of a body,
// which keeps topics.
type caseOffice struct {
	t            *testing.T
	c            *console
	server       *telegramtest.Server
	p            *process
	admins, body *telegramtest.Group
	ani, rudi    *clerk
}

// clerk is an official who works on one report at a time, as people do.
type clerk struct {
	*chatter

	mu sync.Mutex
}

func newCaseOffice(t *testing.T) *caseOffice {
	t.Helper()
	o := &caseOffice{t: t, c: newConsole(t), server: telegramtest.Start(t, telegramtest.Options{Scale: 0.3})}
	o.c.environ = append(o.c.environ, "TELEGRAM_BOT_TOKEN="+o.server.Token(), "TELEGRAM_API_URL="+o.server.URL())
	o.c.types(t, 0, "migrate")
	o.c.types(t, 0, "agency", "add", "HST-PUPR", "Dinas PUPR HST", "--zone", "WITA", "--level", "unit")
	o.p = newProcess(t, binary(t), value(o.c.environ, "DATABASE_URL"), value(o.c.environ, "KENTONGAN_DATA_DIR"), o.c.environ[len(o.c.environ)-2:]...)
	o.p.start(t)
	o.ani = &clerk{chatter: &chatter{p: o.server.Person(901, "Ani")}}
	o.rudi = &clerk{chatter: &chatter{p: o.server.Person(902, "Rudi")}}
	o.admins, o.body = o.server.Supergroup(-100901, "Admin"), o.server.Forum(-100902, "PUPR")
	o.invite(o.ani, "national-admin", "")
	o.invite(o.rudi, "liaison", "HST-PUPR")
	o.bind(o.admins, o.ani, "--admin", "grup admin nasional")
	o.bind(o.body, o.rudi, "HST-PUPR", "Dinas PUPR HST")
	o.body.LetBotManageTopics(o.rudi.p, true)
	channeltest.Eventually(t, "the bot may make topics", func() bool {
		return count(t, o.c.pool, `select count(*) from groups where topics = 'allowed'`) == 1
	})
	return o
}

func value(environ []string, name string) string {
	for _, line := range environ {
		if v, is := strings.CutPrefix(line, name+"="); is {
			return v
		}
	}
	return ""
}

func (o *caseOffice) invite(p *clerk, role, agency string) {
	o.t.Helper()
	args := []string{"official", "invite", "--role", role}
	if agency != "" {
		args = append(args, "--agency", agency)
	}
	code, _ := o.c.types(o.t, 0, args...)
	p.p.Start(strings.TrimSpace(code))
	if _, err := p.awaits("terdaftar"); err != nil {
		o.t.Fatal(err)
	}
}

// bind takes the bot into a group by the link that the command prints.
func (o *caseOffice) bind(g *telegramtest.Group, by *clerk, agency, says string) {
	o.t.Helper()
	code, how := o.c.types(o.t, 0, "agency", "code", agency)
	link := "https://t.me/" + o.server.BotUsername() + "?startgroup=" + strings.TrimSpace(code)
	if !strings.Contains(how, link) {
		o.t.Errorf("no link %s in %q", link, how)
	}
	g.AddBotByLink(by.p, strings.TrimSpace(code))
	if _, err := g.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, says) }, time.Minute); err != nil {
		o.t.Fatal(err)
	}
}

// press presses a button of the newest card of a report, once there is one that
// has it.
func (o *caseOffice) press(g *telegramtest.Group, by *clerk, id, label string) error {
	var data string
	m, err := g.Await(func(m telegramtest.Shown) bool {
		if !strings.Contains(m.Text, id) {
			return false
		}
		for _, row := range m.Inline {
			for _, b := range row {
				if b.Text == label {
					data = b.Data
					return true
				}
			}
		}
		return false
	}, time.Minute)
	if err != nil {
		return fmt.Errorf("no card of %s offers %q", id, label)
	}
	by.p.In(g).PressData(m.MessageID, data)
	return nil
}

// both waits for a message in private that has both in it.
func (c *chatter) both(a, b string) error {
	_, err := c.p.Await(func(m telegramtest.Shown) bool { return strings.Contains(m.Text, a) && strings.Contains(m.Text, b) }, time.Minute)
	if err != nil {
		last, _ := c.p.Last()
		return fmt.Errorf("waited in vain for %q with %q; the last was %q", a, b, last.Text)
	}
	return nil
}

// works has an official do something about a report from its card's button on: it
// asks in part for words, shows them in preview, and is confirmed.
func (o *caseOffice) works(g *telegramtest.Group, by *clerk, id, label, part, words, preview string) error {
	by.mu.Lock()
	defer by.mu.Unlock()
	if err := o.press(g, by, id, label); err != nil {
		return err
	}
	if err := by.both(id, part); err != nil {
		return err
	}
	by.p.Text(words)
	if err := by.both(id, preview); err != nil {
		return err
	}
	if err := by.p.Press("Kirim"); err != nil {
		return err
	}
	// Until it is done nothing else is begun: they would be asked two things at once.
	_, err := by.p.Await(func(m telegramtest.Shown) bool {
		last, _ := by.p.Last()
		return m.MessageID == last.MessageID && !strings.Contains(m.Text, preview)
	}, time.Minute)
	return err
}

// followUp is what a citizen reads of what was done for them; nobody else does.
func followUp(n int) string {
	return fmt.Sprintf("Lampu ke-%03d sudah kami ganti pagi ini dengan yang baru.", n)
}

// play takes a citizen's case from the first word to the rating, and returns its number.
func (o *caseOffice) play(n int) (string, error) {
	siti := &chatter{p: o.server.Person(int64(7001+n), "Warga")}
	d, err := siti.report(o.t, n)
	if err != nil {
		return "", err
	}
	id := d.receipt
	reply := fmt.Sprintf("Tiang nomor %03d, dekat warung.", n)
	for i, step := range []func() error{
		func() error {
			return o.works(o.admins, o.ani, id, "Teruskan", "diteruskan ke mana", "dinas pupr hst", "akan diteruskan ke")
		},
		func() error { return siti.both(id, "sudah diteruskan ke") },
		func() error { return o.press(o.body, o.rudi, id, "Saya tangani") },
		func() error { return siti.both(id, "sedang ditangani") },
		func() error {
			return o.works(o.body, o.rudi, id, "Tanya pelapor", "Tulis pertanyaan", "Tiang nomor berapa yang mati?", "akan membaca")
		},
		func() error {
			m, err := siti.awaits("Tiang nomor berapa")
			if err == nil {
				siti.p.Reply(m.MessageID, reply)
			}
			return err
		},
		func() error { return o.rudi.both(id, reply) },
		func() error {
			return o.works(o.body, o.rudi, id, "Tindak lanjut", "Tulis tindak lanjut", followUp(n), "Pelapor akan membaca")
		},
		func() error { return siti.presses(followUp(n), "Sudah beres") },
		func() error { return siti.presses("Syukurlah", "5") },
		func() error { _, err := siti.awaits("penilaian"); return err },
	} {
		time.Sleep(rand.N(400 * time.Millisecond)) // people think
		if err := step(); err != nil {
			return id, fmt.Errorf("case %d, %s, step %d: %w", n, id, i, err)
		}
	}
	return id, nil
}

// Several cases run from the first word to the rating, over an admin's group and a
// body's with topics, while the only process is killed five times.
func TestNothingIsLostInTheMiddleOfACase(t *testing.T) { again(t, killedInACase) }

func killedInACase(t *testing.T) {
	const people = 6
	o := newCaseOffice(t)
	ids, errs := make([]string, people), make([]error, people)
	done := make(chan struct{})
	var disturbing, cases sync.WaitGroup
	kills := 0
	disturbing.Go(func() { kills = o.p.killAgain(t, done, 2*time.Second, 6*time.Second) })
	for n := range people {
		cases.Go(func() { ids[n], errs[n] = o.play(n) })
	}
	cases.Wait()
	close(done)
	disturbing.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if kills < maxKills {
		t.Errorf("only %d kills fell into the cases", kills)
	}
	// Cards of a group have to wait for its budget, which is that of life.
	waits := func() bool {
		return count(t, o.c.pool, `select (select count(*) from inbox where state = 'waiting') + (select count(*) from outbox where state = 'waiting')
			+ (select count(*) from cards where shown < wanted) + (select count(*) from exhibits where state = 'waiting')`) > 0
	}
	for until := time.Now().Add(3 * time.Minute); waits() && time.Now().Before(until); {
		time.Sleep(100 * time.Millisecond)
	}
	if waits() {
		t.Error("something waits still")
	}
	for what, sql := range map[string]string{
		"reports that are not closed":     `select count(*) from reports where state <> 'closed' or not followed_up`,
		"histories that are not whole":    `select count(*) from reports r where (select count(*) from history h where h.report = r.id) <> r.version`,
		"steps that no history led to":    `select count(*) from history h join history p on p.report = h.report and p.version = h.version - 1 where h.from_state <> p.to_state`,
		"replies that are lost or twice":  `select count(*) from reports r where (select count(*) from thread t where t.report = r.id and t.speaker = 'reporter' and t.words like 'Tiang nomor%') <> 1`,
		"answers that are lost or twice":  `select count(*) from reports r where (select count(*) from thread t where t.report = r.id and t.words like 'Lampu ke-%') <> 1`,
		"ratings that are missing":        `select count(*) from reports r where not exists (select 1 from ratings g where g.report = r.id and g.stars = 5)`,
		"dead letters":                    `select count(*) from inbox where state = 'dead'`,
		"cards without their topic":       `select count(*) from cards c join groups g on g.chat = c.chat where g.agency is not null and coalesce(c.topic, '') = ''`,
		"topics that are not closed":      `select count(*) from cards c join groups g on g.chat = c.chat where g.agency is not null and not c.topic_closed`,
		"pushes that never reached them":  `select count(*) from outbox where state not in ('sent')`,
		"cards that lag behind the truth": `select count(*) from cards c join reports r on r.id = c.report where c.shown <> r.version`,
	} {
		if n := count(t, o.c.pool, sql); n != 0 {
			t.Errorf("%s: %d too many", what, n)
		}
	}
	twice := 0
	for n, id := range ids {
		for _, m := range o.server.Person(int64(7001+n), "Warga").Shown() {
			if strings.Contains(m.Text, "Lampu ke-") && !strings.Contains(m.Text, followUp(n)) {
				t.Errorf("citizen %d reads of another's report: %q", n, m.Text)
			}
		}
		for _, g := range []*telegramtest.Group{o.admins, o.body} {
			stands := 0
			for _, m := range g.Shown() {
				if m.File != nil || !strings.Contains(m.Text, id) {
					continue
				}
				stands++
				if strings.Contains(m.Text, "Status: ") && !strings.Contains(m.Text, "Selesai") && stands == 1 {
					twice++ // one whose id the killed process took with it
					t.Logf("a card was left behind in %d: %.60q", g.ID(), m.Text)
				}
			}
			if stands == 0 {
				t.Errorf("%d has no card of %s", g.ID(), id)
			}
			twice += stands - 1
		}
		topics := 0
		for _, topic := range o.body.Topics() {
			if strings.Contains(topic.Name, id) {
				topics++
			}
		}
		if topics != 1 {
			t.Errorf("%d topics for %s", topics, id)
		}
	}
	for _, d := range o.server.Duplicates() {
		if !d.Between && d.First.File == nil { // everybody's photo is the same
			twice++
			t.Logf("shown twice: %.40q", d.First.Text)
		}
	}
	t.Logf("%d cases, %d kills, %d messages shown twice", people, kills, twice)
	if twice > 2*kills {
		t.Errorf("%d messages were shown twice, with %d kills", twice, kills)
	}
}

// Where a report waits that nobody may be shown the service is ready all the same:
// no other instance could do better. It says that somebody should look.
func TestReadinessWarnsOfWhatNobodySees(t *testing.T) {
	c := newConsole(t)
	c.types(t, 0, "migrate")
	p := newProcess(t, binary(t), value(c.environ, "DATABASE_URL"), t.TempDir())
	p.start(t)
	ready := func() (int, string) {
		response, err := http.Get("http://" + p.address + "/readyz")
		if err != nil {
			return 0, ""
		}
		defer func() { _ = response.Body.Close() }()
		body := make([]byte, 200)
		n, _ := response.Body.Read(body)
		return response.StatusCode, string(body[:n])
	}
	channeltest.Eventually(t, "it is ready", func() bool { _, says := ready(); return says == "ready\n" })
	chat, err := register.NewIdentities(c.pool, c.sealer).Resolve(t.Context(), "webchat", "kentongan", register.Person, "siti", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c.file(t, reports.Report{Reporter: reports.PersonID(chat), Kind: reports.Whistleblowing, Confidential: true, Anonymous: true, Chronology: "Petugas meminta uang."})
	channeltest.Eventually(t, "it warns", func() bool {
		status, says := ready()
		return status == http.StatusOK && strings.HasPrefix(says, "ready\nwarning: ")
	})
}
