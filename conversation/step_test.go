package conversation

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"kentongan/conversation/phrases"
	"kentongan/reports"
	"kentongan/reports/workday"
)

var now = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)

func config(tb testing.TB) Config {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		tb.Fatal(err)
	}
	return Config{
		Phrases: phrases.Default(), Holidays: workday.Default(), Zone: zone, Limits: reports.DefaultLimits,
		Desk:     Desk{Verifier: true, Restricted: true},
		Agencies: []reports.Agency{{Code: "HST", Name: "Pemkab HST", Zone: "Asia/Makassar", Keywords: []string{"barabai"}}},
	}
}

func made(tb testing.TB, c Config) *Machine {
	tb.Helper()
	m, err := New(c)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// person is a talk of a few lines, for tests of single steps.
type person struct {
	tb  testing.TB
	m   *Machine
	s   Session
	at  time.Time
	id  int64
	via Via
	// of the latest event
	effects []Effect
}

func newPerson(tb testing.TB, m *Machine) *person {
	return &person{tb: tb, m: m, at: now, via: Via{Channel: "telegram", Network: "Telegram", Abroad: true, MaxFile: 20 << 20}}
}

// does lets the person do in, without waiting for the end of a burst.
func (p *person) does(in Input) {
	p.id++
	p.s, p.effects = p.m.Step(p.s, Event{ID: p.id, At: p.at, Ref: fmt.Sprint("m", p.id), Via: p.via, Input: in})
}

// writes lets the person write texts, each answered before the next.
func (p *person) writes(texts ...string) {
	for _, text := range texts {
		p.at = p.at.Add(20 * time.Second)
		p.does(Text{Text: text})
		if !p.s.BurstEnd.IsZero() {
			p.at = p.s.BurstEnd
			p.does(Tick{})
		}
	}
}

// reads returns what the latest event was answered with.
func (p *person) reads() string {
	for _, e := range p.effects {
		if say, ok := e.(Say); ok {
			return strings.NewReplacer(BoldOn, "*", BoldOff, "*").Replace(p.m.Render(p.s.Lang(), say).Text)
		}
	}
	return ""
}

func (p *person) mustRead(want string) {
	p.tb.Helper()
	if got := p.reads(); !strings.Contains(got, want) {
		p.tb.Errorf("the answer lacks %q:\n%s", want, got)
	}
}

func find[E Effect](effects []Effect) (found E, ok bool) {
	for _, e := range effects {
		if found, ok = e.(E); ok {
			return found, true
		}
	}
	return found, false
}

// drafted is somebody before the review of a short report.
func drafted(tb testing.TB, m *Machine) *person {
	p := newPerson(tb, m)
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "Jalan Merdeka", "kemarin", "Lewati")
	if p.s.Asked != asksReview {
		tb.Fatalf("asked %q, want the review: %s", p.s.Asked, p.reads())
	}
	return p
}

func TestStepTakesNothingForSetujuButItself(t *testing.T) {
	m := made(t, config(t))
	for _, text := range []string{"Setuju", "SETUJU", " setuju. ", "1", "1.", "satu", "1️⃣", "setuju 👍"} {
		p := newPerson(t, m)
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", text)
		if got, ok := find[RecordConsent](p.effects); !ok || !got.Granted || got.Version != consentVersion {
			t.Errorf("%q is not taken for Setuju: %s", text, p.reads())
		}
	}
	for _, text := range []string{"ya", "ok", "setju", "setujuu", "stuju", "boleh", "agree", "baik", "iya setuju", "setuju?", "saya setuju sekali", "👍", "sudah", "lanjut", "y", "11"} {
		p := newPerson(t, m)
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", text)
		if _, ok := find[RecordConsent](p.effects); ok || p.s.Consent != "" {
			t.Errorf("%q is taken for Setuju", text)
		}
		p.mustRead("atau balas *1*")
	}
}

func TestStepTakesNothingForKirimButItself(t *testing.T) {
	m := made(t, config(t))
	for _, text := range []string{"Kirim", "KIRIM", "kirim.", "8", "delapan"} {
		p := drafted(t, m)
		p.writes(text)
		if _, ok := find[FileReport](p.effects); !ok {
			t.Errorf("%q is not taken for Kirim: %s", text, p.reads())
		}
	}
	for _, text := range []string{"ya", "ok", "kirm", "kirimkan", "send", "sudah benar", "kirim?", "krim", "submit", "88", "👍", "lanjut"} {
		p := drafted(t, m)
		p.writes(text)
		if _, ok := find[FileReport](p.effects); ok {
			t.Errorf("%q is taken for Kirim", text)
		}
		if p.s.Telling.Number == 0 || p.reads() == "" {
			t.Errorf("%q ends the draft or is met with silence", text)
		}
	}
}

func TestStepAsksAgainWhenThePlaceIsEmpty(t *testing.T) {
	m := made(t, config(t))
	for _, text := range []string{"", "  ", "😀", "\u200b", "...", "\x00"} {
		p := newPerson(t, m)
		p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", text)
		if p.s.Asked != asksPlace || p.s.Telling.Draft.Location.Known() {
			t.Errorf("after %q: asked %q, place %+v", text, p.s.Asked, p.s.Telling.Draft.Location)
		}
		p.mustRead("Di mana kejadiannya?")
	}
}

func TestStepFetchesNothingBeforeConsent(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.does(Attachment{Kind: "photo", Bytes: 1000})
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap")
	p.does(Attachment{Kind: "photo", Bytes: 1000})
	if _, ok := find[Fetch](p.effects); ok {
		t.Fatal("fetched before consent")
	}
	p.writes("setuju")
	var got []int64
	for _, e := range p.effects {
		if f, ok := e.(Fetch); ok {
			got = append(got, f.File)
		}
	}
	if diff := cmp.Diff([]int64{1, 4}, got); diff != "" {
		t.Errorf("fetched after consent (-want +got)\n%s", diff)
	}
}

func TestStepAsksAgainForConsentToAChangedText(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	p.s.Consent = "2025-9"
	p.does(Attachment{Kind: "photo", Bytes: 1000})
	if _, ok := find[Fetch](p.effects); ok {
		t.Error("fetched under a consent text that is no longer valid")
	}
	p = drafted(t, made(t, config(t)))
	p.s.Consent = "2025-9"
	p.writes("8") // to a review that was shown before the text changed
	if _, ok := find[FileReport](p.effects); ok || p.s.Asked != asksConsent {
		t.Fatalf("filed under the old consent, asked %q", p.s.Asked)
	}
	p.mustRead("Setuju")
	p.writes("setuju", "kirim")
	if _, ok := find[FileReport](p.effects); !ok {
		t.Error("the draft did not survive the question")
	}
	// A number meant for the old question is no consent to the new one.
	p = drafted(t, made(t, config(t)))
	p.s.Consent = "2025-9"
	p.writes("1")
	if p.s.Consent == consentVersion {
		t.Error("an answer to an unseen question was taken for consent")
	}
	// Silence loses no draft of somebody who had agreed before.
	p = drafted(t, made(t, config(t)))
	p.s.Consent = "2025-9"
	p.at = p.at.Add(25 * time.Hour)
	p.does(Tick{})
	if !p.s.Telling.holds() {
		t.Error("the draft is gone after a day")
	}
}

func TestWhatNobodyAgreedToIsErasedAfterADay(t *testing.T) {
	p := newPerson(t, made(t, config(t)))
	p.s.Consent = "2025-9" // to an older text, for an older report
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap")
	p.does(Attachment{Kind: "photo", Bytes: 1000})
	file := p.id
	p.writes("ini fotonya ya pak")
	if want := p.at.Add(24 * time.Hour); !p.s.Wake.Equal(want) {
		t.Errorf("wake %s, want %s", p.s.Wake, want)
	}
	p.at = p.s.Wake
	p.does(Tick{})
	p.mustRead("sudah kami hapus dan tidak ada yang membacanya")
	if d, _ := find[Drop](p.effects); !slices.Equal(d.Files, []int64{file}) || p.s.Telling.holds() {
		t.Errorf("dropped %v, session %+v", d.Files, p.s)
	}
}

func TestLaporWithWordsIsAlwaysSomethingTold(t *testing.T) {
	m := made(t, config(t))
	p := newPerson(t, m)
	p.writes("/lapor@KentonganBot got mampet")
	if got := p.s.Telling.Draft.Story(); got != "got mampet" {
		t.Errorf("story %q", got)
	}
	p = newPerson(t, m)
	p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "/lapor got mampet juga")
	d := p.s.Telling.Draft
	if d.Location.Known() || d.Story() != "tiga lampu jalan mati dan seorang warga jatuh karena gelap\ngot mampet juga" || p.s.Asked != asksPlace {
		t.Errorf("asked %q, draft %+v", p.s.Asked, d)
	}
}

func TestKirimTwiceFilesOnce(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	token := ""
	for _, b := range p.m.Render("", firstSay(t, p)).Choices {
		if b.Label == "Kirim" {
			token = b.Token
		}
	}
	p.does(Press{Token: token})
	filing, ok := find[FileReport](p.effects)
	if !ok || filing.Number != 1 {
		t.Fatalf("effects %v", p.effects)
	}
	p.does(ReportFiled{Report: 7, TrackingID: "KTG-FA49-Z2N3", AccessCode: "123456"})
	p.mustRead("KTG-FA49-Z2N3")
	for range 2 {
		p.does(Press{Token: token})
		if _, ok := find[FileReport](p.effects); ok {
			t.Fatal("filed twice")
		}
		p.mustRead("sudah terkirim, nomor *KTG-FA49-Z2N3*")
		if strings.Contains(p.reads(), "123456") {
			t.Error("the access code is shown twice")
		}
	}
}

func firstSay(t *testing.T, p *person) Say {
	t.Helper()
	say, ok := find[Say](p.effects)
	if !ok {
		t.Fatal("no answer")
	}
	return say
}

func TestReceiptPromisesADateOnlyWhereSomebodyKeepsIt(t *testing.T) {
	hours := append(slices.Clone(reports.DefaultLimits), reports.Limit{Clock: reports.ClockVerify, Kind: reports.Complaint, Hours: 24, From: "2026-01-01"})
	for _, tt := range []struct {
		name   string
		change func(*Config)
		at     time.Time
		secret bool
		want   string
	}{
		{"working days", func(*Config) {}, now, false, "paling lambat *Rabu 25 November 2026*"},
		{"clock hours", func(c *Config) { c.Limits = hours }, now, false, "paling lambat *Minggu 22 November 2026 09."},
		{"nobody there", func(c *Config) { c.Desk = Desk{} }, now, false, "Tanggalnya belum dapat kami pastikan"},
		{"nobody for restricted", func(c *Config) { c.Desk.Restricted = false }, now, true, "Tanggalnya belum dapat kami pastikan"},
		{"restricted", func(*Config) {}, now, true, "diperiksa tertutup, hanya oleh admin yang ditunjuk, paling lambat *Rabu 25 November 2026*"},
		{"no limits", func(c *Config) { c.Limits = nil }, now, false, "Tanggalnya belum dapat kami pastikan"},
		{"no calendar", func(*Config) {}, time.Date(2031, 5, 5, 3, 0, 0, 0, time.UTC), false, "paling lambat *Kamis 8 Mei 2031 (perkiraan, menunggu SKB hari libur)*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := config(t)
			tt.change(&c)
			p := newPerson(t, made(t, c))
			p.at = tt.at
			p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "Jalan Merdeka", "kemarin", "Lewati")
			if tt.secret {
				p.writes("7", "3")
			}
			p.writes("Kirim")
			p.does(ReportFiled{Report: 1, TrackingID: "KTG-FA49-Z2N3", AccessCode: "123456"})
			p.mustRead(tt.want)
		})
	}
}

func TestTicksThatComeEarlyLateOrTwiceDoNoHarm(t *testing.T) {
	m := made(t, config(t))
	p := newPerson(t, m)
	p.does(Text{Text: "tiga lampu jalan mati dan seorang warga jatuh karena gelap"})
	wake := p.s.Wake
	if !wake.Equal(now.Add(3 * time.Second)) {
		t.Fatalf("wake %s", wake)
	}
	p.at = now.Add(time.Second)
	before := p.s
	p.does(Tick{})
	if diff := cmp.Diff(before, p.s); diff != "" || len(p.effects) > 0 {
		t.Errorf("an early tick changed the session or was answered (%v)\n%s", p.effects, diff)
	}
	// A burst that ends late is answered, and silence counts from the answer.
	p.at = now.Add(30 * time.Hour)
	p.does(Tick{})
	p.mustRead("tiga lampu jalan mati dan seorang warga jatuh karena gelap")
	if !p.s.Wake.Equal(p.at.Add(24 * time.Hour)) {
		t.Errorf("wake %s, want a day after the late answer at %s", p.s.Wake, p.at)
	}
	before = p.s
	p.does(Tick{})
	if diff := cmp.Diff(before, p.s); diff != "" || len(p.effects) > 0 {
		t.Errorf("a second tick changed the session or was answered\n%s", diff)
	}
}

func TestNoDraftExpiresUnwarned(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	p.at = p.at.Add(40 * 24 * time.Hour) // we were away
	p.does(Tick{})
	if !p.s.Telling.holds() {
		t.Fatal("the draft is gone without a warning")
	}
	p.mustRead("belum dikirim dan masih kami simpan sampai")
	if rest := p.s.Wake.Sub(p.at); rest != 24*time.Hour {
		t.Errorf("%s are left to answer the late reminder", rest)
	}
	p.at = p.s.Wake
	p.does(Tick{})
	p.mustRead("sudah kami hapus")
	if p.s.Telling.holds() || !p.s.Wake.IsZero() {
		t.Errorf("after expiry: %+v", p.s)
	}
}

func TestNamesAreTheReportsThatAFileMayTouch(t *testing.T) {
	s := Session{Filed: []Filed{
		{Number: 1, ID: 11, At: now, Albums: []string{"A"}},
		{Number: 2, ID: 12, At: now, Fetching: []fetching{{File: 5}}},
		{Number: 3, At: now, Fetching: []fetching{{File: 5}}},
	}}
	for _, tt := range []struct {
		in   Input
		at   time.Time
		want []reports.ID
	}{
		{FileStored{File: 5}, now, []reports.ID{12}},
		{FileRefused{File: 5}, now, []reports.ID{12}},
		{FileStored{File: 6}, now, nil},
		{Attachment{Album: "A"}, now.Add(time.Minute), []reports.ID{11}},
		{Attachment{Album: "A"}, now.Add(61 * time.Second), nil},
		{Attachment{}, now, nil},
		{Text{Text: "5"}, now, nil},
	} {
		if diff := cmp.Diff(tt.want, s.Names(Event{At: tt.at, Input: tt.in})); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", tt.in, diff)
		}
	}
}

func TestAShortTurnCostsAtMostTenAllocations(t *testing.T) {
	p := drafted(t, made(t, config(t)))
	for _, in := range []Input{Text{Text: "2"}, Text{Text: "7"}, Text{Text: "9"}, Press{Token: "1.1.send"}, Text{Text: "8"}, Press{Token: fmt.Sprintf("%d.1.f6", p.s.Serial)}} {
		e := Event{ID: 9, At: p.at, Ref: "m9", Via: p.via, Input: in}
		if n := testing.AllocsPerRun(100, func() { p.m.Step(p.s, e) }); n > 10 {
			t.Errorf("%+v costs %v allocations", in, n)
		}
	}
}

func TestMachineServesManyAtOnce(t *testing.T) {
	m := made(t, config(t))
	want := drafted(t, m).s
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				p := newPerson(t, m)
				p.writes("tiga lampu jalan mati dan seorang warga jatuh karena gelap", "Setuju", "Jalan Merdeka", "kemarin", "Lewati")
				if diff := cmp.Diff(want, p.s); diff != "" {
					t.Errorf("equal talks differ\n%s", diff)
				}
			}
		})
	}
	wait.Wait()
}

func TestNewRefusesWhatItCannotWorkWith(t *testing.T) {
	c := config(t)
	c.Agencies = []reports.Agency{{Code: "X", Name: "X", Zone: "Asia/Nowhere"}}
	if _, err := New(c); err == nil {
		t.Error("an unknown zone is accepted")
	}
	if _, err := New(Config{}); err == nil {
		t.Error("an empty config is accepted")
	}
}

// TestEveryPhraseIsThereAndIsUsed compares the catalogue with the keys in this
// package's source.
func TestEveryPhraseIsThereAndIsUsed(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`"([a-z_0-9]+(?:\.[a-z_0-9-]+)*)"`)
	called := regexp.MustCompile(`\b(?:say|line|tightly|notYet|add)\("([^"]+)"`)
	used, said := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllSubmatch(source, -1) {
			used[string(m[1])] = true
		}
		for _, m := range called.FindAllSubmatch(source, -1) {
			said[string(m[1])] = true
		}
	}
	for _, k := range reports.Kinds() {
		said["kind."+string(k)], said["card.kind."+string(k)] = true, true
	}
	for _, r := range reports.Roles() {
		said["role."+string(r)] = true
	}
	for _, d := range sides {
		switch d.is {
		case remarkThanks, remarkOK, remarkCancel, remarkHow: // answered otherwise
		default:
			said["side."+string(d.is)] = true
		}
	}
	for _, what := range []coaching{coachService, coachRoad, coachPower, coachWater, coachMoney, coachCorruption, coachHealth, coachSchool, coachAid, coachEnvironment, coachGeneric} {
		said["coach."+string(what)] = true
	}
	for _, item := range append(Menu(phrases.Default(), "id"), GroupMenu(phrases.Default(), "id")...) {
		said["menu."+item.Command] = true
	}
	for _, s := range reports.States() {
		said["state."+string(s)] = true
	}
	for _, k := range []string{"unsupported.sticker", "unsupported.contact", "unsupported.poll", "unsupported.view_once", "file.photo", "file.video", "file.audio", "file.voice", "consent.use.years", "consent.use.months", "consent.use.days", "consent.use.year", "consent.use.month", "consent.use.day", "place.remark", "place.unknown"} {
		said[k] = true
	}
	for _, row := range deedTable {
		d := string(row.deed)
		said["deed."+d], said["done."+d] = true, true
		switch row.asks {
		case asksWorkWords:
			said["ask.work."+d], said["preview."+d] = true, true
		case asksWorkSure:
			said["ask.sure."+d] = true
		}
	}
	for _, k := range []string{"ask.work.hold", "preview.hold", "preview.dispatch", "preview.handon"} {
		said[k] = true
	}
	for _, c := range []reports.Clock{reports.ClockVerify, reports.ClockRespond, reports.ClockAnswer, reports.ClockAfterReply, reports.ClockComplete} {
		said["card.due."+string(c)] = true
	}
	for _, c := range reports.ClockRules {
		said["clock."+string(c.Clock)] = true
		if c.Clock != reports.ClockClose && c.Clock != reports.ClockComplete {
			said["owes."+string(c.Clock)] = true
		}
		if concerns(c.Clock) {
			said["push.late."+string(c.Clock)] = true
		}
	}
	for _, row := range reports.Transitions {
		switch row.Action { // these are no step of a report's that its reporter would know
		case reports.Escalate, reports.AttachEvidence:
		default:
			said["did."+string(row.Action)] = true
		}
	}
	keys := phrases.Default().Keys("id")
	for key := range said {
		if strings.HasSuffix(key, ".") {
			continue
		}
		if !slices.Contains(keys, key) {
			t.Errorf("the catalogue lacks [%s]", key)
		}
	}
	for _, key := range keys {
		channels := strings.HasPrefix(key, "alarm.") && strings.Count(key, ".") == 2 // the codes are the channels' own
		if !said[key] && !used[key] && !channels {
			t.Errorf("[%s] is said nowhere", key)
		}
	}
}
