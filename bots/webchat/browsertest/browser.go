// Package browsertest drives a real Chromium over the web chat's page, for
// tests.
package browsertest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Open opens a fresh Chromium. Without one the test is skipped, but fails
// where it must not be missing.
func Open(tb testing.TB) context.Context {
	tb.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		const what = "the browser test needs Chromium: apt-get install chromium"
		if os.Getenv("CI") != "" || os.Getenv("KENTONGAN_REQUIRE_CHROMIUM") != "" {
			tb.Fatal(what)
		}
		tb.Skip(what)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(tb.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("force-prefers-reduced-motion", true), chromedp.WSURLReadTimeout(60*time.Second),
	)
	ctx, cancel := chromedp.NewExecAllocator(tb.Context(), options...)
	tb.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	tb.Cleanup(cancel)
	// Not with a timeout: the first call's context is the browser's life.
	Do(tb, ctx, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	})
	err := chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *runtime.EventExceptionThrown:
			tb.Errorf("the page threw: %+v", event.ExceptionDetails)
		case *network.EventRequestWillBeSent:
			u := event.Request.URL
			own := strings.HasPrefix(u, "http://127.0.0.1:") || strings.HasPrefix(u, "blob:http://127.0.0.1:") ||
				strings.HasPrefix(u, "data:") // the buttons of the browser's own players; the page's content policy allows none
			if !own {
				tb.Errorf("the page asked for %s", u)
			}
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return ctx
}

// At selects an element by its data-testid inside of a pane.
func At(pane int, rest string) string {
	return fmt.Sprintf(`[data-testid="pane-%d"] %s`, pane, rest)
}

// ID selects an element by its data-testid.
func ID(testid string) string { return fmt.Sprintf("[data-testid=%q]", testid) }

// Do carries out actions one after the other, and fails the test where one cannot be.
func Do(tb testing.TB, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) { //nolint:revive // tb stands first in every helper of a test
	tb.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		tb.Fatal(err)
	}
}

// Click presses the element that selector finds, once it can be seen.
func Click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// Keys types text into the element that selector finds; keys such as Enter are
// those of chromedp/kb.
func Keys(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(selector), text)
}

// Until waits for a JavaScript expression to be true. It does not wait in the
// page, whose content policy forbids to make code from text.
func Until(tb testing.TB, ctx context.Context, expression string) { //nolint:revive // tb stands first in every helper of a test
	tb.Helper()
	eventually(tb, expression, func() bool {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && ok
	})
}

// Appears waits until an element can be seen.
func Appears(tb testing.TB, ctx context.Context, selector string) { //nolint:revive // tb stands first in every helper of a test
	tb.Helper()
	Until(tb, ctx, fmt.Sprintf("Boolean(document.querySelector(%q)?.checkVisibility())", selector))
}

// Says waits until a pane's log contains a text.
func Says(tb testing.TB, ctx context.Context, pane int, text string) { //nolint:revive // tb stands first in every helper of a test
	tb.Helper()
	Until(tb, ctx, fmt.Sprintf("document.querySelector(%q).innerText.includes(%q)", At(pane, ID("log")), text))
}

// Screenshot saves what the page looks like, if KENTONGAN_SCREENSHOTS names a folder.
func Screenshot(tb testing.TB, ctx context.Context, name string) { //nolint:revive // tb stands first in every helper of a test
	tb.Helper()
	dir := os.Getenv("KENTONGAN_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "webchat-"+name+".png"), png, 0o600); err != nil { //nolint:gosec // the folder is the one that whoever runs the tests named
		tb.Fatal(err)
	}
}

// Photo makes a picture of a street at night.
func Photo(tb testing.TB) string {
	tb.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	for y := range 420 {
		for x := range 640 {
			v := uint8(25 + y/8)
			img.Set(x, y, color.RGBA{v / 2, v / 2, v, 255})
			if y > 300 && (x+y)%160 < 6 {
				img.Set(x, y, color.RGBA{150, 140, 110, 255})
			}
			if dx, dy := x-430, y-110; dx*dx+dy*dy < 900 {
				img.Set(x, y, color.RGBA{70, 66, 60, 255})
			}
			if x > 426 && x < 434 && y > 110 && y < 330 {
				img.Set(x, y, color.RGBA{60, 60, 66, 255})
			}
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "lampu-jalan.jpg")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// Viewport gives the page so many CSS pixels; one narrower than 600 is a phone.
func Viewport(width, height int64) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600,
		})
		return chromedp.Void{}, err
	}
}

// eventually waits until ok, and fails the test where that takes too long.
func eventually(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	deadline := time.Now().Add(60 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			tb.Fatalf("waited in vain: %s", what)
		}
		<-tick.C
	}
}
