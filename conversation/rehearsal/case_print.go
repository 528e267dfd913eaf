package rehearsal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kentongan/conversation"
)

func (p *player) write(line string) { p.out.WriteString(strings.TrimRight(line, " ") + "\n") }

// flush prints what was done to reports.
func (p *player) flush() {
	for _, line := range p.c.stored {
		p.write("* " + line)
	}
	p.c.stored = nil
}

// hear prints what somebody reads. A card is printed whole at first, and then
// by what has changed in it.
func (p *player) hear(h Heard) {
	who := ""
	if h.Person != nil {
		who = h.Person.Name
	}
	if h.Group != nil {
		who = "Grup " + h.Group.Name
	}
	p.flush()
	text := Plain(h.Message)
	switch {
	case h.Alert:
		p.lines(h.To.Name+" !", text)
	case h.Card != 0:
		key := fmt.Sprint(who, " ", h.Card)
		now := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return l == "" })
		before, stood := p.shown[key]
		p.shown[key] = now
		if !stood {
			p.lines(who+" =", strings.Join(now, "\n"))
			return
		}
		p.write(fmt.Sprintf("%s ~ kartu %d", who, h.Card))
		for _, line := range now {
			if !slices.Contains(before, line) {
				p.write(who + " ~ " + line)
			}
		}
		for _, line := range before {
			if !slices.Contains(now, line) && !strings.HasPrefix(line, "  [") {
				p.write(who + " ~ - " + line)
			}
		}
	case h.Edited != 0:
		p.lines(fmt.Sprintf("%s <~%d", who, h.Edited), text)
	default:
		p.lines(fmt.Sprintf("%s <%d", who, h.Number), text)
	}
}

func (p *player) lines(lead, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		p.write(lead + " " + line)
	}
}

// Report has who file a report for the body with this code in one go: with
// consent where it is missing, and secret with content and name kept so.
func (c *Case) Report(who *Person, agency string, secret bool, story string) error {
	filed := len(c.reports)
	say := func(text string) {
		c.now = c.now.Add(time.Second)
		c.Send(who, nil, conversation.Text{Text: text}, 0)
		c.Settle()
	}
	say("/lapor " + story)
	for range 20 {
		s := c.Session(who)
		switch asked := string(s.Asked); {
		case len(c.reports) > filed:
			return c.err
		case asked == "consent":
			say("Setuju")
		case asked == "secrecy", asked == "language":
			say("2")
		case asked == "review" && agency != "-" && s.Telling.Draft.Agency != agency:
			say("6")
		case asked == "review" && secret && !s.Telling.Draft.Confidential:
			say("7")
		case asked == "review":
			say("Kirim")
		case asked == "agency":
			say("Lainnya")
		case asked == "agency_words":
			say(c.agencyName(agency))
		case asked == "privacy":
			say("3")
		default:
			say("1")
		}
	}
	return fmt.Errorf("the report waits with question %q", c.Session(who).Asked)
}

func (c *Case) agencyName(code string) string {
	for i := range c.config.Agencies {
		if a := &c.config.Agencies[i]; a.Code == code {
			return a.Name
		}
	}
	return code
}
