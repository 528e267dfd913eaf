package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kentongan/migrations/pgtest"
)

// clockAnswer is what /demo/clock says.
type clockAnswer struct {
	Now     time.Time  `json:"now"`
	Zone    string     `json:"zone"`
	Until   *time.Time `json:"until"`
	Error   string     `json:"error"`
	Message string     `json:"message"`
	Detail  string     `json:"detail"`
}

// clock asks for the demo's clock, or with a body moves it.
func (d *demo) clock(t *testing.T, body string, header map[string]string) (int, clockAnswer) {
	t.Helper()
	method, content := http.MethodGet, io.Reader(http.NoBody)
	if body != "" {
		method, content = http.MethodPost, strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, d.url+"/demo/clock", content)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		request.Header.Set(k, v)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer clockAnswer
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && response.StatusCode != http.StatusNotFound {
		t.Errorf("%s %s: %v", method, body, err)
	}
	return response.StatusCode, answer
}

// moveClock moves the demo's clock and returns where it stands then.
func (d *demo) moveClock(t *testing.T, body string) time.Time {
	t.Helper()
	status, answer := d.clock(t, body, nil)
	if status != http.StatusOK {
		t.Fatalf("%s: %d, %+v", body, status, answer)
	}
	return answer.Now
}

// startClockDemo starts a demo on a database of its own.
func startClockDemo(t *testing.T) *demo {
	t.Helper()
	return startDemo(t, binary(t), append(os.Environ(), "DATABASE_URL="+pgtest.New(t), "KENTONGAN_SECRET_KEY="+testKey,
		"KENTONGAN_DATA_DIR="+demoFolder(t), "KENTONGAN_LISTEN=127.0.0.1:0", "KENTONGAN_BURST_QUIET=300ms"))
}

// citizen is somebody at the web chat of the demo, who reads until the test ends.
func (d *demo) citizen(t *testing.T) *browser { return d.sits(t, "") }

// sits is citizen at the pane of this token, "" at one of their own.
func (d *demo) sits(t *testing.T, token string) *browser {
	t.Helper()
	b := newBrowser(t, func() string { return strings.TrimPrefix(d.url, "http://") })
	if token != "" {
		b.token = token
	}
	reading, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { b.read(reading) })
	t.Cleanup(func() {
		stop()
		wg.Wait()
	})
	return b
}

func must(t *testing.T, steps ...error) {
	t.Helper()
	for _, err := range steps {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A draft that nobody goes on with is reminded of after a day and forgotten
// after two weeks, each once and at its time, however far the clock is moved.
func TestADraftsTimersRunOutInAWalkOfTheClock(t *testing.T) {
	d := startClockDemo(t)
	morning := d.moveClock(t, `{"workdays":1}`)
	if h, m, _ := morning.Clock(); h != 10 || m != 0 || !morning.After(time.Now()) {
		t.Errorf("a walk of working days ended at %s", morning)
	}
	b := d.citizen(t)
	must(t, b.says("Jalan di depan rumah saya berlubang dan sudah ada yang jatuh."), b.awaits("Tidak setuju"), b.says("Setuju"), b.awaits("Di mana"))
	asked := b.said("Di mana")[0]

	began := time.Now()
	if now := d.moveClock(t, `{"advance":"100h"}`); now.Sub(asked) < 99*time.Hour || now.Sub(asked) > 102*time.Hour {
		t.Errorf("asked at %s, the clock was moved to %s", asked, now)
	}
	must(t, b.awaits("belum dikirim"))
	// Far into the time after, which is a second walk.
	d.moveClock(t, `{"advance":"400h"}`)
	must(t, b.awaits("sudah kami hapus"))
	t.Logf("two walks took %s", time.Since(began))
	for part, after := range map[string]time.Duration{"belum dikirim dan masih": 24 * time.Hour, "sudah kami hapus": 336 * time.Hour} {
		times := b.said(part)
		if len(times) != 1 {
			t.Errorf("%q was said %d times", part, len(times))
			continue
		}
		if late := times[0].Sub(asked) - after; late < -time.Minute || late > time.Minute {
			t.Errorf("%q was said %s after the question, want %s", part, times[0].Sub(asked), after)
		}
	}
	d.stop(t)
}

// Months ahead of the machine's clock a conversation is filed whole, with a
// photo, and the admin group has its card; codes of operators are valid.
func TestEverythingWorksMonthsAhead(t *testing.T) {
	d := startClockDemo(t)
	d.moveClock(t, `{"advance":"4800h"}`)
	b := newBrowser(t, func() string { return strings.TrimPrefix(d.url, "http://") })
	filed, err := b.report(7)
	must(t, err)
	if filed.receipt == "" {
		t.Error("no receipt")
	}
	for _, at := range b.at {
		if ahead := time.Until(at); ahead < 199*24*time.Hour || ahead > 201*24*time.Hour {
			t.Errorf("something was said %s ahead of the machine's clock", ahead)
		}
	}
	tokens := slices.Compact(paneTokens.FindAllString(d.get(t, "/"), -1))
	group := d.sits(t, tokens[0])
	must(t, group.awaits("Desa nomor 007"))

	invited := exec.Command(d.cmd.Path, "official", "invite", "--role", "operator", "--agency", "HST-DINKES")
	invited.Env = d.cmd.Env
	out, err := invited.Output()
	must(t, err)
	code := regexp.MustCompile(`i_\w+`).FindString(string(out))
	official := d.citizen(t)
	must(t, official.says("/start "+code), official.awaits("Dinas Kesehatan"))
	d.stop(t)
}

func TestTheClockTakesNothingButWaysForward(t *testing.T) {
	d := startClockDemo(t)
	for _, test := range []struct {
		body   string
		header map[string]string
		status int
		detail string
	}{
		{body: `{}`, status: 400, detail: "either"},
		{body: `{"advance":"1h","workdays":1}`, status: 400, detail: "either"},
		{body: `{"advance":"-1h"}`, status: 400, detail: "above 0"},
		{body: `{"advance":"0s"}`, status: 400, detail: "above 0"},
		{body: `{"advance":"9601h"}`, status: 400, detail: "9600h"},
		{body: `{"advance":"besok"}`, status: 400, detail: "36h"},
		{body: `{"workdays":-1}`, status: 400, detail: "from 1 to 250"},
		{body: `{"workdays":251}`, status: 400, detail: "from 1 to 250"},
		{body: `{"workdays":1.5}`, status: 400, detail: "body"},
		{body: `{"set":"2020-01-01T00:00:00Z"}`, status: 400, detail: "body"},
		{body: `not JSON`, status: 400, detail: "body"},
		{body: `{"advance":"1h"}`, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
		{body: `{"advance":"1h"}`, header: map[string]string{"Origin": "https://example.org"}, status: 403},
	} {
		status, answer := d.clock(t, test.body, test.header)
		if status != test.status || answer.Message == "" || !strings.Contains(answer.Detail, test.detail) {
			t.Errorf("%s %v: %d, %+v", test.body, test.header, status, answer)
		}
	}
	if _, answer := d.clock(t, "", nil); time.Until(answer.Now) > time.Minute || answer.Zone != "Asia/Jakarta" {
		t.Errorf("the clock moved all the same, or is not in its zone: %+v", answer)
	}
	before := d.moveClock(t, `{"advance":"36h"}`)
	if ahead := time.Until(before); ahead < 36*time.Hour-time.Minute || ahead > 36*time.Hour+time.Minute {
		t.Errorf("36 hours moved it %s ahead", ahead)
	}
	d.stop(t)
}

func TestProductionHasNoMovableClock(t *testing.T) {
	p := newProcess(t, binary(t), pgtest.New(t), t.TempDir())
	p.start(t)
	d := &demo{url: "http://" + p.address}
	for _, body := range []string{"", `{"advance":"36h"}`} {
		if status, _ := d.clock(t, body, nil); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			t.Errorf("a request with %q was answered with %d", body, status)
		}
	}
}
