package channeltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"kentongan/bots"
	"kentongan/conversation"
	"kentongan/reports/register"
)

// Start makes a channel of the world and the other side of its network.
type Start func(t *testing.T, w *World) (bots.Channel, Network)

// Run is the conformance suite: what every channel owes the shell and the
// people behind it.
func Run(t *testing.T, start Start) {
	t.Run("a person files a whole report with words and numbers alone", func(t *testing.T) { filesAReport(t, start, false) })
	t.Run("everything delivered twice counts once", func(t *testing.T) { filesAReport(t, start, true) })
	t.Run("messages keep their order", func(t *testing.T) { keepsOrder(t, start) })
	t.Run("what could not be stored is not acknowledged", func(t *testing.T) { acknowledgesAfterStoring(t, start) })
	t.Run("a long text is split and nothing of it is lost", func(t *testing.T) { splits(t, start) })
	t.Run("choices can be answered", func(t *testing.T) { showsChoices(t, start) })
	t.Run("an edit replaces within the window", func(t *testing.T) { edits(t, start) })
	t.Run("the same id sent twice is shown once", func(t *testing.T) { sendsOnce(t, start) })
	t.Run("files come back as they were sent", func(t *testing.T) { fetches(t, start) })
	t.Run("files go out as they are, once and in their order", func(t *testing.T) { sendsFiles(t, start) })
	t.Run("an answer says what it answers", func(t *testing.T) { answers(t, start) })
	t.Run("rubbish is refused and not panicked at", func(t *testing.T) { decodes(t, start) })
	t.Run("running ends when it is told to", func(t *testing.T) { ends(t, start) })
	t.Run("an address is never printed", func(t *testing.T) { hides(t, start) })
}

// deliver has person do a until the network takes it.
func deliver(t *testing.T, n Network, person string, a Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := n.Deliver(ctx, person, a); err != nil {
		t.Fatalf("deliver %+v: %v", a, err)
	}
}

// awaits waits until the newest thing that person sees contains part.
func awaits(t *testing.T, n Network, person, part string) {
	t.Helper()
	Eventually(t, fmt.Sprintf("%s reads %q; sees %q", person, part, Texts(n, person)), func() bool {
		return strings.Contains(strings.Join(Texts(n, person), "\n"), part)
	})
}

// Texts are the texts that person sees.
func Texts(n Network, person string) []string {
	var texts []string
	for _, s := range n.Shown(person) {
		texts = append(texts, s.Text)
	}
	return texts
}

// Photo is a small picture that no other call returns.
func Photo() []byte {
	n := photos.Add(1)
	img := image.NewRGBA(image.Rect(0, 0, 4, 4))
	img.Set(1, 1, color.RGBA{R: byte(n), G: byte(n >> 8), B: byte(n >> 16), A: 255})
	var b bytes.Buffer
	_ = png.Encode(&b, img) // into memory: cannot fail
	return b.Bytes()
}

var photos atomic.Uint32

func filesAReport(t *testing.T, start Start, twice bool) {
	w := NewWorld(t)
	channel, n := start(t, w)
	shell, _ := w.Start(channel)
	next := 0
	do := func(a Action) {
		t.Helper()
		next++
		a.ID = fmt.Sprintf("m%d", next)
		deliver(t, n, "warga", a)
		if twice {
			deliver(t, n, "warga", a)
		}
	}
	count := func() int { return len(n.Shown("warga")) }
	answered := func(than int) {
		t.Helper()
		Eventually(t, "an answer", func() bool { return count() > than })
	}

	do(Action{Text: "Lampu jalan di depan pasar mati dan gelap sekali."})
	awaits(t, n, "warga", "Setuju")
	before := count()
	do(Action{Text: "1"})
	answered(before)
	before = count()
	do(Action{Text: "Pasar Keramat, Barabai"})
	answered(before)
	before = count()
	do(Action{Text: "lewati"})
	answered(before)
	do(Action{Upload: &Upload{Name: "lampu.png", Type: "image/png", Body: Photo()}})
	awaits(t, n, "warga", "1 berkas")
	Eventually(t, "the photo is in the vault", func() bool { return storedFiles(t, w) == 1 })
	before = count()
	do(Action{Text: "Selesai"})
	answered(before)
	do(Action{Text: "Kirim"})
	awaits(t, n, "warga", "KTG-")

	filed, err := shell.Register().List(t.Context(), register.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(filed) != 1 {
		t.Fatalf("%d reports were filed, want 1", len(filed))
	}
	r := filed[0]
	if !strings.Contains(r.Chronology, "gelap sekali") || strings.Count(r.Chronology, "gelap") != 1 {
		t.Errorf("the chronology is %q", r.Chronology)
	}
	if r.Location.Words != "Pasar Keramat, Barabai" || r.Evidence != 1 {
		t.Errorf("place %q with %d files", r.Location.Words, r.Evidence)
	}
	awaits(t, n, "warga", string(r.TrackingID))
}

func storedFiles(t *testing.T, w *World) (stored int) {
	t.Helper()
	if err := w.Pool.QueryRow(t.Context(), `select count(*) from media where state = 'stored'`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	return stored
}

func keepsOrder(t *testing.T, start Start) {
	w := NewWorld(t)
	channel, n := start(t, w)
	w.Start(channel)
	var want []string
	for i := range 20 {
		text := fmt.Sprintf("Kejadian nomor %02d di jalan ini.", i)
		want = append(want, text)
		deliver(t, n, "warga", Action{ID: fmt.Sprintf("m%d", i), Text: text})
	}
	awaits(t, n, "warga", "Setuju")
	read := strings.Join(Texts(n, "warga"), "\n")
	last := -1
	for _, text := range want {
		at := strings.Index(read, text)
		if at < 0 {
			continue // the read-back may be clipped
		}
		if at < last {
			t.Errorf("%q is out of order in %q", text, read)
		}
		last = at
	}
	if last < 0 {
		t.Errorf("nothing of it was read back: %q", read)
	}
}

// gate is an Ingress that is closed at first.
type gate struct {
	open  atomic.Bool
	taken chan bots.Incoming
}

func (g *gate) Knows(_ context.Context, _ bots.Channel, keys ...string) ([]bool, error) {
	return make([]bool, len(keys)), nil
}

func (g *gate) Release(context.Context, bots.Channel, string) error { return nil }

func (g *gate) Accept(_ context.Context, _ bots.Channel, events ...bots.Incoming) error {
	if !g.open.Load() {
		return errors.New("the database is away")
	}
	for _, e := range events {
		g.taken <- e
	}
	return nil
}

// running runs a channel into in until the test ends, and returns how to end it sooner.
func running(t *testing.T, c bots.Channel, in bots.Ingress) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, in) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Run returned %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("Run did not end")
		}
	}
	t.Cleanup(stop)
	return stop
}

func acknowledgesAfterStoring(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	g := &gate{taken: make(chan bots.Incoming, 8)}
	running(t, channel, g)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := n.Deliver(ctx, "warga", Action{ID: "m1", Text: "tolong"}); err == nil {
		t.Fatal("it was acknowledged although it could not be stored")
	}
	g.open.Store(true)
	deliver(t, n, "warga", Action{ID: "m1", Text: "tolong"})
	first := <-g.taken
	if first.Key == "" || len(first.Body) == 0 {
		t.Errorf("an event without key or body: %+v", first)
	}
	deliver(t, n, "warga", Action{ID: "m2", Text: "tolong"})
	second := <-g.taken
	for second.Key == first.Key { // a network may deliver the first once more by itself
		second = <-g.taken
	}
	dec, err := channel.Decode(first.Body)
	if text, ok := dec.Input.(conversation.Text); err != nil || !ok || text.Text != "tolong" {
		t.Errorf("decoded to %+v, %v", dec.Input, err)
	}
}

func send(t *testing.T, c bots.Channel, to bots.Address, m bots.Outgoing) string {
	t.Helper()
	ref, err := c.Send(t.Context(), to, m)
	if err != nil {
		t.Fatalf("send %s: %v", m.ID, err)
	}
	return ref
}

func splits(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	running(t, channel, &gate{taken: make(chan bots.Incoming, 8)})
	var text strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&text, "kata%d 😀 ", i)
	}
	send(t, channel, n.Address("warga"), bots.Outgoing{ID: "long", Message: conversation.Message{Text: text.String()}})
	parts := Texts(n, "warga")
	limit := channel.Limits().Text
	for i, part := range parts {
		if units := len(utf16.Encode([]rune(part))); limit > 0 && units > limit {
			t.Errorf("part %d has %d units, the limit is %d", i, units, limit)
		}
	}
	if got, want := strings.Fields(strings.Join(parts, " ")), strings.Fields(text.String()); !slices.Equal(got, want) {
		t.Errorf("%d words arrived, want %d, or in another order", len(got), len(want))
	}
}

func showsChoices(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	running(t, channel, &gate{taken: make(chan bots.Incoming, 8)})
	send(t, channel, n.Address("warga"), bots.Outgoing{ID: "c1", Message: conversation.Message{
		Text: "Apakah " + conversation.BoldOn + "Anda" + conversation.BoldOff + " setuju?",
		Choices: []conversation.Button{
			{Number: 1, Token: "1.0.agree", Label: "Setuju"},
			{Number: 2, Token: "1.0.refuse", Label: "Tidak setuju"},
		},
	}})
	shown := n.Shown("warga")
	if len(shown) != 1 {
		t.Fatalf("%d messages are shown, want 1: %+v", len(shown), shown)
	}
	if strings.ContainsAny(shown[0].Text, conversation.BoldOn+conversation.BoldOff) {
		t.Errorf("marks of bold words are shown: %q", shown[0].Text)
	}
	if channel.Limits().Buttons {
		if want := []string{"Setuju", "Tidak setuju"}; !slices.Equal(shown[0].Buttons, want) {
			t.Errorf("buttons %q, want %q", shown[0].Buttons, want)
		}
		return
	}
	for _, line := range []string{"1. Setuju", "2. Tidak setuju"} {
		if !strings.Contains(shown[0].Text, line) {
			t.Errorf("%q lacks the line %q", shown[0].Text, line)
		}
	}
}

func edits(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	running(t, channel, &gate{taken: make(chan bots.Incoming, 8)})
	to := n.Address("warga")
	window := channel.Limits().EditWindow
	ref := send(t, channel, to, bots.Outgoing{ID: "e1", Message: conversation.Message{Text: "1 berkas diterima"}})
	if window == 0 {
		return
	}
	again := send(t, channel, to, bots.Outgoing{ID: "e2", Message: conversation.Message{Text: "2 berkas diterima"}, Replaces: ref})
	if got := Texts(n, "warga"); !slices.Equal(got, []string{"2 berkas diterima"}) {
		t.Errorf("shown %q after an edit", got)
	}
	send(t, channel, to, bots.Outgoing{ID: "e3", Message: conversation.Message{Text: "3 berkas diterima"}, Replaces: again})
	if got := Texts(n, "warga"); !slices.Equal(got, []string{"3 berkas diterima"}) {
		t.Errorf("shown %q after an edit of an edit", got)
	}
	if window < 0 || !n.Age(window+time.Minute) {
		return
	}
	_, err := channel.Send(t.Context(), to, bots.Outgoing{ID: "e4", Message: conversation.Message{Text: "4 berkas diterima"}, Replaces: again})
	var problem *bots.SendError
	if !errors.As(err, &problem) || problem.Problem != bots.EditExpired {
		t.Errorf("an edit after the window gave %v, want %s", err, bots.EditExpired)
	}
}

func sendsOnce(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	running(t, channel, &gate{taken: make(chan bots.Incoming, 8)})
	m := bots.Outgoing{ID: "once", Message: conversation.Message{Text: "Laporan Anda terkirim."}}
	send(t, channel, n.Address("warga"), m)
	send(t, channel, n.Address("warga"), m)
	if got := len(n.Shown("warga")); got != 1 {
		t.Errorf("shown %d times", got)
	}
}

func fetches(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	running(t, channel, &gate{taken: make(chan bots.Incoming, 8)})
	want := bytes.Repeat([]byte("bukti "), 50_000)
	media := n.Upload("warga", Upload{Name: "bukti.txt", Type: "text/plain", Body: want})
	body, err := channel.Fetch(t.Context(), media)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if closeErr := body.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes came back, other than the %d sent", len(got), len(want))
	}
	if _, err := channel.Fetch(t.Context(), []byte(`nothing of the kind`)); err == nil {
		t.Error("a file that does not exist was fetched")
	}
}

func decodes(t *testing.T, start Start) {
	channel, _ := start(t, NewWorld(t))
	for _, rubbish := range []string{"", "{", "[]", "null", `"x"`, `{"type":7}`, "\x00\xff\xfe", strings.Repeat("[", 5000)} {
		if dec, err := channel.Decode([]byte(rubbish)); err == nil && dec.Input != nil {
			t.Errorf("%.20q was decoded to %+v", rubbish, dec.Input)
		}
	}
}

func ends(t *testing.T, start Start) {
	channel, n := start(t, NewWorld(t))
	g := &gate{taken: make(chan bots.Incoming, 8)}
	g.open.Store(true)
	stop := running(t, channel, g)
	deliver(t, n, "warga", Action{ID: "m1", Text: "satu"})
	stop()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := n.Deliver(ctx, "warga", Action{ID: "m2", Text: "dua"}); err == nil {
		t.Error("something was acknowledged after the end")
	}
}

func hides(t *testing.T, start Start) {
	_, n := start(t, NewWorld(t))
	address := n.Address("warga-rahasia")
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q"} {
		if printed := fmt.Sprintf(verb, address); strings.Contains(printed, string(address)) {
			t.Errorf("%s prints the address", verb)
		}
	}
}
