package telegram

import "encoding/json"

// update is what this package reads of Telegram's updates: the few fields that
// count, so that a new kind of anything elsewhere harms nobody. Field names and
// meanings are those of https://core.telegram.org/bots/api#update.
type update struct {
	Message  *message      `json:"message"`
	Edited   *message      `json:"edited_message"`
	Callback *callback     `json:"callback_query"`
	Member   *memberChange `json:"my_chat_member"`
}

type user struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type callback struct {
	ID   string  `json:"id"`
	From user    `json:"from"`
	Data *string `json:"data"`
}

// memberChange says that the bot itself was let in or out.
type memberChange struct {
	Chat chat     `json:"chat"`
	From user     `json:"from"`
	Old  standing `json:"old_chat_member"`
	New  standing `json:"new_chat_member"`
}

// standing is what the bot is in a chat.
type standing struct {
	Status   string `json:"status"`
	IsMember bool   `json:"is_member"` // of who is restricted
}

func (s standing) inside() bool {
	switch s.Status {
	case "creator", "administrator", "member":
		return true
	case "restricted":
		return s.IsMember
	}
	return false
}

type message struct {
	ID      int64           `json:"message_id"`
	Chat    chat            `json:"chat"`
	From    user            `json:"from"`
	Sender  *chat           `json:"sender_chat"` // a group or channel that wrote in its own name
	ReplyTo *replied        `json:"reply_to_message"`
	Forward json.RawMessage `json:"forward_origin"`
	Album   string          `json:"media_group_id"`

	Text            *string  `json:"text"`
	Entities        []entity `json:"entities"`
	Caption         string   `json:"caption"`
	CaptionEntities []entity `json:"caption_entities"`

	Photo     []photoSize `json:"photo"`
	Animation *file       `json:"animation"` // comes with a document that is the same file
	Video     *file       `json:"video"`
	VideoNote *file       `json:"video_note"`
	Voice     *file       `json:"voice"`
	Audio     *file       `json:"audio"`
	Document  *file       `json:"document"`

	Location *location `json:"location"`
	Venue    *venue    `json:"venue"`

	Sticker json.RawMessage `json:"sticker"`
	Dice    json.RawMessage `json:"dice"`
	Contact json.RawMessage `json:"contact"`
	Poll    json.RawMessage `json:"poll"`

	Created *struct {
		Name string `json:"name"`
	} `json:"forum_topic_created"`
}

// replied is the message that another one answers.
type replied struct {
	ID      int64           `json:"message_id"`
	From    user            `json:"from"`
	Created json.RawMessage `json:"forum_topic_created"`
}

type entity struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type photoSize struct {
	FileID string `json:"file_id"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
	Size   *int64 `json:"file_size"`
}

type file struct {
	FileID string `json:"file_id"`
	Name   string `json:"file_name"`
	Type   string `json:"mime_type"`
	Size   *int64 `json:"file_size"`
}

type location struct {
	Lat        float64 `json:"latitude"`
	Lon        float64 `json:"longitude"`
	LivePeriod int64   `json:"live_period"`
}

type venue struct {
	Location location `json:"location"`
	Title    string   `json:"title"`
	Address  string   `json:"address"`
}

// media is what Fetch needs; the shell keeps it sealed.
type media struct {
	FileID string `json:"file_id"`
}
