package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/register"
)

func TestUnderstandAnswersEachLineBeforeTheNextIsWritten(t *testing.T) {
	in, question := io.Pipe()
	answer, out := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(t.Context(), []string{"understand", "place", "-"}, in, out, io.Discard, []string{"HOME=" + t.TempDir()})
		out.Close()
	}()
	lines := bufio.NewReader(answer)
	for _, text := range []string{"Kudus", "Jayapura"} {
		if _, err := io.WriteString(question, "Kota "+text+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, `{"regency":"K`) || !strings.Contains(line, text) {
			t.Fatalf("of %q is made %q (%v)", text, line, err)
		}
	}
	// The last line may lack its end.
	go func() {
		_, _ = io.WriteString(question, "Barabai")
		question.Close()
	}()
	if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, "Hulu Sungai Tengah") {
		t.Errorf("of the last line is made %q (%v)", line, err)
	}
	if got := <-status; got != exitDone {
		t.Errorf("exit status %d", got)
	}
}

func TestUnderstandSaysWhichLineIsTooLong(t *testing.T) {
	in := "Barabai\n" + strings.Repeat("x", maxLine+1) + "\n"
	var out, wrong bytes.Buffer
	status := run(t.Context(), []string{"understand", "place", "-"}, strings.NewReader(in), &out, &wrong, []string{"HOME=" + t.TempDir()})
	if status != exitFailed || strings.Count(out.String(), "\n") != 1 || !strings.Contains(wrong.String(), "line 2 is longer than") {
		t.Errorf("status %d, printed %q and %q", status, &out, &wrong)
	}
}

func TestUnderstandEndsWhenItIsToldTo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	in, question := io.Pipe()
	defer question.Close()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"understand", "time", "-"}, in, io.Discard, io.Discard, []string{"HOME=" + t.TempDir()})
	}()
	stop()
	if got := <-status; got != exitDone {
		t.Errorf("exit status %d", got)
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestUnderstandFailsWhereNobodyReads(t *testing.T) {
	var wrong bytes.Buffer
	status := run(t.Context(), []string{"understand", "time", "-"}, strings.NewReader("kemarin\n"), closedPipe{}, &wrong, []string{"HOME=" + t.TempDir()})
	if status != exitFailed || wrong.String() != "kentongan: print: broken pipe\n" {
		t.Errorf("status %d: %s", status, &wrong)
	}
}

func TestUnderstandKnowsTheKeywordsOfTheDatabase(t *testing.T) {
	url := pgtest.New(t)
	db := &database{url: url}
	if err := db.connect(t.Context(), commandConns); err != nil {
		t.Fatal(err)
	}
	_, err := register.NewCatalog(db.pool, nil).AddAgency(t.Context(), reports.Agency{
		Code: "KDS", Name: "Kabupaten Kudus", Zone: "Asia/Jakarta", Keywords: []string{"kudus"},
	})
	if err = errors.Join(err, db.close()); err != nil {
		t.Fatal(err)
	}
	var out, wrong bytes.Buffer
	status := run(t.Context(), []string{"understand", "report", "-"}, strings.NewReader("kudus jalan rusak\nbarababai jalan rusak\n"), &out, &wrong,
		[]string{"HOME=" + t.TempDir(), "DATABASE_URL=" + url})
	lines := strings.Split(out.String(), "\n")
	if status != exitDone || wrong.Len() > 0 || !strings.Contains(lines[0], `"keyword":"kudus"`) || !strings.Contains(lines[1], `"keyword":null`) {
		t.Errorf("status %d, printed %q and %q", status, &out, &wrong)
	}
}

func TestOnlyFlagsOfUnderstandAreFlags(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"understand time kemarin", "understand time -- kemarin"},
		{"understand time kemarin --now X pagi --zone=Y", "understand time --now X --zone=Y -- kemarin pagi"},
		{"understand place -2.58 115.38", "understand place -- -2.58 115.38"},
		{"understand place - --zone Y", "understand place --zone Y -- -"},
		{"understand time -- --now X", "understand time -- --now X"},
		{"understand time --now", "understand time --now"},
		{"understand time -h", "understand time -h"},
		{"understand time --- kemarin", "understand time -- --- kemarin"},
		{"understand time", "understand time"},
		{"agency add -2", "agency add -2"},
		{"", ""},
	} {
		if got := understandArgs(strings.Fields(tt.args)); !slices.Equal(got, strings.Fields(tt.want)) {
			t.Errorf("%q becomes %q, want %q", tt.args, got, tt.want)
		}
	}
}
