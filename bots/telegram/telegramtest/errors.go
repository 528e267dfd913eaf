package telegramtest

import (
	"fmt"
	"net/http"
	"strings"
)

// apiError is an answer other than ok.
type apiError struct {
	code   int
	text   string
	params object
}

func (e *apiError) Error() string { return e.text }

// fail words an error as the server does: the class of the code before it, its
// first letter small, but the names of Telegram's own errors untouched.
func fail(code int, text string) *apiError {
	prefix := http.StatusText(code)
	switch {
	case strings.HasPrefix(text, prefix):
	case len(text) > 1 && (text[1] == '_' || 'A' <= text[1] && text[1] <= 'Z'):
		text = prefix + ": " + text
	default:
		text = prefix + ": " + strings.ToLower(text[:1]) + text[1:]
	}
	return &apiError{code: code, text: text}
}

func badRequest(format string, args ...any) *apiError {
	return fail(http.StatusBadRequest, fmt.Sprintf(format, args...))
}

func forbidden(text string) *apiError { return fail(http.StatusForbidden, text) }

// tooMany is a flood wait, in whole seconds.
func tooMany(seconds int) *apiError {
	return &apiError{
		code: http.StatusTooManyRequests, text: fmt.Sprintf("Too Many Requests: retry after %d", seconds),
		params: object{"retry_after": seconds},
	}
}
