package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSettingsHaveTheContractsDefaults(t *testing.T) {
	s, err := readSettings([]string{"HOME=/home/budi"})
	if err != nil {
		t.Fatal(err)
	}
	if s.databaseURL != "" || s.dataDir != filepath.FromSlash("/home/budi/.local/share/kentongan") || s.listen != "127.0.0.1:8080" ||
		s.publicURL != "" || s.burst != 3*time.Second || s.quiet != (quietHours{21 * 60, 7 * 60}) || s.retention != 17520*time.Hour ||
		s.zone.String() != "Asia/Jakarta" || s.remind != 24*time.Hour || s.expire != 336*time.Hour || s.webchat || s.debugListen != "" ||
		s.log != slog.LevelInfo || !s.key.IsZero() || len(s.warnings) != 0 {
		t.Errorf("got %+v", s)
	}
}

func TestASettingMayStandInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(testKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := readSettings([]string{"HOME=/", "KENTONGAN_SECRET_KEY_FILE=" + file, "DATABASE_URL="})
	if err != nil || s.key.Encode() != testKey {
		t.Errorf("key is zero: %v, error %v", s.key.IsZero(), err)
	}
}

func TestWrongSettingsAreNamedAllAtOnce(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := readSettings([]string{
		"DATABASE_URL=postgres:///a", "DATABASE_URL_FILE=/b", "DATABASE_URL_FILE=/b", "KENTONGAN_SECRET_KEY_FILE=" + empty,
		"KENTONGAN_LISTEN=8080", "KENTONGAN_PUBLIC_URL=lapor.example.go.id", "KENTONGAN_BURST_QUIET=-3s",
		"KENTONGAN_QUIET_HOURS=21-7", "KENTONGAN_RETENTION=2y", "KENTONGAN_ZONE=Local", "KENTONGAN_WEBCHAT=yes", "KENTONGAN_LOG=loud",
	})
	if err == nil {
		t.Fatal("nothing was wrong")
	}
	for _, want := range []string{
		"DATABASE_URL: is set twice", "KENTONGAN_SECRET_KEY_FILE: the file", "KENTONGAN_LISTEN:", "KENTONGAN_PUBLIC_URL:",
		"KENTONGAN_BURST_QUIET:", "KENTONGAN_QUIET_HOURS:", "KENTONGAN_RETENTION:", "KENTONGAN_ZONE:", "KENTONGAN_WEBCHAT:",
		"KENTONGAN_LOG:", "KENTONGAN_DATA_DIR: set it",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	_, err = readSettings([]string{"HOME=/", "KENTONGAN_DRAFT_REMIND=336h"})
	if err == nil || !strings.Contains(err.Error(), "KENTONGAN_DRAFT_EXPIRE") {
		t.Errorf("a reminder after the end: %v", err)
	}
}

func TestASlipInANameIsSaid(t *testing.T) {
	s, err := readSettings([]string{
		"HOME=/", "KENTONGAN_ZON=Asia/Jakarta", "KENTONGAN_CLAMAV=/run/clamd", "KENTONGAN_REQUIRE_CHROMIUM=1", "PATH=/bin",
	})
	if err != nil || len(s.warnings) != 2 || !strings.HasPrefix(s.warnings[0], "KENTONGAN_CLAMAV ") || !strings.HasPrefix(s.warnings[1], "KENTONGAN_ZON ") {
		t.Errorf("warnings %q, error %v", s.warnings, err)
	}
}

const sampleToken = "123456789:AAF-contoh_token_contoh_token"

func TestTheBotsSettings(t *testing.T) {
	read := func(environ ...string) telegramSettings {
		t.Helper()
		s, err := readSettings(append(environ, "HOME=/"))
		if err != nil || len(s.warnings) != 0 {
			t.Errorf("%v: warnings %q, error %v", environ, s.warnings, err)
		}
		return s.telegram
	}
	if got, want := read("TELEGRAM_BOT_TOKEN="+sampleToken), (telegramSettings{token: sampleToken}); got != want {
		t.Errorf("polling: %+v", got)
	}
	hook := telegramSettings{token: sampleToken, webhookURL: "https://lapor.example.go.id/telegram/webhook"}
	if got := read("TELEGRAM_BOT_TOKEN="+sampleToken, "TELEGRAM_WEBHOOK_URL=https://lapor.example.go.id/"); got != hook {
		t.Errorf("a bare host: %+v", got)
	}
	hook.secret, hook.server = "rahasia-1", "http://127.0.0.1:8081"
	if got := read("TELEGRAM_BOT_TOKEN="+sampleToken, "TELEGRAM_WEBHOOK_URL="+hook.webhookURL,
		"TELEGRAM_WEBHOOK_SECRET=rahasia-1", "TELEGRAM_API_URL=http://127.0.0.1:8081/"); got != hook {
		t.Errorf("everything: %+v", got)
	}
}

func TestMistakesInTheBotsSettingsAreSaid(t *testing.T) {
	_, err := readSettings([]string{
		"HOME=/", "TELEGRAM_BOT_TOKEN=rahasia-sekali", "TELEGRAM_API_URL=localhost", "TELEGRAM_WEBHOOK_URL=https://a.example/lain",
		"TELEGRAM_WEBHOOK_SECRET=dua kata",
	})
	if err == nil {
		t.Fatal("nothing was wrong")
	}
	for _, want := range []string{"TELEGRAM_BOT_TOKEN: ", "TELEGRAM_API_URL: ", "TELEGRAM_WEBHOOK_URL: ", "TELEGRAM_WEBHOOK_SECRET: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "rahasia-sekali") || strings.Contains(err.Error(), "dua kata") {
		t.Errorf("the error repeats a secret: %v", err)
	}
	s, err := readSettings([]string{"HOME=/", "TELEGRAM_WEBHOOK_URL=https://a.example", "TELEGRAM_WEBHOOK_SECRET=x"})
	if err != nil || len(s.warnings) != 2 || !strings.Contains(s.warnings[0], "without TELEGRAM_BOT_TOKEN") {
		t.Errorf("without a bot: warnings %q, error %v", s.warnings, err)
	}
}
