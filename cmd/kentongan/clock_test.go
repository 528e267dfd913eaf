package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
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
