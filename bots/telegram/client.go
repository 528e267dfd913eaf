package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxAnswer is the largest answer that is read, in bytes: a hundred updates
// with the longest of everything stay well below.
const maxAnswer = 16 << 20

// newUploader returns a client for requests that are written while the files in
// them are read, which cannot be written again. No connection is used twice, so
// that none turns out to be closed.
func newUploader() *http.Client {
	client := newClient()
	if transport, is := client.Transport.(*http.Transport); is {
		transport.DisableKeepAlives = true
	}
	return client
}

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   5 * time.Second,
		MaxIdleConns:          128,
		MaxIdleConnsPerHost:   128,
		IdleConnTimeout:       60 * time.Second,
		ResponseHeaderTimeout: pollTimeout + 15*time.Second,
	}}
}

// buffered sends requests whose body is held in memory. The library writes
// them through a pipe, which cannot be written again: a connection that the
// server closed while it was idle would then be an error whose outcome nobody
// knows, instead of being replaced.
type buffered struct{ client *http.Client }

func (b buffered) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = r.Body.Close() // all of it is read
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	return b.client.Do(r) //nolint:gosec // the address is the operator's setting, nobody else's words
}

// apiError is a refusal by the Bot API.
type apiError struct {
	Code       int    `json:"error_code"`
	Text       string `json:"description"`
	Parameters struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Text) }

// call posts parameters as JSON and returns the result as it came.
func (c *Channel) call(ctx context.Context, method string, parameters any) (json.RawMessage, error) {
	body, err := json.Marshal(parameters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.Server+"/bot"+c.cfg.Token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, withoutToken(err, c.cfg.Token))
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, withoutURL(err))
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	var a struct {
		OK     bool            `json:"ok"`
		Result json.RawMessage `json:"result"`
		apiError
	}
	if err := json.Unmarshal(answer, &a); err != nil { // a proxy's page
		return nil, fmt.Errorf("%s: HTTP status %d and no JSON", method, response.StatusCode)
	}
	if !a.OK {
		return nil, fmt.Errorf("%s: %w", method, &a.apiError)
	}
	return a.Result, nil
}

// withoutURL drops the address from an error of the HTTP client: it has the
// token in it.
func withoutURL(err error) error {
	if u, is := errors.AsType[*url.Error](err); is {
		return u.Err
	}
	return err
}

func withoutToken(err error, token string) error {
	if strings.Contains(err.Error(), token) {
		return errors.New(strings.ReplaceAll(err.Error(), token, "<token>"))
	}
	return err
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
