package whatsapp

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
)

// Every golden transcript is played twice at the same time: in memory, and by a
// person on WhatsApp to the whole service. After each block the phone must show
// what was said in memory, to the last mark and choice.
//
// WhatsApp has no buttons: who presses one writes its number or its words, on
// both sides. What can be done with buttons only, or not on WhatsApp at all, is
// left out of both, and counted.
func TestTranscriptsReadTheSameOnWhatsApp(t *testing.T) {
	names, err := filepath.Glob("../../conversation/testdata/*.txt")
	if err != nil || len(names) < 25 {
		t.Fatalf("found %d transcripts, want 25 or more (%v)", len(names), err)
	}
	// All are held at the same time, with one account. Only where files are held back
	// the service is one's own: what waits keeps those of others waiting.
	together, alone := map[string][]byte{}, []map[string][]byte(nil)
	for _, path := range names {
		script, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		if bytes.Contains(script, []byte("\n@ hold")) {
			alone = append(alone, map[string][]byte{name: script})
		} else {
			together[name] = script
		}
	}
	var out tally
	var all sync.WaitGroup
	for _, scripts := range alone {
		all.Go(func() { t.Run("alone", func(t *testing.T) { newStage(t, &out).play(scripts) }) })
	}
	all.Go(func() { t.Run("together", func(t *testing.T) { newStage(t, &out).play(together) }) })
	all.Wait()
	lines, left := out.sum()
	t.Logf("%d lines were played; left out: %v", lines, left)
}

// tally counts what was played, and what was left out and why.
type tally struct {
	mu     sync.Mutex
	played int
	out    map[string]int
}

func (c *tally) note(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case why == "":
		c.played++
		return
	case c.out == nil:
		c.out = map[string]int{}
	}
	c.out[why]++
}

func (c *tally) sum() (played int, out map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.played, maps.Clone(c.out)
}

// talk is one transcript: a talk in memory beside the same on WhatsApp.
type talk struct {
	*stage

	t         *testing.T
	rehearsal *rehearsal.Shell
	person    *whatsapptest.Person

	said    int                        // by the citizen, what was left out included
	refs    map[string]types.MessageID // the rehearsal's names of messages
	albums  map[string]types.MessageID
	asked   []conversation.Button // the newest choices
	pressed int
	want    []string
	slots   map[string]slot
	// Numbers and codes are random.
	wantIDs, gotIDs channeltest.Tokens
}

// slot is a message that is edited as long as WhatsApp allows.
type slot struct {
	at    int // in want
	since time.Time
}

func newTalk(t *testing.T, s *stage, n int) *talk {
	t.Helper()
	return &talk{
		stage: s, t: t, rehearsal: rehearsal.New(s.machine, s.channel.Via(), s.rig.w.Now()),
		person: s.rig.server.Person(fmt.Sprint("Warga ", n)),
		refs:   map[string]types.MessageID{}, albums: map[string]types.MessageID{}, slots: map[string]slot{},
	}
}

func (s *talk) play(script []byte) {
	s.t.Helper()
	blocks, err := channeltest.PlayTranscript(script, s)
	if err := errors.Join(err, s.rehearsal.Err()); err != nil {
		s.t.Error(err)
	}
	if blocks < 2 {
		s.t.Errorf("only %d blocks were played", blocks)
	}
}

// Advance implements [channeltest.Stage].
func (s *talk) Advance(d time.Duration) { s.expect(s.rehearsal.Advance(d)) }

// End implements [channeltest.Stage].
func (s *talk) End(block string) {
	s.expect(s.rehearsal.Settle())
	s.compare(block)
}

// expect takes what the rehearsal said, and follows its clock.
func (s *talk) expect(said []conversation.Message) {
	s.t.Helper()
	now := s.rehearsal.Now()
	for _, m := range said {
		text := s.wantIDs.Plain(inWriting(m))
		if len(m.Choices) > 0 {
			s.asked = m.Choices
		}
		before, shown := s.slots[m.Slot]
		if m.Slot != "" && shown && now.Sub(before.since) < editWindow-editMargin {
			s.want[before.at] = text
			continue
		}
		s.want = append(s.want, text)
		if m.Slot != "" {
			s.slots[m.Slot] = slot{len(s.want) - 1, now}
		}
	}
	s.until(s.t, now)
}

// inWriting is a message as somebody would write it on WhatsApp.
func inWriting(m conversation.Message) string {
	text := strings.NewReplacer(conversation.BoldOn, "*", conversation.BoldOff, "*").Replace(m.Text)
	lines := []string{text, ""}
	if m.Pick != "" {
		lines = append(lines, m.Pick)
	}
	for _, c := range m.Choices {
		switch {
		case c.Listed:
		case c.Number == 0:
			lines = append(lines, "• "+c.Label)
		default:
			lines = append(lines, fmt.Sprintf("%d. %s", c.Number, c.Label))
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// signs turns signs that stand for WhatsApp's marks back into them.
var signs = strings.NewReplacer("∗", "*", "ˍ", "_", "∼", "~", "ˋ", "`")

// compare holds both sides against each other.
func (s *talk) compare(block string) {
	s.t.Helper()
	got := func() []string {
		var shown []string
		for _, m := range s.person.FromBot(s.rig.office) {
			if m.Waiting {
				m.Text = "(waiting for this message)"
			}
			shown = append(shown, s.gotIDs.Plain(signs.Replace(m.Text)))
		}
		return shown
	}
	// The phone gets its copy after the account was told that WhatsApp has it, and
	// asks once more for one that it cannot read. Where one talk went wrong, the
	// others need not wait for so long.
	patience := 10 * time.Second
	if s.stage.t.Failed() {
		patience = time.Second
	}
	same := func() bool { return slices.Equal(got(), s.want) }
	_ = s.rig.server.Await(s.rig.within(patience), "the answers", same)
	if diff := gocmp.Diff(s.want, got()); diff != "" {
		s.t.Fatalf("after\n%sWhatsApp shows otherwise (-in memory +on WhatsApp)\n%s", block, diff)
	}
}

// Act implements [channeltest.Stage], on both sides.
func (s *talk) Act(line string) {
	s.t.Helper()
	s.said++
	in, err := s.rehearsal.Input(line)
	if err != nil {
		s.t.Fatal(err)
	}
	in, why := s.possible(in)
	s.tally.note(why)
	if why != "" {
		return
	}
	ref := "m" + strconv.Itoa(s.said)
	s.refs[ref] = s.send(in)
	if err := s.person.AwaitConfirmed(s.rig.within(time.Minute), s.refs[ref]); err != nil {
		s.t.Fatal(err)
	}
	said := s.rehearsal.Send(in, ref)
	if !s.rehearsal.Hold {
		for _, number := range s.rehearsal.Fetching() {
			said = append(said, s.rehearsal.Stored(number)...)
		}
	}
	s.expect(said)
}

// possible is what somebody does on WhatsApp who wants to do in, or why nobody
// can.
func (s *talk) possible(in conversation.Input) (_ conversation.Input, why string) {
	switch x := in.(type) {
	case conversation.Press:
		at := slices.IndexFunc(s.asked, func(c conversation.Button) bool { return c.Token == x.Token })
		if at < 0 {
			return nil, "a button of an older message, or of none"
		}
		if s.pressed++; s.pressed%2 == 0 {
			return conversation.Text{Text: s.asked[at].Label}, ""
		}
		return conversation.Text{Text: strconv.Itoa(s.asked[at].Number)}, ""
	case conversation.Edited:
		if s.refs[x.Ref] == "" {
			return nil, "an edit of what was never sent"
		}
	case conversation.Deleted:
		if s.refs[x.Ref] == "" {
			return nil, "a deletion of what was never sent"
		}
	case conversation.Attachment:
		if x.Kind != "document" {
			x.Name = "" // WhatsApp tells names of documents only
		}
		return x, ""
	}
	return in, ""
}

// send does on WhatsApp what in says, and returns the message's id.
func (s *talk) send(in conversation.Input) types.MessageID {
	s.t.Helper()
	p, office := s.person, s.rig.office
	switch x := in.(type) {
	case conversation.Text:
		text := s.gotIDs.Theirs(&s.wantIDs, x.Text)
		if strings.Contains(text, rehearsal.Invitation) {
			text = strings.ReplaceAll(text, rehearsal.Invitation, s.invitation())
		}
		return p.Text(office, text)
	case conversation.Attachment:
		return s.sendFile(x)
	case conversation.Pin:
		return p.Location(office, x.Lat, x.Lon, x.Name)
	case conversation.Unsupported:
		switch x.What {
		case "sticker":
			return p.Sticker(office, whatsapptest.File{Body: channeltest.Photo()})
		case "contact":
			return p.Contact(office, "Warga Lain", "+62 812 0000")
		case "poll":
			return p.Poll(office, "Setuju?", []string{"Ya", "Tidak"})
		case "view_once":
			return p.ViewOnce(office, whatsapptest.File{Body: channeltest.Photo()})
		}
	case conversation.Edited:
		if s.said%2 == 0 { // older phones write it otherwise
			return p.Edit(office, s.refs[x.Ref], x.Text)
		}
		return p.EditEncrypted(office, s.refs[x.Ref], x.Text)
	case conversation.Deleted:
		return p.Delete(office, s.refs[x.Ref])
	}
	s.t.Fatalf("nobody does %+v on WhatsApp", in)
	return ""
}

// sendFile sends a file that claims the script's size, and has a few bytes of
// the right type.
func (s *talk) sendFile(x conversation.Attachment) types.MessageID {
	p, office := s.person, s.rig.office
	f := whatsapptest.File{Name: x.Name, Caption: x.Caption, Claims: uint64(x.Bytes)}
	if x.Bytes > 0 {
		f.Body = channeltest.Body(x.Kind)
	}
	var how []whatsapptest.How
	if head := s.albums[x.Album]; head != "" {
		how = append(how, whatsapptest.InAlbum(head))
	} else if x.Album != "" {
		ids := p.Album(office, []whatsapptest.File{f})
		s.albums[x.Album] = ids[0]
		return ids[1]
	}
	switch x.Kind {
	case "photo":
		return p.Photo(office, f, how...)
	case "video":
		return p.Video(office, f, how...)
	case "voice":
		return p.Voice(office, f)
	case "audio":
		return p.Audio(office, f)
	default:
		return p.Document(office, f)
	}
}

// invitation makes a code that is good once.
func (s *talk) invitation() string {
	s.t.Helper()
	code, err := s.catalog.InviteCode(s.t.Context(), reports.Liaison, "CONTOH", s.rig.w.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return code.Code
}

// Direct implements [channeltest.Stage].
func (s *talk) Direct(words []string) {
	s.t.Helper()
	defer func() { s.compare("@ " + strings.Join(words, " ") + "\n") }()
	switch words[0] {
	case "tick": // one too many: there is no such thing in the service
		s.tally.note("a tick too many")
	case "network":
		s.tally.note("another network")
	case "hold":
		s.rehearsal.Hold = true
		s.channel.gate.Close()
	case "failed":
		// Whatever can be stored can be read: what cannot is put in behind WhatsApp.
		chat := addressOf(s.person.LID())
		body := bots.Incoming{Chat: chat, Key: fmt.Sprintf("%s/unreadable %d", s.person.LID(), s.said), Order: time.Now().Unix(), Body: []byte("unreadable")}
		if err := s.ingress.Accept(s.t.Context(), s.channel, body); err != nil {
			s.t.Fatal(err)
		}
		s.expect(s.rehearsal.Send(conversation.Failed{}, ""))
	case "stored", "refused":
		s.arrive(words)
	default:
		d, err := time.ParseDuration(strings.TrimPrefix(words[0], "+"))
		if err != nil {
			s.t.Fatalf("nobody directs %q", words)
		}
		s.Advance(d)
	}
}

// arrive lets a file that was held arrive, or turn out unfit, on both sides. The
// talk is the only one of its service.
func (s *talk) arrive(words []string) {
	s.t.Helper()
	n, err := strconv.Atoi(words[1])
	if err != nil {
		s.t.Fatal(err)
	}
	said, err := s.rehearsal.Line(strings.Join(words, " "), true)
	if err != nil {
		s.t.Fatal(err)
	}
	outcome := map[string]error{"type": channeltest.ErrRubbish, "gone": bots.ErrMediaGone, "too_large": bots.ErrMediaTooLarge}[cmp.Or(words[2:]...)]
	// Files are wanted in the order in which they came.
	var number int64
	var state string
	var sealed []byte
	look := func() {
		s.t.Helper()
		err := s.rig.w.Pool.QueryRow(s.t.Context(), `select id, state, ref from media order by id offset $1 limit 1`, n-1).Scan(&number, &state, &sealed)
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if look(); state == "wanted" { // it was not dropped, and did not arrive before
		plain, err := s.rig.w.Sealer.Open(nil, sealed, fmt.Sprintf("media:%d", number))
		if err != nil {
			s.t.Fatal(err)
		}
		id, err := messageOf(plain)
		if err != nil {
			s.t.Fatal(err)
		}
		if !s.channel.gate.Open(id, outcome) {
			s.t.Fatalf("file %d was released before", n)
		}
		channeltest.Eventually(s.t, "the file is no longer wanted", func() bool { look(); return state != "wanted" })
	}
	s.expect(said)
}
