package rehearsal

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/region"
)

// show writes answers as they appear on a network without buttons.
func (s *Shell) show(out *strings.Builder, said []conversation.Message) {
	for _, msg := range said {
		first := "< "
		if msg.Slot != "" {
			if s.slots[msg.Slot] {
				first = "<~ " // takes the place of the message with that slot
			}
			s.slots[msg.Slot] = true
		}
		for i, line := range strings.Split(Plain(msg), "\n") {
			lead := "< "
			if i == 0 {
				lead = first
			}
			out.WriteString(strings.TrimRight(lead+line, " ") + "\n")
		}
	}
	for _, e := range s.Answered {
		if line := s.deed(e); line != "" {
			out.WriteString("* " + line + "\n")
		}
	}
	s.Answered = nil
}

// Plain is msg as a network without buttons and without bold shows it.
func Plain(msg conversation.Message) string {
	var b strings.Builder
	b.WriteString(strings.NewReplacer(conversation.BoldOn, "*", conversation.BoldOff, "*").Replace(msg.Text))
	first := true
	for _, c := range msg.Choices {
		if c.Listed || c.Number == 0 {
			continue
		}
		if first {
			b.WriteByte('\n')
		}
		first = false
		fmt.Fprintf(&b, "\n  %d. %s", c.Number, c.Label)
	}
	// What has no number is a button, or is said in words that the text names.
	none := true
	for _, c := range msg.Choices {
		if c.Number != 0 {
			continue
		}
		if none {
			if first {
				b.WriteByte('\n')
			}
			b.WriteString("\n ")
		}
		none = false
		b.WriteString(" [" + c.Label + "]")
	}
	if msg.AskLocation {
		b.WriteString("\n  [kirim lokasi]")
	}
	return b.String()
}

// deed says what an effect made the shell do.
func (s *Shell) deed(e conversation.Effect) string {
	switch e := e.(type) {
	case conversation.Fetch:
		return "ambil " + s.fileName(e.File)
	case conversation.Drop:
		names := make([]string, len(e.Files))
		for i, f := range e.Files {
			names[i] = s.fileName(f)
		}
		return "buang " + strings.Join(names, ", ")
	case conversation.RecordConsent:
		if e.Granted {
			return "catat persetujuan " + e.Version
		}
		return "catat penolakan " + e.Version
	case conversation.FileReport:
		return fmt.Sprintf("ajukan draf %d: %s", e.Number, report(e.Draft))
	case conversation.Attach:
		names := make([]string, len(e.Files))
		for i, f := range e.Files {
			names[i] = s.fileName(f)
		}
		return fmt.Sprintf("lampirkan %s ke laporan %d", strings.Join(names, ", "), e.Report)
	case conversation.Act:
		return fmt.Sprintf("laporan %d: %s", e.Report, e.Change.Action)
	case conversation.Say, conversation.Typing, conversation.ListReports, conversation.IssueCode, conversation.Redeem,
		conversation.Hand, conversation.Alert, conversation.Rate, conversation.Promise, conversation.Dossier, conversation.ShowReport, conversation.Recap,
		conversation.FindReport, conversation.BindGroup, conversation.ListQueue, conversation.Leave,
		conversation.LookAtGroup, conversation.AdoptTopic:
	}
	return ""
}

func report(d reports.Draft) string {
	r := d.Open(0, "", time.Time{})
	var words []string
	if r.Anonymous {
		words = append(words, "anonim")
	}
	if r.Confidential {
		words = append(words, "rahasia")
	}
	words = append(words, string(r.Kind), fmt.Sprintf("%d berkas", len(d.Evidence)))
	return strings.Join(words, ", ")
}

func (s *Shell) fileName(number int64) string {
	f := s.files[number]
	switch {
	case f == nil:
		return fmt.Sprintf("berkas %d", number)
	case f.name != "":
		return f.name
	default:
		return fmt.Sprintf("%s %d", f.kind, number)
	}
}

// draft writes the whole draft, every field of it.
func (s *Shell) draft(out *strings.Builder) {
	session := s.Session()
	line := func(format string, args ...any) {
		out.WriteString(strings.TrimRight("= "+fmt.Sprintf(format, args...), " ") + "\n")
	}
	open := string(session.Asked)
	if open == "" {
		open = "-"
	}
	if session.Under != "" {
		open += " (di bawahnya " + string(session.Under) + ")"
	}
	t := session.Telling
	if t.Number == 0 {
		line("draf: tidak ada; pertanyaan: %s", open)
		return
	}
	line("draf: %d; pertanyaan: %s", t.Number, open)
	d := t.Draft
	if len(d.Chronology) == 0 {
		line("kejadian: -")
	}
	for _, p := range d.Chronology {
		line("kejadian: %s", shorten(p.Text))
	}
	place := shorten(d.Location.Words)
	if d.Location.Pin {
		place = strings.TrimSpace(fmt.Sprintf("%s (pin %.5f, %.5f)", place, d.Location.Lat, d.Location.Lon))
	}
	if r, ok := region.Lookup(region.Code(d.Location.Region)); ok {
		place = strings.TrimSpace(place + " [" + r.Name + "]")
	}
	if len(t.Regions) > 0 {
		place += " [" + strings.Join(t.Regions, " atau ") + "?]"
	}
	line("tempat: %s%s", dash(place), mark(t.NoPlace, "dilewati"))
	when := shorten(d.OccurredAt.Words)
	if !d.OccurredAt.From.IsZero() {
		when += " [" + string(d.OccurredAt.Precision) + " " + s.local(d.OccurredAt.From)
		if !d.OccurredAt.To.IsZero() {
			when += " .. " + s.local(d.OccurredAt.To)
		}
		when += "]"
	} else if d.OccurredAt.Precision != "" {
		when += " [" + string(d.OccurredAt.Precision) + "]"
	}
	line("waktu: %s%s%s", dash(when), mark(t.Future, "belum terjadi")+mark(t.Unclear != "", "belum jelas: "+t.Unclear), mark(t.NoTime, "dilewati"))
	files := make([]string, 0, len(d.Evidence))
	for _, e := range d.Evidence {
		state := string(e.Status)
		if f := s.files[e.File]; f != nil {
			state = f.state
		}
		files = append(files, fmt.Sprintf("%s (%s, %s)", s.fileName(e.File), e.Kind, state))
	}
	line("bukti: %s%s", dash(strings.Join(files, ", ")), mark(t.NoMore, "selesai"))
	line("jenis: %s%s; tujuan: %s; privasi: %s", dash(string(d.Kind)), proposed(t.Proposed), agency(d), privacy(d))
}

func (s *Shell) local(t time.Time) string {
	if s.Zone != nil {
		t = t.In(s.Zone)
	}
	return t.Format("2006-01-02 15:04")
}

func proposed(k reports.Kind) string {
	if k == "" {
		return ""
	}
	return " (usulan " + string(k) + ")"
}

func agency(d reports.Draft) string {
	text := d.Agency
	if d.Keyword != "" {
		text += " (kata kunci " + d.Keyword + ")"
	}
	if d.AgencyWords != "" {
		text += " “" + shorten(d.AgencyWords) + "”"
	}
	return dash(strings.TrimSpace(text))
}

func privacy(d reports.Draft) string {
	switch {
	case d.Anonymous && d.Confidential:
		return "anonim dan rahasia"
	case d.Anonymous:
		return "anonim"
	case d.Confidential:
		return "rahasia"
	default:
		return "biasa"
	}
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func mark(on bool, text string) string {
	if on {
		return " (" + text + ")"
	}
	return ""
}

// shorten makes one line of a text that may be long.
func shorten(text string) string {
	text = strings.ReplaceAll(text, "\n", " / ")
	n := utf8.RuneCountInString(text)
	if n <= 160 {
		return text
	}
	return fmt.Sprintf("%s… (%d huruf)", string([]rune(text)[:60]), n)
}
