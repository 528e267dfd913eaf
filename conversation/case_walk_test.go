package conversation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
)

// canaries are what reporters plant in everything that they send: if one turns
// up where officials read, so would a real one.
var canaries = []string{"0812345678", "6307014101900001", "canaria"}

// planted is what somebody writes with every canary in it.
const planted = "hubungi 0812-3456-7890 atau siti@canaria.id, akun @siticanaria, NIK 6307014101900001"

// TestCaseWalksNeverBreakAPromise lets two reporters, seven officials and three
// groups do anything at all. No step may leave the table of actions, lose a
// reply, mix reports up, close what nobody answered, let a body send a report
// back a third time, or show who the reporter is to a group or on a card.
func TestCaseWalksNeverBreakAPromise(t *testing.T) {
	seen, walks := map[reports.Action]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		w := newCaseWalk(t)
		for range rapid.IntRange(10, 50).Draw(t, "steps") {
			w.do()
			w.check()
		}
		walks++
		for _, f := range w.c.Reports() {
			for _, e := range f.History {
				seen[e.Change.Action]++
			}
		}
	})
	t.Logf("%d walks: %v", walks, seen)
	for _, a := range goals {
		if seen[a] == 0 && walks >= 100 && !t.Failed() {
			t.Errorf("nobody did %s in %d walks", a, walks)
		}
	}
}

// one draws from list by its place, so that a failed walk prints short.
func one[E any](t *rapid.T, label string, list []E) E {
	return list[rapid.IntRange(0, len(list)-1).Draw(t, label)]
}

type caseWalk struct {
	t         *rapid.T
	c         *rehearsal.Case
	reporters []*rehearsal.Person
	officials []*rehearsal.Person
	groups    []*rehearsal.Group
	replies   int
	heard     int // by whoever did something last
	actor     *rehearsal.Person
	cards     map[string]int
	held      map[*rehearsal.Person][]reports.Appointment
}

func newCaseWalk(t *rapid.T) *caseWalk {
	c, err := rehearsal.StageCase()
	if err != nil {
		t.Fatal(err)
	}
	w := &caseWalk{t: t, c: c, cards: map[string]int{}, held: map[*rehearsal.Person][]reports.Appointment{}}
	c.Heard = w.hear
	for _, name := range []string{"Siti", "Budi"} {
		w.reporters = append(w.reporters, c.Join(name))
	}
	for _, o := range []struct {
		name   string
		role   reports.Role
		agency string
	}{
		{"Ani", reports.NationalAdmin, ""},
		{"Hadi", reports.AgencyAdmin, "HST"},
		{"Rudi", reports.Liaison, "HST-PUPR"},
		{"Joko", reports.Operator, "HST-PUPR"},
		{"Irma", reports.Inspectorate, "HST-PUPR"},
		{"Putri", reports.PPID, "HST-PUPR"},
		{"Dewi", reports.Liaison, "HST-DLH"},
	} {
		p := c.Join(o.name)
		c.Appoint(p, o.role, o.agency)
		w.held[p] = []reports.Appointment{{Role: o.role, Agency: o.agency}}
		w.officials = append(w.officials, p)
	}
	w.groups = []*rehearsal.Group{c.Bind("Admin", ""), c.Bind("PUPR", "HST-PUPR")}
	for i, p := range w.reporters {
		secret := rapid.IntRange(0, 3).Draw(t, "secret") == 0
		story := "jalan rusak parah dekat pasar Haruyan nomor %d sejak kemarin, %s"
		if rapid.Bool().Draw(t, "request") {
			story = "mohon informasi anggaran perbaikan jalan dekat pasar Haruyan nomor %d sejak kemarin, %s"
		}
		if err := c.Report(p, "HST-PUPR", secret, fmt.Sprintf(story, i, planted)); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		by    int
		deed  string
		words []string
	}{
		{0, "dispatch", []string{"Dinas PUPR", "Kirim"}},
		{2, "claim", nil},
		{2, "followup", []string{"Lubang sudah ditambal dengan aspal panas pagi ini.", "Kirim"}},
	}[:rapid.IntRange(0, 3).Draw(t, "far")] {
		for _, f := range c.Reports() {
			p := w.officials[step.by]
			w.send(p, nil, conversation.Press{Token: fmt.Sprintf("k.%d.%s", f.Report.ID, step.deed)}, 0)
			for _, words := range step.words {
				w.send(p, nil, conversation.Text{Text: words}, 0)
				c.Settle()
			}
		}
	}
	return w
}

// hear looks at everything that anybody reads.
func (w *caseWalk) hear(h rehearsal.Heard) {
	if h.Person == w.actor || h.Group != nil || h.Alert {
		w.heard++
	}
	text := h.Message.Text
	for _, b := range h.Message.Choices {
		text += "\n" + b.Label
		if b.Token == "" || len(b.Token) >= 40 || b.Label == "" {
			w.t.Fatalf("button %+v", b)
		}
	}
	if h.Group != nil || h.Card != 0 || slices.Contains(w.officials, h.Person) {
		plain := strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(text))
		for _, canary := range canaries {
			if strings.Contains(plain, canary) {
				w.t.Fatalf("%q is shown to officials:\n%s", canary, text)
			}
		}
	}
	for i, f := range w.c.Reports() {
		if h.Group != nil && f.Report.Restricted() && strings.Contains(text, fmt.Sprintf("Haruyan nomor %d ", i)) {
			w.t.Fatalf("a group reads of a restricted report:\n%s", text)
		}
	}
	if n := len([]rune(h.Message.Text)); n == 0 || n > 3900 {
		w.t.Fatalf("a message of %d letters: %.200q", n, h.Message.Text)
	}
	if slices.Contains(phrases.Default().Keys("id"), h.Message.Text) {
		w.t.Fatalf("the catalogue lacks %q", h.Message.Text)
	}
}

func (w *caseWalk) check() {
	if err := w.c.Err(); err != nil {
		w.t.Fatal(err)
	}
	for _, f := range w.c.Reports() {
		r := f.Report
		answered := false
		for _, e := range f.History {
			switch e.Change.Action {
			case reports.FollowUp:
				answered = true
			case reports.Silence, reports.Confirm, reports.Close:
				if !answered {
					w.t.Fatalf("report %d is closed by %s and was never answered", r.ID, e.Change.Action)
				}
			case reports.GrantReopen:
				answered = false
			default:
			}
		}
		if r.Returns > reports.MaxReturns {
			w.t.Fatalf("report %d was returned %d times", r.ID, r.Returns)
		}
	}
}

func (w *caseWalk) send(p *rehearsal.Person, g *rehearsal.Group, in conversation.Input, about reports.ID) {
	w.actor, w.heard = p, 0
	w.c.Send(p, g, in, about)
	if g != nil || w.heard > 0 || !w.c.Session(p).BurstEnd.IsZero() {
		return
	}
	w.t.Fatalf("%#v of %s is met with silence: %+v", in, p.Name, w.c.Session(p))
}

func (w *caseWalk) do() {
	everybody := slices.Concat(w.reporters, w.officials, w.officials)
	p := one(w.t, "who", everybody)
	switch kind := rapid.IntRange(0, 23).Draw(w.t, "what"); {
	case kind >= 20:
		w.reach()
	case kind < 4:
		w.work()
	case kind < 6:
		w.press(p, nil, p.Buttons())
	case kind < 8:
		w.pushed(one(w.t, "reporter", w.reporters))
	case kind < 10:
		p = one(w.t, "official", w.officials)
		g := one(w.t, "group", w.groups)
		w.press(p, g, g.Buttons())
	case kind < 13:
		w.write(p)
	case kind < 15:
		w.reply(one(w.t, "reporter", w.reporters))
	case kind < 16:
		w.quote(p)
	case kind < 17:
		w.command(p)
	case kind < 18:
		d := rapid.SampledFrom([]time.Duration{time.Second, 10 * time.Minute, 9 * time.Hour, 25 * time.Hour, 14 * 24 * time.Hour}).Draw(w.t, "wait")
		w.c.Advance(d)
		return
	case kind < 19:
		w.clock()
	default:
		g := one(w.t, "group", w.groups)
		about := one(w.t, "card", w.c.Reports()).Report.ID
		text := rapid.SampledFrom([]string{"siap, pak", "sudah kami perbaiki tadi pagi", "/antrean", "/rekap", "/laporan " + string(w.c.Reports()[0].Report.TrackingID), "/jejak x"}).Draw(w.t, "group text")
		w.send(p, g, conversation.Text{Text: text}, about)
	}
	if rapid.IntRange(0, 3).Draw(w.t, "pause") > 0 {
		w.c.Settle()
	}
}

// work has an official get on: answer what they were asked, until it is done, or
// begin something that a card offers now.
func (w *caseWalk) work() {
	p := one(w.t, "official", w.officials)
	if w.c.Session(p).Work == nil {
		where := one(w.t, "where", []*rehearsal.Group{nil, w.groups[0], w.groups[1]})
		buttons := p.Offered()
		if where != nil {
			buttons = where.Offered()
		}
		if len(buttons) == 0 {
			return
		}
		w.send(p, where, conversation.Press{Token: one(w.t, "button", buttons).Token}, 0)
	}
	for range 5 - rapid.IntRange(0, 4).Draw(w.t, "unanswered") {
		w.c.Settle()
		if w.c.Session(p).Work == nil {
			return
		}
		w.write(p)
	}
}

// pushed has a reporter press a button of a push, of any kind and age.
func (w *caseWalk) pushed(p *rehearsal.Person) {
	var list []conversation.Button
	for _, b := range p.Buttons() {
		if strings.HasPrefix(b.Token, "p.") {
			list = append(list, b)
		}
	}
	w.press(p, nil, list)
}

// press presses one of the newest buttons, now and then an old one.
func (w *caseWalk) press(p *rehearsal.Person, g *rehearsal.Group, buttons []conversation.Button) {
	if len(buttons) == 0 {
		return
	}
	from := max(0, len(buttons)-12)
	if rapid.IntRange(0, 5).Draw(w.t, "old") == 0 {
		from = 0
	}
	b := buttons[rapid.IntRange(from, len(buttons)-1).Draw(w.t, "button")]
	w.send(p, g, conversation.Press{Token: b.Token}, 0)
}

// write answers what p was asked, or says something else.
func (w *caseWalk) write(p *rehearsal.Person) {
	first, second := string(w.c.Reports()[0].Report.TrackingID), string(w.c.Reports()[1].Report.TrackingID)
	texts := []string{"sudah beres", "belum", "buka kembali", "nilai 2", "3", "cabut", "batal", "terima kasih", "lampu jalan mati juga, " + planted, "Kirim", "2"}
	if slices.Contains(w.officials, p) {
		texts = []string{"sudah kami tangani di lapangan tadi pagi", "batal", "1", "Kirim"}
	}
	switch string(w.c.Session(p).Asked) {
	case "work_words":
		texts = append(texts[:1:1], "Sudah kami kerjakan dan hasilnya baik menurut warga sekitar.")
	case "work_body":
		texts = []string{"Dinas PUPR", "Dinas Lingkungan Hidup", "1", "Dinas Perhubungan"}
	case "work_date":
		texts = []string{"3 hari", "kemarin"}
	case "work_main":
		texts = []string{first, second, "KTG"}
	case "work_sure", "work_send":
		texts = []string{"Kirim", "ya", "1"}
	case "work_as":
		texts = []string{"1", "2", "4"}
	}
	in := conversation.Input(conversation.Text{Text: rapid.SampledFrom(texts).Draw(w.t, "text")})
	if rapid.IntRange(0, 4).Draw(w.t, "file") == 0 {
		in = conversation.Attachment{Kind: "photo", Name: "KTP-Siti-Canaria.jpg", Bytes: 5, Album: rapid.SampledFrom([]string{"", "A"}).Draw(w.t, "album"), Caption: rapid.SampledFrom([]string{"", planted, "ini fotonya"}).Draw(w.t, "caption")}
		if slices.Contains(w.officials, p) {
			in = conversation.Attachment{Kind: "photo", Name: "kerja.jpg", Bytes: 5}
		}
	}
	w.send(p, nil, in, 0)
}

// reply has a reporter answer a message about a report of theirs: their words
// are in that report's thread, and in no other, or they are told why not.
func (w *caseWalk) reply(p *rehearsal.Person) {
	abouts := w.abouts(p)
	if len(abouts) == 0 {
		return
	}
	about := one(w.t, "about", abouts)
	f := w.c.Reports()[about-1]
	if f.Report.Reporter != p.ID {
		w.t.Fatalf("%s reads of another's report", p.Name)
	}
	allowed := reports.Allowed(f.Report, reports.Actor{Kind: reports.ByReporter, Person: p.ID})
	w.replies++
	words := fmt.Sprintf("balasan ke-%d tentang hal itu, %s", w.replies, planted)
	w.send(p, nil, conversation.Text{Text: words}, about)
	for _, other := range w.c.Reports() {
		holds := slices.ContainsFunc(other.Thread, func(s conversation.Spoken) bool {
			return strings.HasPrefix(s.Words, fmt.Sprintf("balasan ke-%d ", w.replies)) && s.By == reports.ByReporter
		})
		if want := other == f && slices.Contains(allowed, reports.Reply); holds != want {
			w.t.Fatalf("reply %d to report %d: kept with report %d is %t, want %t", w.replies, about, other.Report.ID, holds, want)
		}
	}
}

// quote has anybody answer any message in any way.
func (w *caseWalk) quote(p *rehearsal.Person) {
	abouts := w.abouts(p)
	if len(abouts) == 0 {
		return
	}
	in := rapid.SampledFrom([]conversation.Input{
		conversation.Text{Text: "sudah beres"},
		conversation.Text{Text: "buka lagi"},
		conversation.Text{Text: "4"},
		conversation.Text{Text: "🙏"},
		conversation.Attachment{Kind: "photo", Bytes: 5, Album: "B"},
		conversation.Attachment{Kind: "video", Bytes: 1 << 40},
		conversation.Pin{Lat: -2.5, Lon: 115.3, Name: "rumah @siticanaria"},
		conversation.Unsupported{What: "sticker"},
	}).Draw(w.t, "quote")
	if _, pin := in.(conversation.Pin); pin && slices.Contains(w.officials, p) {
		in = conversation.Pin{Lat: -2.5, Lon: 115.3} // what officials plant themselves is theirs to show
	}
	w.send(p, nil, in, one(w.t, "about", abouts))
}

func (w *caseWalk) abouts(p *rehearsal.Person) []reports.ID {
	var list []reports.ID
	for _, m := range p.Messages() {
		if m.About != 0 && !slices.Contains(list, m.About) {
			list = append(list, m.About)
		}
	}
	return list
}

func (w *caseWalk) command(p *rehearsal.Person) {
	id := string(one(w.t, "report", w.c.Reports()).Report.TrackingID)
	command := rapid.SampledFrom([]string{"/laporan ", "/jejak ", "/status ", "/cabut ", "/status", "/antrean", "/rekap", "/batal", "/kembali", "/bahasa", "/lapor ", "/start"}).Draw(w.t, "command")
	if strings.HasSuffix(command, " ") {
		command += id
	}
	w.send(p, nil, conversation.Text{Text: command}, 0)
}

// clock lets the scheduler do what it may.
func (w *caseWalk) clock() {
	f := one(w.t, "report", w.c.Reports())
	allowed := reports.Allowed(f.Report, reports.Actor{Kind: reports.ByClock})
	allowed = slices.DeleteFunc(allowed, func(a reports.Action) bool { return a == reports.Escalate })
	if len(allowed) == 0 {
		return
	}
	if err := w.c.Clock(f.Report.ID, rapid.SampledFrom(allowed).Draw(w.t, "clock")); err != nil {
		w.t.Fatal(err)
	}
}
