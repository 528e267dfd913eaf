package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"kentongan/bots"
)

// Fetch implements [bots.Channel]. The address of a file has the token in it:
// it is used here and told nobody.
func (c *Channel) Fetch(ctx context.Context, ref []byte) (io.ReadCloser, error) {
	var m media
	if err := json.Unmarshal(ref, &m); err != nil || m.FileID == "" {
		return nil, fmt.Errorf("not a file of Telegram's: %w", bots.ErrMediaGone)
	}
	result, err := c.call(ctx, "getFile", map[string]string{"file_id": m.FileID})
	if err != nil {
		return nil, fetchProblem(err)
	}
	var f struct {
		Path string `json:"file_path"`
	}
	if err := json.Unmarshal(result, &f); err != nil || f.Path == "" {
		return nil, errors.New("getFile: no path in the result")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.Server+"/file/bot"+c.cfg.Token+"/"+f.Path, http.NoBody)
	if err != nil {
		return nil, errors.New("getFile: the path is no part of an address")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("download: %w", withoutURL(err))
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, fmt.Errorf("download: HTTP status %d", response.StatusCode)
	}
	return response.Body, nil
}

// fetchProblem says in the shell's words why a file is not to be had. What is
// not among them is tried again.
func fetchProblem(err error) error {
	var refused *apiError
	if !errors.As(err, &refused) || refused.Code != http.StatusBadRequest {
		return err
	}
	text := strings.ToLower(refused.Text)
	switch {
	case strings.Contains(text, "too big"):
		return fmt.Errorf("%w: %w", bots.ErrMediaTooLarge, err)
	case strings.Contains(text, "temporarily unavailable"): // or wrong, which the same words say
		return err
	case contains(text, "file_id", "file id", "file identifier", "file reference", "file_reference"):
		return fmt.Errorf("%w: %w", bots.ErrMediaGone, err)
	}
	return err
}
