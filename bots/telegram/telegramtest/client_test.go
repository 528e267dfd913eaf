package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"kentongan/bots/telegram/telegramtest"
)

// reply is an answer of the server, whatever it is.
type reply struct {
	Status      int         `json:"-"`
	Header      http.Header `json:"-"`
	OK          bool
	Result      json.RawMessage
	Description string
	ErrorCode   int `json:"error_code"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	}
}

type args = map[string]any

// call calls a method with JSON and returns the answer; err is a connection
// that ended without one.
func call(s *telegramtest.Server, method string, params args) (reply, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return reply{}, err
	}
	return post(s.URL()+"/bot"+s.Token()+"/"+method, "application/json", body)
}

func post(url, kind string, body []byte) (reply, error) {
	response, err := http.Post(url, kind, bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{Status: response.StatusCode, Header: response.Header}
	err = json.Unmarshal(raw, &r)
	return r, err
}

// ok calls a method that has to go well, and reads its result into dest.
func ok(t testing.TB, s *telegramtest.Server, method string, params args, dest any) {
	t.Helper()
	r, err := call(s, method, params)
	if err != nil || !r.OK {
		t.Fatalf("%s: %v, %s", method, err, r.Description)
	}
	if dest != nil {
		if err := json.Unmarshal(r.Result, dest); err != nil {
			t.Fatalf("%s: %v in %s", method, err, r.Result)
		}
	}
}

// refused calls a method that has to fail in this way.
func refused(t testing.TB, s *telegramtest.Server, method string, params args, code int, description string) reply {
	t.Helper()
	r, err := call(s, method, params)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	if r.Status != code || r.ErrorCode != code || r.OK || r.Description != description {
		t.Errorf("%s with %v:\n got %d %q\nwant %d %q", method, params, r.Status, r.Description, code, description)
	}
	return r
}

type tgUser struct {
	ID        int64
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	Username  string
}

type tgFile struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	FileName string `json:"file_name"`
	FileSize int64  `json:"file_size"`
	FilePath string `json:"file_path"`
	Width    int
}

type tgMessage struct {
	MessageID  int64 `json:"message_id"`
	Date       int64
	EditDate   int64 `json:"edit_date"`
	From       tgUser
	SenderChat *struct{ ID int64 } `json:"sender_chat"`
	Chat       struct {
		ID   int64
		Type string
	}
	Text        string
	Caption     string
	Entities    []telegramtest.Entity
	ReplyTo     *tgMessage `json:"reply_to_message"`
	ReplyMarkup *struct {
		Rows [][]map[string]any `json:"inline_keyboard"`
	} `json:"reply_markup"`
	Photo       []tgFile
	Document    *tgFile
	Album       string                 `json:"media_group_id"`
	MigrateTo   int64                  `json:"migrate_to_chat_id"`
	MigrateFrom int64                  `json:"migrate_from_chat_id"`
	NewMembers  []tgUser               `json:"new_chat_members"`
	Thread      int64                  `json:"message_thread_id"`
	IsTopic     bool                   `json:"is_topic_message"`
	Created     *struct{ Name string } `json:"forum_topic_created"`
	Closed      *struct{}              `json:"forum_topic_closed"`
	Location    *struct{ Latitude, Longitude float64 }
	Contact     *struct {
		UserID int64 `json:"user_id"`
	}
	Forward map[string]any `json:"forward_origin"`
}

type tgUpdate struct {
	UpdateID int64 `json:"update_id"`
	Message  *tgMessage
	Edited   *tgMessage `json:"edited_message"`
	Callback *struct {
		ID      string
		Data    string
		From    tgUser
		Message tgMessage
	} `json:"callback_query"`
	Status *struct {
		Chat struct{ ID int64 }
		Old  struct{ Status string } `json:"old_chat_member"`
		New  struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
	Member *struct{}       `json:"chat_member"`
	Raw    json.RawMessage `json:"-"`
}

// updates polls without confirming more than offset says.
func updates(t testing.TB, s *telegramtest.Server, params args) []tgUpdate {
	t.Helper()
	var list []tgUpdate
	ok(t, s, "getUpdates", params, &list)
	return list
}

// buttons is a row of an inline keyboard; labels are data too.
func buttons(labels ...string) args {
	row := make([]args, len(labels))
	for i, label := range labels {
		row[i] = args{"text": label, "callback_data": label}
	}
	return args{"inline_keyboard": [][]args{row}}
}

// fast is a server whose own waits are a hundredth of Telegram's.
var fast = telegramtest.Options{Scale: 0.01}

// instant is one that never holds or cuts a poll because it comes again soon.
var instant = telegramtest.Options{Scale: 1e-9}

// soon waits until ok, at most for as long as a slow machine may need.
func soon(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
