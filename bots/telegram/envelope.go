package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"kentongan/bots"
)

// envelope is what has to be known of an update before it is stored: whose it is.
type envelope struct {
	ID       *int64  `json:"update_id"`
	Message  *header `json:"message"`
	Edited   *header `json:"edited_message"`
	Callback *struct {
		ID      string  `json:"id"`
		From    sender  `json:"from"`
		Message *header `json:"message"` // absent where the button is far too old
	} `json:"callback_query"`
	Member *struct {
		header
		New struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

type sender struct {
	ID int64 `json:"id"`
}

type header struct {
	ID   int64 `json:"message_id"`
	Chat struct {
		ID int64 `json:"id"`
	} `json:"chat"`
	From       sender  `json:"from"`
	SenderChat *sender `json:"sender_chat"`
	Moved      int64   `json:"migrate_to_chat_id"`
}

// author is who answers for what is in h; 0 where that is nobody in person.
func (h *header) author() int64 {
	if h.SenderChat != nil || shared(h.From.ID) {
		return 0
	}
	return h.From.ID
}

// shared reports whether a user is none, but stands for chats: administrators
// who hide, whoever writes as a channel, and posts of a group's channel. All
// groups share them, so they must never be taken for somebody.
func shared(user int64) bool {
	switch user {
	case 1087968824, 136817688, 777000: // GroupAnonymousBot, Channel_Bot, Telegram
		return true
	}
	return false
}

// nobody is the address of what belongs to no chat, and of what must not count
// as written by one. It is a group, so that nobody is told anything.
const nobody bots.Address = "nobody"

// received is an update on its way in.
type received struct {
	incoming bots.Incoming
	keep     bool   // whether it is anything to us
	id       int64  // of the update
	callback string // id of the press that waits to be answered
	message  int64  // id of the message that it brings, 0: none
	chat     int64
}

// open reads the outside of an update. last is the id of the update before it,
// 0 where there was none: an update that does not even tell its own id has the
// next.
func open(raw []byte, last int64) received {
	var e envelope
	err := json.Unmarshal(raw, &e)
	if e.ID == nil {
		next := last + 1
		e.ID = &next
		if last == 0 { // nobody knows: at least it is told from others
			digest := sha256.Sum256(raw)
			return received{keep: true, incoming: bots.Incoming{
				Chat: nobody, Group: true, Key: "unreadable " + hex.EncodeToString(digest[:]), Body: raw,
			}}
		}
	}
	r := received{id: *e.ID, keep: true, incoming: bots.Incoming{
		Key: strconv.FormatInt(*e.ID, 10), Order: *e.ID, Body: raw,
	}}
	chat, from := int64(0), int64(0)
	switch {
	case err != nil:
	case e.Message != nil:
		chat, from, r.message = e.Message.Chat.ID, e.Message.author(), e.Message.ID
		if e.Message.Moved != 0 {
			r.incoming.Moved = address(e.Message.Moved)
		}
	case e.Edited != nil:
		chat, from = e.Edited.Chat.ID, e.Edited.author()
	case e.Callback != nil:
		r.callback, chat, from = e.Callback.ID, e.Callback.From.ID, e.Callback.From.ID
		if e.Callback.Message != nil && e.Callback.Message.Chat.ID != 0 {
			chat = e.Callback.Message.Chat.ID
		}
	case e.Member != nil:
		chat, from = e.Member.Chat.ID, e.Member.author()
		if chat > 0 && e.Member.New.Status != "member" {
			// Whoever blocks the bot says nothing to it: taken for a message, it would
			// mark them as somebody who can be reached.
			chat = 0
		}
	default:
		r.keep = false // a kind that was not asked for
	}
	r.chat = chat
	switch {
	case !r.keep:
	case chat == 0:
		r.incoming.Chat, r.incoming.Group, r.incoming.Order = nobody, true, 0
	case chat < 0:
		r.incoming.Chat, r.incoming.Group = address(chat), true
		if from != 0 {
			r.incoming.From = address(from)
		}
	default:
		r.incoming.Chat = address(chat)
	}
	return r
}

func address(chat int64) bots.Address { return bots.Address(strconv.FormatInt(chat, 10)) }

// chatOf is the chat that an address names; 0 if it is none of ours.
func chatOf(a bots.Address) int64 {
	chat, err := strconv.ParseInt(string(a), 10, 64)
	if err != nil || strings.HasPrefix(string(a), "+") {
		return 0
	}
	return chat
}
