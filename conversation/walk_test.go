package conversation_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
)

// TestWalksNeverBreakAPromise lets a citizen do anything at all, with the
// session going through JSON between any two events, and checks after each
// that nobody was met with silence, nothing told was forgotten, no file was
// fetched before consent, no report was filed twice, and every answer can be
// shown. At the end of each walk the draft, whatever its state, can be sent or
// cancelled.
func TestWalksNeverBreakAPromise(t *testing.T) {
	m := machine(t)
	rapid.Check(t, func(t *rapid.T) {
		w := &walk{t: t, shell: talk(m)}
		w.shell.Hold = true
		start := []string{"pelayanan kantor camat lambat", "Setuju", "kantor camat Haruyan", "minggu lalu", "Lewati", "6"}
		for _, text := range start[:rapid.IntRange(0, len(start)).Draw(t, "start")] {
			w.refs++
			w.hear(w.shell.Send(conversation.Text{Text: text}, fmt.Sprint("m", w.refs)))
			w.consent = w.consent || text == "Setuju"
			w.hear(w.shell.Settle())
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			w.do()
		}
		if rapid.Bool().Draw(t, "cancel") {
			w.cancel()
		} else {
			w.finish()
		}
	})
}

type walk struct {
	t       *rapid.T
	shell   *rehearsal.Shell
	said    []conversation.Message
	tokens  []string
	refs    int
	consent bool
}

var texts = []string{
	"jalan rusak di depan pasar", "oknum petugas minta uang pungli", "barabai lampu mati", "ada kebakaran tolong", "kemarin sore jam 3",
	"desa Haruyan dekat balai desa", "besok pagi", "kemarin jam 3", "Jumat", "lupa", "halo", "ya", "tidak", "ok", "1", "2", "3", "5", "6", "7", "8", "9", "10", "99", "dua",
	"Setuju", "setju", "Tidak setuju", "Kirim", "kirm", "Lewati", "Selesai", "Kembali", "Batal", "Ubah", "Lanjutkan", "Kosongkan", "Tulis ulang",
	"Anonim", "Rahasia", "Biasa", "Pengaduan", "Pelaporan pelanggaran", "Lainnya", "Belum tahu", "terima kasih", "", " ", "\x00\x02", "\u200b",
	"😡😡", "\xff\xfe", "الطريق مكسور", "/start", "/lapor", "/lapor got mampet", "/status", "/status KTG-FA49-Z2N3", "/status x", "/bantuan", "/bahasa",
	"/bahasa en", "/batal", "/kembali", "/hapus", "/apa", "/start i_CONTOH", "/start k_JATENG", "Dinas PUPR Hulu Sungai Tengah", "https://maps.google.com/?q=-2.58,115.38",
}

func (w *walk) do() {
	before := w.shell.Session()
	var in conversation.Input
	ref := ""
	kind := rapid.IntRange(0, 19).Draw(w.t, "kind")
	next := func() string { w.refs++; return fmt.Sprint("m", w.refs) }
	old := func() string { return fmt.Sprint("m", rapid.IntRange(0, w.refs+1).Draw(w.t, "ref")) }
	switch {
	case kind < 8:
		in, ref = conversation.Text{Text: rapid.SampledFrom(texts).Draw(w.t, "text")}, next()
	case kind < 9:
		n := rapid.SampledFrom([]int{130, 400, 501, 600, 600, 600, 600, 65536, 130000}).Draw(w.t, "long")
		in, ref = conversation.Text{Text: strings.Repeat(rapid.SampledFrom([]string{"a", "é", "😀", "ab\n"}).Draw(w.t, "of"), n)}, next()
	case kind < 12:
		if len(w.tokens) == 0 {
			return
		}
		at := len(w.tokens) - 1
		if rapid.IntRange(0, 4).Draw(w.t, "old button") == 0 {
			at = rapid.IntRange(0, at).Draw(w.t, "which")
		} else {
			at = rapid.IntRange(max(0, at-9), at).Draw(w.t, "which")
		}
		in = conversation.Press{Token: w.tokens[at]}
	case kind < 14:
		in, ref = conversation.Attachment{
			Kind: "photo", Name: rapid.SampledFrom([]string{"", "a.jpg", "\x02b*.jpg"}).Draw(w.t, "name"),
			Bytes:   rapid.SampledFrom([]int64{-1, 0, 1000, 30 << 20}).Draw(w.t, "bytes"),
			Album:   rapid.SampledFrom([]string{"", "A", "B"}).Draw(w.t, "album"),
			Caption: rapid.SampledFrom([]string{"", "ini fotonya", "halo"}).Draw(w.t, "caption"),
		}, next()
	case kind < 15:
		in, ref = conversation.Pin{Lat: rapid.SampledFrom([]float64{-2.58, 91}).Draw(w.t, "lat"), Lon: 115.38, Name: rapid.SampledFrom([]string{"", "Pasar"}).Draw(w.t, "venue")}, next()
	case kind < 16:
		in = conversation.Unsupported{What: rapid.SampledFrom([]string{"sticker", "poll", "?"}).Draw(w.t, "what")}
	case kind < 17:
		in = conversation.Edited{Ref: old(), Text: rapid.SampledFrom(texts).Draw(w.t, "text")}
	case kind < 18:
		in = conversation.Deleted{Ref: old()}
	case kind < 19:
		d := rapid.SampledFrom([]time.Duration{time.Second, 3 * time.Second, time.Minute, 23 * time.Hour, 25 * time.Hour, 337 * time.Hour}).Draw(w.t, "wait")
		w.hear(w.shell.Advance(d))
		return
	default:
		if files := w.shell.Fetching(); len(files) > 0 {
			if rapid.Bool().Draw(w.t, "fit") {
				w.hear(w.shell.Stored(files[0]))
			} else {
				w.hear(w.shell.Refused(files[0], rapid.SampledFrom([]string{"type", "gone", "empty", "too_large", "?"}).Draw(w.t, "why")))
			}
			return
		}
		in = conversation.Failed{}
	}
	w.hear(w.shell.Send(in, ref))
	w.check(in, before)
	if rapid.Bool().Draw(w.t, "pause") {
		w.hear(w.shell.Settle())
	}
}

func (w *walk) hear(said []conversation.Message) {
	w.said = append(w.said, said...)
	for _, msg := range said {
		if n := len(utf16.Encode([]rune(msg.Text))); n == 0 || n > 3500 {
			w.t.Fatalf("an answer has %d units: %.200q", n, msg.Text)
		}
		for _, c := range msg.Choices {
			if c.Token == "" || len(c.Token) >= 40 || strings.ContainsFunc(c.Token, func(r rune) bool { return r <= ' ' || r > '~' }) || c.Label == "" {
				w.t.Fatalf("choice %+v", c)
			}
			w.tokens = append(w.tokens, c.Token)
		}
		for _, key := range phrases.Default().Keys("id") {
			if msg.Text == key {
				w.t.Fatalf("the catalogue lacks %q", key)
			}
		}
	}
	if err := w.shell.Err(); err != nil {
		w.t.Fatal(err)
	}
	s := w.shell.Session()
	if s.Telling.Number == 0 && (len(s.Telling.Draft.Evidence) > 0 || len(s.Telling.Draft.Chronology) > 0) {
		w.t.Fatal("a draft without a number")
	}
	if _, err := json.Marshal(s); err != nil {
		w.t.Fatal(err)
	}
}

func (w *walk) check(in conversation.Input, before conversation.Session) {
	after := w.shell.Session()
	answered, fetched := false, false
	ended := false
	for _, e := range w.shell.Answered {
		switch e := e.(type) {
		case conversation.Fetch:
			fetched = true
		case conversation.RecordConsent:
			w.consent, ended = e.Granted, ended || !e.Granted
		case conversation.FileReport:
			answered, ended = true, true
			if e.Draft.Story() == "" || !e.Draft.Kind.Valid() {
				w.t.Fatalf("filed %+v", e.Draft)
			}
		case conversation.Attach, conversation.Drop:
		default:
			answered = true
		}
	}
	if fetched && !w.consent {
		w.t.Fatal("a file is fetched before consent")
	}
	switch in.(type) {
	case conversation.Edited, conversation.Deleted:
		// what was never kept may change in silence
	default:
		if !answered {
			w.t.Fatalf("%#v is met with silence", in)
		}
	}
	if after.Drafts < before.Drafts || after.Serial < before.Serial {
		w.t.Fatal("a number went back")
	}
	same := after.Telling.Number == before.Telling.Number && after.Telling.Number != 0
	if text, ok := in.(conversation.Text); ok && slices.Contains(stories, text.Text) && !ended && !holds(after, text.Text) && !w.full() {
		w.t.Fatalf("%q is forgotten at once: %+v", text.Text, after)
	}
	switch in.(type) {
	case conversation.Edited, conversation.Deleted:
	default:
		if same && len(after.Telling.Draft.Chronology) < len(before.Telling.Draft.Chronology) && !before.Telling.Rewrite {
			w.t.Fatalf("%#v made us forget a part of the story", in)
		}
	}
}

// full reports whether the last answer was that the report can hold no more.
func (w *walk) full() bool {
	for _, e := range w.shell.Answered {
		say, ok := e.(conversation.Say)
		if ok && slices.ContainsFunc(say.Paragraphs, func(p conversation.Phrase) bool { return p.Key == "story.full" }) {
			return true
		}
	}
	return false
}

// stories are texts that tell something whatever the open question is.
var stories = texts[:6]

// holds reports whether text is somewhere in s, less a keyword before it.
func holds(s conversation.Session, text string) bool {
	text = strings.TrimPrefix(text, "barabai ")
	d := s.Telling.Draft
	kept := []string{d.Location.Words, d.OccurredAt.Words, d.AgencyWords}
	for _, p := range slices.Concat(s.Burst, d.Chronology) {
		kept = append(kept, p.Text)
	}
	return slices.ContainsFunc(kept, func(k string) bool { return strings.Contains(k, text) })
}

// finish sends the draft from whatever state it is in, by answering each
// question in the plainest way.
func (w *walk) finish() {
	w.hear(w.shell.Settle())
	number := w.shell.Session().Telling.Number
	if number == 0 {
		return
	}
	for range 25 {
		s := w.shell.Session()
		if s.Telling.Number != number {
			break
		}
		answer := ""
		switch string(s.Asked) {
		case "consent":
			answer = "1"
		case "story":
			if answer = "jalan rusak sekali"; len(s.Telling.Draft.Chronology) > 0 {
				answer = "1"
			}
		case "secrecy", "cancel":
			answer = "2"
		case "more", "place", "region", "when", "which", "future", "evidence":
			answer = "1"
		case "review":
			answer = "8"
		case "field":
			answer = "8"
		case "kind", "privacy":
			answer = "5"
		case "agency":
			answer = fmt.Sprint(len(s.Options) + 3)
		case "agency_words":
			answer = "2"
		case "language":
			answer = "1"
		default:
			w.t.Fatalf("the draft waits with question %q", s.Asked)
		}
		w.hear(w.shell.Send(conversation.Text{Text: answer}, ""))
		w.hear(w.shell.Settle())
	}
	if w.shell.Filed[number] == nil {
		w.t.Fatalf("draft %d cannot be finished: %+v", number, w.shell.Session())
	}
	for _, f := range w.shell.Fetching() {
		w.hear(w.shell.Stored(f))
	}
	r := w.shell.Filed[number]
	if len(r.Attached) != len(r.Draft.Evidence) {
		w.t.Fatalf("%d of %d files reached the report", len(r.Attached), len(r.Draft.Evidence))
	}
}

// cancel ends the draft from whatever state it is in.
func (w *walk) cancel() {
	w.hear(w.shell.Send(conversation.Text{Text: "/batal"}, ""))
	if w.shell.Session().Telling.Number == 0 {
		return
	}
	w.hear(w.shell.Send(conversation.Text{Text: "1"}, ""))
	s := w.shell.Session()
	if s.Telling.Number != 0 || len(s.Burst) > 0 || !s.Wake.IsZero() {
		w.t.Fatalf("batal leaves %+v", s)
	}
}

// FuzzStep gives the machine any session at all, damaged ones too, and any
// event: it neither panics nor falls silent.
func FuzzStep(f *testing.F) {
	m := machine(f)
	shell := talk(m)
	for _, text := range []string{"halo", "jalan rusak", "setuju", "pasar", "kemarin", "lewati", "6", "kembali", "batal"} {
		shell.Send(conversation.Text{Text: text}, "m1")
		shell.Settle()
		session, _ := json.Marshal(shell.Session())
		f.Add(session, 0, text, int64(1_700_000_000), 1.5)
	}
	f.Add([]byte(`{"q":"agency","d":{"n":-1},"o":["a","b"],"s":-5,"be":"2026-01-01T00:00:00Z"}`), 1, "3.1.a7", int64(0), 0.0)
	f.Fuzz(func(t *testing.T, stored []byte, kind int, text string, at int64, number float64) {
		var s conversation.Session
		if json.Unmarshal(stored, &s) != nil {
			return
		}
		events := []conversation.Input{
			conversation.Text{Text: text},
			conversation.Press{Token: text},
			conversation.Attachment{Kind: text, Name: text, Bytes: int64(number), Caption: text, Album: text},
			conversation.Pin{Lat: number, Lon: number, Name: text, Address: text},
			conversation.Unsupported{What: text},
			conversation.Edited{Ref: text, Text: text},
			conversation.Deleted{Ref: text},
			conversation.Tick{},
			conversation.FileStored{File: at, Kind: text},
			conversation.FileRefused{File: at, Why: text, Limit: int64(number)},
			conversation.ReportFiled{Report: reports.ID(at), TrackingID: reports.TrackingID(text), AccessCode: reports.AccessCode(text)},
			conversation.ReportsListed{Reports: []conversation.Summary{{TrackingID: reports.TrackingID(text), State: reports.State(text), Agency: text}}},
			conversation.CodeIssued{TrackingID: reports.TrackingID(text), OK: at%2 == 0},
			conversation.InviteRedeemed{Role: reports.Role(text), Agency: text},
			conversation.Failed{},
			conversation.Told{As: conversation.Reporter, Report: 1, Action: reports.Action(text), Words: text, Agency: text, Files: int(at)},
			conversation.Told{As: conversation.Claimant, Report: 1, Own: 1, Action: reports.Action(text), Words: text},
			conversation.Handed{Report: 1, Words: text, Files: 1},
			conversation.ReportFound{TrackingID: reports.TrackingID(text), Report: 1, Found: true},
			conversation.ReportShown{TrackingID: reports.TrackingID(text), Found: at%2 == 0, ByCode: at%3 == 0, Report: reports.Report{ID: 1, State: reports.State(text), Reporter: 1}, Thread: []conversation.Spoken{{Words: text, By: reports.ByReporter}}},
			conversation.Recapped{Agency: text, States: []conversation.StateCount{{State: reports.State(text), Count: 3}}},
			conversation.QueueListed{Reports: []reports.Report{{ID: 1, State: reports.State(text)}}},
			conversation.ActRefused{Report: 1},
			nil,
		}
		in := events[uint(kind)%uint(len(events))]
		e := conversation.Event{
			ID: at, At: time.Unix(at, int64(number)), Ref: text, Input: in, Person: reports.PersonID(at % 2), About: reports.ID(at % 3),
			Reports: []reports.Report{{ID: 1, State: reports.State(text), Reporter: 1, TrackingID: reports.TrackingID(text)}},
			Via:     conversation.Via{Network: text, Abroad: true, MaxFile: at},
		}
		after, effects := m.Step(s, e)
		if len(effects) == 0 {
			switch in.(type) {
			case nil, conversation.Tick, conversation.FileStored, conversation.FileRefused, conversation.Edited, conversation.Deleted, conversation.Told,
				conversation.ReportFound: // that nobody waits for any more
			default:
				t.Errorf("%#v is met with silence", in)
			}
		}
		for _, effect := range effects {
			if say, ok := effect.(conversation.Say); ok {
				m.Render(after.Lang(), say)
			}
		}
		if _, err := json.Marshal(after); err != nil {
			t.Error(err)
		}
		after.Names(e)
	})
}
