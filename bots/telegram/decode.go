package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kentongan/bots"
	"kentongan/conversation"
)

// errUnreadable is all that is said of an update that cannot be read: its own
// words could hold somebody's.
var errUnreadable = errors.New("not an update that can be read")

// Decode reads an update as [Channel.Run] or the webhook stored it. It is pure.
// ReplyTo names messages of this bot only, and Press is the id of the callback
// query.
func (c *Channel) Decode(body []byte) (bots.Decoded, error) { return decode(body, c.account) }

// decode reads an update for the bot whose id is account.
func decode(body []byte, account string) (bots.Decoded, error) {
	var u update
	if err := json.Unmarshal(body, &u); err != nil {
		return bots.Decoded{}, fmt.Errorf("decode: %w", errUnreadable)
	}
	switch {
	case u.Message != nil:
		d, err := decodeMessage(*u.Message, body)
		if made := u.Message.Created; made != nil && strconv.FormatInt(u.Message.From.ID, 10) == account {
			d.Input = conversation.TopicOpened{Topic: d.Ref, Name: plain(made.Name)} // the topic has its number
		}
		d.ReplyTo = answered(*u.Message, account)
		return d, err
	case u.Edited != nil:
		d := decodeEdit(*u.Edited)
		d.ReplyTo = answered(*u.Edited, account)
		return d, nil
	case u.Callback != nil:
		d := bots.Decoded{Profile: profile(u.Callback.From), Press: u.Callback.ID}
		if u.Callback.Data != nil {
			d.Input = conversation.Press{Token: plain(*u.Callback.Data)}
		}
		return d, nil
	case u.Member != nil:
		return decodeMember(*u.Member), nil
	default:
		return bots.Decoded{}, fmt.Errorf("decode: %w", errUnreadable)
	}
}

// decodeMember reads what became of the bot in a chat. Only that somebody let it
// into a group is anything to answer, and that its rights there changed anything
// to know: that it is out shows when something is sent.
func decodeMember(m memberChange) bots.Decoded {
	if m.Chat.ID >= 0 || m.Chat.Type == "channel" || !m.New.inside() {
		return bots.Decoded{}
	}
	if m.Old.inside() {
		return bots.Decoded{Input: conversation.RightsChanged{}}
	}
	return bots.Decoded{Input: conversation.Joined{}, Profile: profile(m.From)}
}

// answered is the id of the bot's message that m answers. In a topic what
// answers nothing comes as an answer to the message that made the topic.
func answered(m message, account string) string {
	r := m.ReplyTo
	if r == nil || r.ID == 0 || len(r.Created) > 0 || strconv.FormatInt(r.From.ID, 10) != account {
		return ""
	}
	return strconv.FormatInt(r.ID, 10)
}

func decodeMessage(m message, body []byte) (bots.Decoded, error) {
	if m.ID == 0 || m.Chat.ID == 0 {
		return bots.Decoded{}, fmt.Errorf("decode a message: %w", errUnreadable)
	}
	d := bots.Decoded{Ref: strconv.FormatInt(m.ID, 10), Profile: m.profile()}
	if kind, f := attached(m); f.FileID != "" {
		d.Input = conversation.Attachment{
			Kind: kind, Name: plain(f.Name), Type: plain(f.Type), Bytes: size(f.Size),
			Caption: withLinks(m.Caption, m.CaptionEntities), Album: plain(m.Album),
		}
		ref, err := json.Marshal(media{FileID: f.FileID})
		if err != nil {
			return bots.Decoded{}, fmt.Errorf("decode a file: %w", err)
		}
		d.Media = ref
		return d, nil
	}
	switch {
	case m.Text != nil:
		d.Input = conversation.Text{Text: withLinks(*m.Text, m.Entities), Forwarded: len(m.Forward) > 0}
	case m.Venue != nil: // has its location beside it, too
		l := m.Venue.Location
		d.Input = conversation.Pin{Lat: l.Lat, Lon: l.Lon, Name: plain(m.Venue.Title), Address: plain(m.Venue.Address)}
	case m.Location != nil:
		d.Input = conversation.Pin{Lat: m.Location.Lat, Lon: m.Location.Lon, Live: m.Location.LivePeriod > 0}
	case len(m.Sticker) > 0, len(m.Dice) > 0:
		d.Input = conversation.Unsupported{What: "sticker"}
	case len(m.Contact) > 0:
		d.Input = conversation.Unsupported{What: "contact"}
	case len(m.Poll) > 0:
		d.Input = conversation.Unsupported{What: "poll"}
	case !service(body):
		d.Input = conversation.Unsupported{What: "unknown"}
	}
	return d, nil
}

// decodeEdit reads what became of a message. A live location that moves on is
// an edit too: where it began is what was reported.
func decodeEdit(m message) bots.Decoded {
	ref := strconv.FormatInt(m.ID, 10)
	d := bots.Decoded{Ref: ref, Profile: m.profile()}
	_, f := attached(m)
	switch {
	case m.Text != nil:
		d.Input = conversation.Edited{Ref: ref, Text: withLinks(*m.Text, m.Entities)}
	case f.FileID != "":
		d.Input = conversation.Edited{Ref: ref, Text: withLinks(m.Caption, m.CaptionEntities)}
	}
	return d
}

// attached returns the file that a message brings and its kind. Telegram keeps
// the sizes of one photo in no certain order.
func attached(m message) (kind string, f file) {
	switch {
	case len(m.Photo) > 0:
		largest := slices.MaxFunc(m.Photo, func(a, b photoSize) int {
			return int(min(max(a.Width*a.Height-b.Width*b.Height, -1), 1))
		})
		return "photo", file{FileID: largest.FileID, Type: "image/jpeg", Size: largest.Size}
	case m.Animation != nil:
		return "video", *m.Animation
	case m.Video != nil:
		return "video", *m.Video
	case m.VideoNote != nil:
		return "video", file{FileID: m.VideoNote.FileID, Type: "video/mp4", Size: m.VideoNote.Size}
	case m.Voice != nil:
		return "voice", *m.Voice
	case m.Audio != nil:
		return "audio", *m.Audio
	case m.Document != nil:
		return "document", *m.Document
	}
	return "", file{}
}

func size(s *int64) int64 {
	if s == nil {
		return -1
	}
	return *s
}

// withLinks returns the text with the addresses that stand hidden behind its
// words, as in a news item that was passed on: they may be what it is about.
func withLinks(text string, entities []entity) string {
	var b strings.Builder
	b.WriteString(plain(text))
	for _, e := range entities {
		if e.Type == "text_link" && e.URL != "" && !strings.Contains(text, e.URL) {
			b.WriteString("\n" + plain(e.URL))
		}
	}
	return b.String()
}

// plain takes the marks of bold words out of what a person wrote: only the bot
// makes them.
func plain(s string) string {
	return strings.NewReplacer(conversation.BoldOn, "", conversation.BoldOff, "").Replace(s)
}

// profile is of who wrote m, unless that is nobody in person.
func (m message) profile() bots.Profile {
	if m.Sender != nil {
		return bots.Profile{}
	}
	return profile(m.From)
}

func profile(u user) bots.Profile {
	if shared(u.ID) {
		return bots.Profile{}
	}
	return bots.Profile{Name: strings.TrimSpace(plain(u.FirstName + " " + u.LastName)), Username: plain(u.Username)}
}

// services are the fields of messages that Telegram writes by itself, about
// the chat: nobody said anything.
var services = []string{
	"new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title", "new_chat_photo",
	"delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
	"message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
	"users_shared", "chat_shared", "connected_website", "write_access_allowed", "proximity_alert_triggered",
	"boost_added", "chat_background_set", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
	"forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created",
	"giveaway_completed", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
	"video_chat_participants_invited", "successful_payment", "refunded_payment", "paid_message_price_changed",
}

func service(body []byte) bool {
	var u struct {
		Message map[string]json.RawMessage `json:"message"`
	}
	if json.Unmarshal(body, &u) != nil {
		return false
	}
	return slices.ContainsFunc(services, func(key string) bool { return u.Message[key] != nil })
}
