package rehearsal

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kentongan/conversation"
	"kentongan/reports"
)

// Play plays script and returns it as a transcript: the same lines, with what
// everybody reads because of them. A transcript is a script again: lines whose
// mark is <, =, ~, ! or * are left out of what is played.
//
//	# a note
//	@ warga Siti
//	@ petugas Rudi liaison HST-PUPR       a role, and the body's code unless it is national
//	@ grup PUPR HST-PUPR                  @ grup Admin is the national admin's
//	@ berhenti Rudi                       every appointment of Rudi ends
//	@ lapor Siti HST: jalan rusak parah   a whole report in one go, for the body; "rahasia" before the colon
//	@ +25h                                the clock; @ sampai 2026-12-07 09:00 in Jakarta
//	@ berkas ditahan                      files do not arrive until @ berkas masuk, or @ berkas gagal
//	@ jam 1 silence                       what only the clock does to the first report
//	@ penjadwal                           from now on time that passes is time for the scheduler
//	@ +3 hari kerja                       the clock, to this time of the third working day
//	@ blokir Siti                         nothing reaches Siti any more; @ terjangkau Siti: it does again
//	Siti > text                           and everything else that [Shell.Play] knows of files, pins and buttons
//	Siti > [balas 3] text                 in answer to the bot's third message to Siti
//	Rudi > [balas kartu 1] text           in answer to the card of the first report
//	Grup PUPR / Rudi > (Saya tangani)     the newest button with that label in the group;
//	                                      (Saya tangani laporan 1) of the first report's
//	Siti > {1}                            the first report's tracking number, and {1 kode} its access code
func (c *Case) Play(script io.Reader) (string, error) {
	p := &player{c: c, shown: map[string][]string{}}
	c.Heard = p.hear
	lines := bufio.NewScanner(script)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := p.line(strings.TrimRight(lines.Text(), " \r")); err != nil {
			return p.out.String(), fmt.Errorf("script: %q: %w", lines.Text(), err)
		}
		if c.err != nil {
			return p.out.String(), fmt.Errorf("script: %q: %w", lines.Text(), c.err)
		}
	}
	p.end()
	if c.err != nil {
		return p.out.String(), c.err
	}
	return strings.TrimRight(p.out.String(), "\n") + "\n", lines.Err()
}

// player plays one script.
type player struct {
	c     *Case
	out   strings.Builder
	block bool                // somebody is writing
	noted bool                // the last line was a note or a line of the stage
	shown map[string][]string // cards as they were printed last
}

var playedPattern = regexp.MustCompile(`^(?:Grup (\S+) / )?(\S+) > (.*)$`)

// answerPattern knows the lines of a transcript that are not played.
var answerPattern = regexp.MustCompile(`^(\* |(?:Grup \S+|\S+)(?: <~?\d+| [=~!])(?: |$))`)

func (p *player) line(line string) error {
	switch {
	case line == "":
		p.end()
		return nil
	case strings.HasPrefix(line, "#"):
		p.end()
		p.write(line)
		p.noted = true
		return nil
	case strings.HasPrefix(line, "@"):
		if p.block {
			p.end()
		}
		p.write(line)
		p.noted = true
		err := p.stage(strings.TrimSpace(line[1:]))
		p.flush()
		return err
	}
	m := playedPattern.FindStringSubmatch(line)
	if m == nil {
		if answerPattern.MatchString(line) {
			return nil
		}
		return fmt.Errorf("nobody says that")
	}
	return p.said(m[1], m[2], m[3], line)
}

// said lets somebody do what a line of the script says.
func (p *player) said(group, name, what, line string) error {
	c := p.c
	who := p.find(name)
	if who == nil {
		return fmt.Errorf("nobody is called %s", name)
	}
	var g *Group
	if group != "" {
		if g = p.group(group); g == nil {
			return fmt.Errorf("there is no group %s", group)
		}
	}
	if p.noted {
		p.out.WriteByte('\n')
		p.noted = false
	}
	if p.block {
		c.now = c.now.Add(betweenMessages)
	} else {
		c.Advance(betweenBlocks)
		p.flush()
	}
	p.block = true
	p.write(line)
	at := &who.place
	if g != nil {
		at = &g.place
	}
	about, what, err := p.quote(at, what)
	if err != nil {
		return err
	}
	in, err := p.input(at, what)
	if err != nil {
		return err
	}
	c.Send(who, g, in, about)
	p.flush()
	return nil
}

// end ends a block: bursts are over.
func (p *player) end() {
	if p.block {
		p.c.Settle()
		p.flush()
	}
	if p.block || p.noted {
		p.out.WriteByte('\n')
	}
	p.block, p.noted = false, false
}

var (
	quotePattern = regexp.MustCompile(`^\[balas (kartu )?(\d+)\] ?(.*)$`)
	thatPattern  = regexp.MustCompile(`\{(\d+)( kode)?\}`)
)

// quote takes what is answered off the front of a line.
func (p *player) quote(at *place, what string) (about reports.ID, rest string, err error) {
	m := quotePattern.FindStringSubmatch(what)
	if m == nil {
		return 0, what, nil
	}
	n, _ := strconv.Atoi(m[2])
	if m[1] != "" {
		if _, stands := at.cards[reports.ID(n)]; !stands {
			return 0, "", fmt.Errorf("no card of report %d stands there", n)
		}
		return reports.ID(n), m[3], nil
	}
	if n < 1 || n > len(at.sent) {
		return 0, "", fmt.Errorf("there is no message %d", n)
	}
	return at.sent[n-1].About, m[3], nil
}

// input reads what somebody does.
func (p *player) input(at *place, what string) (conversation.Input, error) {
	what = thatPattern.ReplaceAllStringFunc(what, func(s string) string {
		m := thatPattern.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[1])
		f := p.c.filing(reports.ID(n))
		switch {
		case f == nil:
			return s
		case m[2] != "":
			return string(f.code)
		default:
			return string(f.Report.TrackingID)
		}
	})
	m := pressPattern.FindStringSubmatch(what)
	if m == nil || strings.HasPrefix(what, "(token ") {
		return (&Shell{}).Input(what)
	}
	back, _ := strconv.Atoi(m[2])
	label, number, _ := strings.Cut(m[1], " laporan ")
	n, err := strconv.ParseInt(number, 10, 32)
	mark := "." + strconv.FormatInt(n, 36) + "."
	if err != nil {
		label, mark = m[1], ""
	}
	for _, b := range slices.Backward(at.buttons) {
		if b.Label != label || !strings.Contains(b.Token, mark) {
			continue
		}
		if back == 0 {
			return conversation.Press{Token: b.Token}, nil
		}
		back--
	}
	return nil, fmt.Errorf("there was no button %q", m[1])
}

var filePatternStage = regexp.MustCompile(`^lapor (\S+) (\S+)( rahasia)?: (.+)$`)

// stage carries out a line that begins with @.
func (p *player) stage(line string) error {
	c := p.c
	words := strings.Fields(line)
	if m := filePatternStage.FindStringSubmatch(line); m != nil {
		return p.report(m[1], m[2], m[3] != "", m[4])
	}
	switch {
	case len(words) == 0:
	case words[0] == "warga" && len(words) == 2:
		c.Join(words[1])
		return nil
	case words[0] == "petugas" && (len(words) == 3 || len(words) == 4):
		who := p.find(words[1])
		if who == nil {
			who = c.Join(words[1])
		}
		role := reports.Role(words[2])
		if !role.Valid() {
			return fmt.Errorf("%s is no role", role)
		}
		c.Appoint(who, role, strings.Join(words[3:], ""))
		return nil
	case words[0] == "grup" && (len(words) == 2 || len(words) == 3):
		c.Bind(words[1], strings.Join(words[2:], ""))
		return nil
	case words[0] == "berhenti" && len(words) == 2 && p.find(words[1]) != nil:
		c.Dismiss(p.find(words[1]))
		c.showCards()
		return nil
	case line == "berkas ditahan":
		c.Hold()
		return nil
	case line == "berkas masuk", line == "berkas gagal":
		c.Arrive(line == "berkas masuk")
		return nil
	case words[0] == "penjadwal" && len(words) == 1:
		c.Schedule()
		return nil
	case (words[0] == "blokir" || words[0] == "terjangkau") && len(words) == 2 && p.find(words[1]) != nil:
		c.Block(p.find(words[1]), words[0] == "blokir")
		return nil
	case words[0] == "jam" && len(words) == 3:
		n, _ := strconv.Atoi(words[1])
		return c.Clock(reports.ID(n), reports.Action(words[2]))
	case words[0] == "sampai" && len(words) == 3:
		at, err := time.ParseInLocation("2006-01-02 15:04", words[1]+" "+words[2], c.config.Zone)
		if err != nil || at.Before(c.now) {
			return fmt.Errorf("the clock cannot be moved there (%w)", err)
		}
		c.Advance(at.Sub(c.now))
		return nil
	default:
		if d, is := c.workdays(words); is {
			c.Advance(d)
			return nil
		}
		if d, err := time.ParseDuration(strings.TrimPrefix(words[0], "+")); err == nil && d >= 0 {
			c.Advance(d)
			return nil
		}
	}
	return fmt.Errorf("%q is nothing that can happen", line)
}

// report has somebody file a report at once, without its conversation being
// printed: cases are about what comes after.
func (p *player) report(name, agency string, secret bool, story string) error {
	who := p.find(name)
	if who == nil {
		return fmt.Errorf("nobody is called %s", name)
	}
	heard := p.c.Heard
	p.c.Heard = func(h Heard) {
		if h.Person != who || h.Card != 0 {
			heard(h)
		}
	}
	err := p.c.Report(who, agency, secret, story)
	p.c.Heard = heard
	return err
}

func (p *player) find(name string) *Person {
	i := slices.IndexFunc(p.c.people, func(q *Person) bool { return q.Name == name })
	if i < 0 {
		return nil
	}
	return p.c.people[i]
}

func (p *player) group(name string) *Group {
	i := slices.IndexFunc(p.c.groups, func(g *Group) bool { return g.Name == name })
	if i < 0 {
		return nil
	}
	return p.c.groups[i]
}
