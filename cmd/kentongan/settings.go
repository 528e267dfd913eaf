package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kentongan/bots/telegram"
	"kentongan/reports/seal"
)

// settings are what the environment says, checked.
type settings struct {
	databaseURL string // empty: a private Postgres in dataDir
	dataDir     string
	listen      string
	debugListen string   // empty: no pprof
	key         seal.Key // zero: not set
	publicURL   string   // without a slash at its end; empty: no links
	burst       time.Duration
	quiet       quietHours
	retention   time.Duration
	remind      time.Duration
	expire      time.Duration
	zone        *time.Location
	webchat     bool
	telegram    telegramSettings
	log         slog.Level

	// warnings are sentences about what is set and has no effect.
	warnings []string
}

// telegramSettings say which bot serves, and how its updates come in.
type telegramSettings struct {
	token      string // empty: none
	server     string // empty: the official one
	webhookURL string // empty: polling
	secret     string // empty: derived from the secret key
}

// webhookPath is where Telegram's updates arrive.
const webhookPath = "/telegram/webhook"

// quietHours are minutes after midnight; from may lie after to.
type quietHours struct{ from, to int }

// fileSuffix marks a setting whose value is read from the file that it names.
const fileSuffix = "_FILE"

// ours begins the names of settings that nobody else uses.
const ours = "KENTONGAN_"

// laterSettings belong to parts of the service that this version does not have.
var laterSettings = []string{
	"KENTONGAN_CLAMAV",
}

// testSettings are read by tests and by .ci/run only.
var testSettings = []string{"KENTONGAN_REQUIRE_CHROMIUM", "KENTONGAN_KILL_LONG", "KENTONGAN_WHATSAPP_CHAOS"}

// reader takes settings out of an environment and gathers what is wrong with
// them, so that one look shows every mistake.
type reader struct {
	env      map[string]string
	known    []string
	problems []error
	idle     []string // sentences about what has no effect
}

func newReader(environ []string) *reader {
	r := &reader{env: make(map[string]string, len(environ))}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		r.env[name] = value
	}
	return r
}

// text returns a setting's value, from its file where the setting says so, or
// fallback where it is not set. Set to nothing is not set: compose files
// cannot leave a name out.
func (r *reader) text(name, fallback string) string {
	r.known = append(r.known, name, name+fileSuffix)
	value, file := r.env[name], r.env[name+fileSuffix]
	switch {
	case value != "" && file != "":
		r.fail(name, errors.New("is set twice: remove it or "+name+fileSuffix))
	case file != "":
		content, err := os.ReadFile(file)
		if err != nil {
			r.fail(name+fileSuffix, err)
		}
		value = strings.TrimSpace(string(content))
		if value == "" && err == nil {
			r.fail(name+fileSuffix, fmt.Errorf("the file %s is empty", file))
		}
	}
	return cmp.Or(value, fallback)
}

func (r *reader) fail(name string, err error) {
	r.problems = append(r.problems, fmt.Errorf("%s: %w", name, err))
}

// parsed is text that parse understands; what it does not is a problem.
func parsed[T any](r *reader, name, fallback string, parse func(string) (T, error)) T {
	text := r.text(name, fallback)
	value, err := parse(text)
	if err != nil {
		r.fail(name, err)
	}
	return value
}

// readSettings reads every setting from environ. The error joins one for each
// mistake; the settings are complete as far as they could be read.
func readSettings(environ []string) (settings, error) {
	r := newReader(environ)
	s := settings{
		databaseURL: r.text("DATABASE_URL", ""),
		dataDir:     r.text("KENTONGAN_DATA_DIR", ""),
		listen:      parsed(r, "KENTONGAN_LISTEN", "127.0.0.1:8080", parseListen),
		debugListen: parsed(r, "KENTONGAN_DEBUG_LISTEN", "", parseListen),
		publicURL:   parsed(r, "KENTONGAN_PUBLIC_URL", "", parsePublicURL),
		burst:       parsed(r, "KENTONGAN_BURST_QUIET", "3s", parseDuration),
		quiet:       parsed(r, "KENTONGAN_QUIET_HOURS", "21:00-07:00", parseQuiet),
		retention:   parsed(r, "KENTONGAN_RETENTION", "17520h", parseDuration),
		remind:      parsed(r, "KENTONGAN_DRAFT_REMIND", "24h", parseDuration),
		expire:      parsed(r, "KENTONGAN_DRAFT_EXPIRE", "336h", parseDuration),
		zone:        parsed(r, "KENTONGAN_ZONE", "Asia/Jakarta", parseZone),
		webchat:     parsed(r, "KENTONGAN_WEBCHAT", "off", parseSwitch),
		log:         parsed(r, "KENTONGAN_LOG", "info", parseLevel),
	}
	if text := r.text("KENTONGAN_SECRET_KEY", ""); text != "" {
		key, err := seal.ParseKey(text)
		if err != nil {
			r.fail("KENTONGAN_SECRET_KEY", err)
		}
		s.key = key
	}
	s.telegram = readTelegram(r)
	if s.remind >= s.expire && len(r.problems) == 0 {
		r.fail("KENTONGAN_DRAFT_REMIND", fmt.Errorf("%s is not before KENTONGAN_DRAFT_EXPIRE, %s", s.remind, s.expire))
	}
	if s.dataDir == "" {
		s.dataDir = r.defaultDataDir()
	} else if dir, err := filepath.Abs(s.dataDir); err != nil {
		r.fail("KENTONGAN_DATA_DIR", err)
	} else {
		s.dataDir = dir
	}
	s.warnings = r.warnings()
	return s, errors.Join(r.problems...)
}

// readTelegram reads what belongs to the bot. What makes no sense without it is
// said to have no effect.
func readTelegram(r *reader) telegramSettings {
	t := telegramSettings{
		token:      r.text("TELEGRAM_BOT_TOKEN", ""),
		server:     parsed(r, "TELEGRAM_API_URL", "", parsePublicURL),
		webhookURL: parsed(r, "TELEGRAM_WEBHOOK_URL", "", parseWebhookURL),
		secret:     r.text("TELEGRAM_WEBHOOK_SECRET", ""),
	}
	if t.token != "" {
		if _, err := telegram.CheckToken(t.token); err != nil {
			r.fail("TELEGRAM_BOT_TOKEN", err)
		}
	}
	if t.secret != "" {
		if err := telegram.CheckSecret(t.secret); err != nil {
			r.fail("TELEGRAM_WEBHOOK_SECRET", err)
		}
	}
	idle := func(name, value, without string) {
		if value != "" {
			r.idle = append(r.idle, name+" has no effect without "+without)
		}
	}
	switch {
	case t.token == "":
		idle("TELEGRAM_API_URL", t.server, "TELEGRAM_BOT_TOKEN")
		idle("TELEGRAM_WEBHOOK_URL", t.webhookURL, "TELEGRAM_BOT_TOKEN")
		idle("TELEGRAM_WEBHOOK_SECRET", t.secret, "TELEGRAM_BOT_TOKEN")
	case t.webhookURL == "":
		idle("TELEGRAM_WEBHOOK_SECRET", t.secret, "TELEGRAM_WEBHOOK_URL")
	}
	return t
}

func (r *reader) defaultDataDir() string {
	home := cmp.Or(r.env["HOME"], r.env["USERPROFILE"])
	if home == "" {
		r.fail("KENTONGAN_DATA_DIR", errors.New("set it: there is no home directory to put it in"))
		return ""
	}
	return filepath.Join(home, ".local", "share", "kentongan")
}

// warnings says what is set and does nothing: a slip of the pen in a name must
// not go unnoticed.
func (r *reader) warnings() []string {
	list := slices.Clone(r.idle)
	for name, value := range r.env {
		base := strings.TrimSuffix(name, fileSuffix)
		switch {
		case value == "" || slices.Contains(r.known, name) || slices.Contains(testSettings, name):
		case slices.Contains(laterSettings, base):
			list = append(list, name+" has no effect in this version")
		case strings.HasPrefix(name, ours):
			list = append(list, name+" is not a setting: compare it with the table of settings in README.md")
		}
	}
	slices.Sort(list)
	return list
}

func parseListen(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if _, port, err := net.SplitHostPort(text); err != nil || port == "" {
		return "", fmt.Errorf("%q is not HOST:PORT, such as 127.0.0.1:8080", text)
	}
	return text, nil
}

func parsePublicURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%q is not an address such as https://lapor.example.go.id", text)
	}
	return strings.TrimRight(text, "/"), nil
}

// parseWebhookURL reads where Telegram reaches the service: an address with
// the path of the webhook, or without one.
func parseWebhookURL(text string) (string, error) {
	base, err := parsePublicURL(text)
	if err != nil || base == "" {
		return "", err
	}
	if u, err := url.Parse(base); err == nil && u.Path == "" {
		base += webhookPath
	}
	if !strings.HasSuffix(base, webhookPath) {
		return "", fmt.Errorf("%q does not end in %s, where this service listens for it", text, webhookPath)
	}
	return base, nil
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a length of time such as 3s, 24h or 17520h", text)
	}
	return d, nil
}

func parseQuiet(text string) (quietHours, error) {
	minutes := func(clock string) (int, error) {
		t, err := time.Parse("15:04", clock)
		return t.Hour()*60 + t.Minute(), err
	}
	first, second, _ := strings.Cut(text, "-")
	from, err := minutes(first)
	to, err2 := minutes(second)
	if err != nil || err2 != nil {
		return quietHours{}, fmt.Errorf("%q is not a time of day such as 21:00-07:00", text)
	}
	return quietHours{from: from, to: to}, nil
}

func parseZone(text string) (*time.Location, error) {
	zone, err := time.LoadLocation(text)
	// "Local" would mean something else on every machine.
	if err != nil || text == "Local" {
		return time.UTC, fmt.Errorf("%q is not a zone such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura", text)
	}
	return zone, nil
}

func parseSwitch(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither on nor off", text)
}

func parseLevel(text string) (slog.Level, error) {
	switch strings.ToLower(text) {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return slog.LevelInfo, fmt.Errorf("%q is none of debug, info, warn, error", text)
}
