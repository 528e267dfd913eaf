package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rsc.io/qr"

	"kentongan/bots/channeltest"
	"kentongan/bots/webchat/browsertest"
	"kentongan/bots/whatsapp"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/migrations/pgtest"

	"github.com/chromedp/chromedp"
)

// phoneOffice is the program on a WhatsApp of its own, in this process.
type phoneOffice struct {
	t       *testing.T
	server  *whatsapptest.Server
	account *whatsapptest.Account
	environ []string
	address string
}

func newOffice(t *testing.T) *phoneOffice {
	t.Helper()
	o := &phoneOffice{t: t, server: whatsapptest.New(t), address: freeAddress(t)}
	o.account = o.server.Account("628111000111")
	o.environ = append(os.Environ(), "DATABASE_URL="+pgtest.New(t), "KENTONGAN_SECRET_KEY="+testKey, "KENTONGAN_DATA_DIR="+t.TempDir(),
		"KENTONGAN_LISTEN="+o.address, "KENTONGAN_BURST_QUIET=200ms", "KENTONGAN_LOG=warn")
	return o
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// program is one start of it, whose output goes to out.
func (o *phoneOffice) program(out io.Writer) *program {
	http := o.server.HTTPClient()
	return &program{
		stdin: strings.NewReader(""), stdout: out, stderr: o, environ: o.environ, now: time.Now,
		whatsapp: &whatsapp.Transport{Websocket: http, PreLogin: http, Media: http},
	}
}

func (o *phoneOffice) Write(p []byte) (int, error) {
	o.t.Logf("stderr: %s", bytes.TrimSpace(p))
	return len(p), nil
}

// types runs a command and returns what it prints.
func (o *phoneOffice) types(args ...string) string {
	o.t.Helper()
	var out bytes.Buffer
	if err := o.program(&out).command(o.t.Context(), args); err != nil {
		o.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
	return out.String()
}

// starts runs a command that serves, until the test ends or stop is called.
func (o *phoneOffice) starts(args ...string) (stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.program(io.Discard).command(ctx, args) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				o.t.Errorf("%s ended with %v", strings.Join(args, " "), err)
			}
		case <-time.After(20 * time.Second):
			o.t.Error("it did not stop")
		}
	})
	o.t.Cleanup(stop)
	return stop
}

var typedCode = regexp.MustCompile(`\b[A-Z0-9]{4}-[A-Z0-9]{4}\b`)

// pair links the phone with a code that is typed on it, as an operator would.
func (o *phoneOffice) pair() {
	o.t.Helper()
	read, write := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- o.program(write).command(o.t.Context(), []string{"whatsapp", "pair", "--phone", "+62 811 100 0111"})
		_ = write.Close()
	}()
	said, typed := "", false
	buffer := make([]byte, 4096)
	for {
		n, err := read.Read(buffer)
		said += string(buffer[:n])
		if code := typedCode.FindString(said); code != "" && !typed {
			typed = true
			if err := o.account.EnterCode(o.t.Context(), code); err != nil {
				o.t.Fatal(err)
			}
		}
		if err != nil {
			break
		}
	}
	if err := <-done; err != nil || !strings.Contains(said, "The phone is linked.") || !strings.Contains(said, "Link with phone number") {
		o.t.Fatalf("pair: %v\n%s", err, said)
	}
}

// An operator links the office's phone with a code while the service waits for
// one; then a citizen files a whole report over WhatsApp.
func TestAPhoneIsLinkedAndACitizenReportsOverWhatsApp(t *testing.T) {
	o := newOffice(t)
	o.types("migrate")
	if got := o.types("whatsapp", "status"); !strings.Contains(got, "no phone is linked") || !strings.Contains(got, "kentongan whatsapp pair") {
		t.Errorf("before: %s", got)
	}
	stop := o.starts("serve")
	channeltest.Eventually(t, "it is ready without a phone", func() bool { return strings.HasPrefix(o.get("/readyz"), "ready\n") })
	o.pair()
	if err := o.account.AwaitOnline(t.Context()); err != nil {
		t.Fatal(err)
	}
	siti := o.server.Person("Siti")
	awaits := func(part string) whatsapptest.Shown {
		t.Helper()
		m, err := siti.Await(t.Context(), o.account, func(m whatsapptest.Shown) bool { return strings.Contains(m.Text, part) })
		if err != nil {
			t.Fatalf("waited in vain for %q: %v", part, err)
		}
		return m
	}
	siti.Text(o.account, "Tiga lampu jalan mati dan seorang warga jatuh karena gelap.")
	awaits("Tidak setuju")
	siti.Text(o.account, "1")
	awaits("Di mana")
	siti.Text(o.account, "Pasar Keramat, Barabai")
	awaits("Kapan")
	siti.Text(o.account, "kemarin sore jam 3")
	awaits("Ada foto")
	siti.Photo(o.account, whatsapptest.File{Type: "image/jpeg", Body: channeltest.Photo()})
	awaits("1 berkas")
	siti.Text(o.account, "selesai")
	awaits("Periksa laporan")
	siti.Text(o.account, "kirim")
	if receipt := awaits("KTG-"); !strings.Contains(receipt.Text, "Kode akses") {
		t.Errorf("the receipt: %s", receipt.Text)
	}
	var status whatsapp.Status
	if err := json.Unmarshal([]byte(o.types("whatsapp", "status", "--json")), &status); err != nil || status.State != whatsapp.StateConnected {
		t.Errorf("status %+v, %v", status, err)
	}
	if got := o.get("/metrics"); !strings.Contains(got, "kentongan_whatsapp") {
		t.Error("no metrics of WhatsApp")
	}
	o.account.Unlink()
	channeltest.Eventually(t, "the lost phone is seen", func() bool { return o.get("/readyz") == "not ready\n" })
	if got := o.types("whatsapp", "status"); !strings.Contains(got, "logged_out") || !strings.Contains(got, "link it anew") {
		t.Errorf("after: %s", got)
	}
	o.pair()
	channeltest.Eventually(t, "it is ready again", func() bool { return strings.HasPrefix(o.get("/readyz"), "ready\n") })
	stop()
}

func (o *phoneOffice) get(path string) string {
	answer, err := http.Get("http://" + o.address + path)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(answer.Body)
	return string(body)
}

// The demo's page links a phone, too.
func TestTheDemosPageLinksAPhone(t *testing.T) {
	o := newOffice(t)
	o.starts("demo")
	channeltest.Eventually(t, "the demo answers", func() bool { return strings.HasPrefix(o.get("/healthz"), "alive") })
	ctx := browsertest.Open(t)
	browsertest.Do(t, ctx, browsertest.Viewport(600, 900), chromedp.Navigate("http://"+o.address+"/demo/whatsapp"))
	browsertest.Appears(t, ctx, "#phone")
	browsertest.Do(t, ctx, browsertest.Keys("#phone", "+62 811 100 0111"), browsertest.Click("#typed"))
	browsertest.Appears(t, ctx, "#code:not([hidden])")
	code, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.getElementById('code').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	browsertest.Screenshot(t, ctx, "pairing")
	if err := o.account.EnterCode(t.Context(), strings.TrimSpace(code)); err != nil {
		t.Fatal(err)
	}
	browsertest.Appears(t, ctx, `#state[data-state="linked"]`)
	if err := o.account.AwaitOnline(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What the terminal shows is the code that the phone has to see.
func TestTheTerminalDrawsTheCode(t *testing.T) {
	const text = "https://wa.me/settings/linked_devices#2@ref,noise,identity,adv,1"
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := terminalQR(text)
	if err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(drawn, "")
	for row, line := range strings.Split(strings.TrimSuffix(plain, "\n"), "\n") {
		for column, r := range []rune(line) {
			x, y := column-2, 2*row-2
			upper, lower := r == '█' || r == '▀', r == '█' || r == '▄'
			if upper != code.Black(x, y) || lower != code.Black(x, y+1) {
				t.Fatalf("at %d, %d it draws %q", x, y, r)
			}
		}
	}
}
