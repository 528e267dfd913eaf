package telegram_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/telegram"
	"kentongan/bots/telegram/telegramtest"
	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
	"kentongan/reports/register"
)

// Every golden transcript is played twice at the same time: in memory, as it
// was written, and by a person on Telegram to the whole service. After each
// block both must show the same, to the byte and to the last button.
//
// What cannot happen on Telegram is left out of both: no text is empty, bots are
// not told of deletions, photos have no names, nothing is to be seen once only,
// nothing is edited that was never sent, and the network is always Telegram.
// Beside the keyboard that shares a location there is no room for a button that
// copies.
func TestTranscriptsReadTheSameOnTelegram(t *testing.T) {
	names, err := filepath.Glob("../../conversation/testdata/*.txt")
	if err != nil || len(names) < 25 {
		t.Fatalf("found %d transcripts, want 25 or more (%v)", len(names), err)
	}
	for _, name := range names {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(script, []byte("\n@ network")) {
			continue // held over another network
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel() // each waits for its service to begin, most of the time
			newStage(t).play(script)
		})
	}
}

// stage is a talk in memory beside the same on Telegram.
type stage struct {
	t         *testing.T
	rehearsal *rehearsal.Shell
	world     *channeltest.World
	kick      func(chat, person int64)
	server    *telegramtest.Server
	person    *telegramtest.Person
	channel   *gated
	clock     *atomic.Pointer[time.Time]
	invite    string

	said  int              // by the citizen, what was left out included
	refs  map[string]int64 // the rehearsal's names of messages
	want  []look
	slots map[string]int // place in want
	// Numbers and codes are random: each side has its own for the first, the second …
	wantIDs, gotIDs channeltest.Tokens
}

// look is a message as somebody sees it.
type look struct {
	Text    string
	Buttons []string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	machine, err := rehearsal.Stage()
	if err != nil {
		t.Fatal(err)
	}
	w := channeltest.NewWorld(t)
	clock := &atomic.Pointer[time.Time]{}
	now := rehearsal.StageStart
	clock.Store(&now)
	w.Now = func() time.Time { return *clock.Load() }
	server := telegramtest.Start(t)
	s := &stage{
		t: t, rehearsal: rehearsal.New(machine, rehearsal.StageVia, now), world: w, server: server, clock: clock,
		person: server.Person(7001, "Warga"), refs: map[string]int64{}, slots: map[string]int{},
		channel: &gated{Channel: open(t, w, server, false)},
	}
	catalog := register.NewCatalog(w.Pool, w.Sealer)
	for _, a := range append(slices.Clone(rehearsal.StageAgencies), reports.Agency{Code: "CONTOH", Name: "Dinas Contoh", Level: reports.Unit}) {
		if _, err := catalog.AddAgency(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	code, err := catalog.InviteCode(t.Context(), reports.Liaison, "CONTOH", now)
	if err != nil {
		t.Fatal(err)
	}
	s.invite = code.Code
	shell, _ := w.StartWith(func(cfg *bots.Config) {
		cfg.Machine = func(register.Snapshot) (*conversation.Machine, error) { return machine, nil }
	}, s.channel)
	s.kick = shell.Ingress().(interface{ Kick(chat, person int64) }).Kick
	return s
}

// gated is a channel whose files arrive when the stage says so, and that knows
// no limits: its clock stands still.
type gated struct {
	*telegram.Channel

	gate channeltest.Gate
}

// Limits implements [bots.Channel].
func (g *gated) Limits() bots.Limits {
	l := g.Channel.Limits()
	l.PerSecond, l.PerChat, l.PerGroup = 0, 0, 0
	return l
}

// Fetch implements [bots.Channel].
func (g *gated) Fetch(ctx context.Context, media []byte) (io.ReadCloser, error) {
	file, err := fileID(media)
	if err == nil {
		err = g.gate.Pass(ctx, file)
	}
	if errors.Is(err, channeltest.ErrRubbish) {
		return io.NopCloser(strings.NewReader(channeltest.Rubbish)), nil
	}
	if err != nil {
		return nil, err
	}
	return g.Channel.Fetch(ctx, media)
}

func fileID(media []byte) (string, error) {
	var m struct {
		FileID string `json:"file_id"`
	}
	err := json.Unmarshal(media, &m)
	return m.FileID, err
}

// play plays a script as [rehearsal.Shell.Play] does.
func (s *stage) play(script []byte) {
	s.t.Helper()
	blocks, err := channeltest.PlayTranscript(script, s)
	if err := errors.Join(err, s.rehearsal.Err()); err != nil {
		s.t.Error(err)
	}
	if odd := s.server.Tolerated(); len(odd) > 0 {
		s.t.Errorf("Telegram passed over %q", odd)
	}
	if blocks < 2 {
		s.t.Errorf("only %d blocks were played", blocks)
	}
}

// Advance implements [channeltest.Stage].
func (s *stage) Advance(d time.Duration) { s.expect(s.rehearsal.Advance(d)) }

// End implements [channeltest.Stage].
func (s *stage) End(block string) {
	s.expect(s.rehearsal.Settle())
	s.compare(block)
}

// expect takes what the rehearsal said, and follows its clock.
func (s *stage) expect(said []conversation.Message) {
	s.t.Helper()
	for _, m := range said {
		l := look{Text: s.wantIDs.Plain(strings.NewReplacer(conversation.BoldOn, "*", conversation.BoldOff, "*").Replace(m.Text))}
		keyboard := m.AskLocation && m.Slot == ""
		if keyboard {
			l.Buttons = append(l.Buttons, "📍 "+m.Share)
		}
		for _, c := range m.Choices {
			l.Buttons = append(l.Buttons, c.Label)
		}
		if m.Copy != "" && !keyboard {
			l.Buttons = append(l.Buttons, s.wantIDs.Plain("📋 "+m.Copy))
		}
		at, shown := s.slots[m.Slot]
		switch {
		case m.Slot != "" && shown:
			s.want[at] = l
		default:
			s.want = append(s.want, l)
			if m.Slot != "" {
				s.slots[m.Slot] = len(s.want) - 1
			}
		}
	}
	s.follow()
}

// follow moves the service's clock to the rehearsal's, by way of every instant
// at which a timer of the conversation runs out.
func (s *stage) follow() {
	s.t.Helper()
	for {
		next := s.rehearsal.Now()
		var wake *time.Time
		if err := s.world.Pool.QueryRow(s.t.Context(), `select min(wake_at) from sessions where wake_at <= $1`, next).Scan(&wake); err != nil {
			s.t.Fatal(err)
		}
		if wake == nil {
			s.clock.Store(&next)
			s.settle()
			return
		}
		if at := wake.UTC(); at.After(s.world.Now()) {
			s.clock.Store(&at)
		}
		s.settle()
	}
}

// settle waits until the service has nothing to do at its present time.
func (s *stage) settle() {
	s.t.Helper()
	quiet := 0
	channeltest.Eventually(s.t, "nothing is under way", func() bool {
		var busy, due int
		var chat *int64
		err := s.world.Pool.QueryRow(s.t.Context(), `select
			(select count(*) from inbox where state = 'waiting') + (select count(*) from outbox where state = 'waiting')
				+ (select count(*) from media where state = 'wanted' and not $2),
			(select count(*) from sessions where wake_at <= $1), (select min(chat) from sessions)`,
			s.world.Now(), s.channel.gate.Closed()).Scan(&busy, &due, &chat)
		if err != nil {
			s.t.Fatal(err)
		}
		if chat != nil && busy+due > 0 {
			s.kick(*chat, 0)
		}
		if busy+due+s.server.Pending() > 0 {
			quiet = 0
			return false
		}
		quiet++
		return quiet > 1
	})
}

// Act implements [channeltest.Stage], on both sides.
func (s *stage) Act(line string) {
	s.t.Helper()
	in, err := s.rehearsal.Input(line)
	if err != nil {
		s.t.Fatal(err)
	}
	s.said++
	ref := "m" + strconv.Itoa(s.said)
	switch x := in.(type) {
	case conversation.Deleted:
		return
	case conversation.Text:
		if x.Text == "" {
			return
		}
	case conversation.Unsupported:
		if x.What == "view_once" {
			return
		}
	case conversation.Edited:
		if s.refs[x.Ref] == 0 {
			return
		}
	case conversation.Attachment:
		if x.Kind == "photo" || x.Kind == "voice" {
			x.Name = ""
		}
		in = x
	}
	s.refs[ref] = s.send(in)
	said := s.rehearsal.Send(in, ref)
	if !s.rehearsal.Hold {
		for _, number := range s.rehearsal.Fetching() {
			said = append(said, s.rehearsal.Stored(number)...)
		}
	}
	s.expect(said)
}

// send does on Telegram what in says, and returns the message's id.
func (s *stage) send(in conversation.Input) int64 {
	s.t.Helper()
	p := s.person
	switch x := in.(type) {
	case conversation.Text:
		text := strings.ReplaceAll(s.gotIDs.Theirs(&s.wantIDs, x.Text), rehearsal.Invitation, s.invite)
		return p.TextWith(text, func(map[string]any) {}) // in one piece, however long
	case conversation.Press:
		token := s.gotIDs.Theirs(&s.wantIDs, x.Token)
		p.PressData(s.shows(token), token)
	case conversation.Attachment:
		return p.Send(media(x))
	case conversation.Pin:
		if x.Name != "" {
			return p.Venue(x.Lat, x.Lon, x.Name, x.Address)
		}
		return p.Location(x.Lat, x.Lon)
	case conversation.Unsupported:
		switch x.What {
		case "sticker":
			return p.Sticker(channeltest.Photo())
		case "contact":
			return p.Contact("+620000", "Warga Lain", false)
		case "poll":
			return p.Poll("Setuju?", "Ya", "Tidak")
		}
	case conversation.Edited:
		p.Edit(s.refs[x.Ref], x.Text)
		p.EditCaption(s.refs[x.Ref], x.Text)
	default:
		s.t.Fatalf("nobody does %T on Telegram", in)
	}
	return 0
}

// shows is the message that has a button with this token, or any at all.
func (s *stage) shows(token string) int64 {
	shown := s.person.Shown()
	for _, m := range slices.Backward(shown) {
		for _, row := range m.Inline {
			if slices.ContainsFunc(row, func(b telegramtest.Button) bool { return b.Data == token }) {
				return m.MessageID
			}
		}
	}
	return 1
}

// media is a file as Telegram holds it: it claims the script's size, and has a
// few bytes of the right type.
func media(x conversation.Attachment) telegramtest.Media {
	m := telegramtest.Media{
		Kind: x.Kind, Name: x.Name, Type: x.Type, Size: x.Bytes, Caption: x.Caption, Album: x.Album, Body: channeltest.Body(x.Kind),
	}
	if x.Bytes < 0 {
		m.Size, m.More = int64(len(m.Body)), map[string]any{"file_size": nil}
	}
	if x.Bytes == 0 {
		m.Body, m.More = nil, map[string]any{"file_size": 0}
	}
	return m
}

// Direct implements [channeltest.Stage].
func (s *stage) Direct(words []string) {
	s.t.Helper()
	defer func() { s.compare("@ " + strings.Join(words, " ")) }()
	switch words[0] {
	case "tick": // one too many: there is no such thing in the service
	case "hold":
		s.rehearsal.Hold = true
		s.channel.gate.Close()
	case "failed":
		s.server.Raw(map[string]any{"message": map[string]any{
			"message_id": 900_000, "text": []string{"unreadable"},
			"chat": map[string]any{"id": 7001, "type": "private"}, "from": map[string]any{"id": 7001},
		}})
		s.expect(s.rehearsal.Send(conversation.Failed{}, ""))
	case "stored", "refused":
		s.arrive(words)
	default:
		d, err := time.ParseDuration(strings.TrimPrefix(words[0], "+"))
		if err != nil {
			s.t.Fatalf("nobody directs %q", words)
		}
		s.expect(s.rehearsal.Advance(d))
	}
}

// arrive lets a file that was held arrive, or turn out unfit, on both sides.
func (s *stage) arrive(words []string) {
	s.t.Helper()
	n, err := strconv.Atoi(words[1])
	if err != nil {
		s.t.Fatal(err)
	}
	// Files are wanted in the order in which they came.
	var number int64
	err = s.world.Pool.QueryRow(s.t.Context(), `select id from media order by id offset $1 limit 1`, n-1).Scan(&number)
	if err != nil {
		s.t.Fatal(err)
	}
	said, err := s.rehearsal.Line(strings.Join(words, " "), true)
	if err != nil {
		s.t.Fatal(err)
	}
	var outcome error
	if words[0] == "refused" {
		outcome = map[string]error{"type": channeltest.ErrRubbish, "gone": bots.ErrMediaGone, "too_large": bots.ErrMediaTooLarge}[words[2]]
	}
	s.channel.release(s.t, s.world, number, outcome)
	var state string
	channeltest.Eventually(s.t, "the file is no longer wanted", func() bool {
		if err := s.world.Pool.QueryRow(s.t.Context(), `select state from media where id = $1`, number).Scan(&state); err != nil {
			s.t.Fatal(err)
		}
		return state != "wanted"
	})
	s.expect(said)
}

// release lets the fetch of a file go on that is being fetched.
func (g *gated) release(t *testing.T, w *channeltest.World, number int64, outcome error) {
	t.Helper()
	var sealed []byte
	var state string
	if err := w.Pool.QueryRow(t.Context(), `select state, ref from media where id = $1`, number).Scan(&state, &sealed); err != nil {
		t.Fatal(err)
	}
	if state != "wanted" {
		return // it was dropped, or arrived before
	}
	plain, err := w.Sealer.Open(nil, sealed, fmt.Sprintf("media:%d", number))
	if err != nil {
		t.Fatal(err)
	}
	file, err := fileID(plain)
	if err != nil {
		t.Fatal(err)
	}
	if !g.gate.Open(file, outcome) {
		t.Fatalf("file %d was released before", number)
	}
}

// compare holds both sides against each other.
func (s *stage) compare(block string) {
	s.t.Helper()
	s.settle()
	var got []look
	for _, m := range s.person.Shown() {
		l := look{Text: s.gotIDs.Plain(starred(m))}
		for _, label := range labels(m) {
			l.Buttons = append(l.Buttons, s.gotIDs.Plain(label))
		}
		got = append(got, l)
	}
	if diff := cmp.Diff(s.want, got); diff != "" {
		s.t.Fatalf("after\n%sTelegram shows otherwise (-in memory +on Telegram)\n%s", block, diff)
	}
}
