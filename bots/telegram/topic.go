package telegram

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"kentongan/bots"
)

const (
	maxTopic = 128 // characters of a topic's name
	// general is the topic that every forum has; it is reached by naming none.
	general = 1
)

// place is where in a chat a message goes.
type place struct {
	topic   int // forum topic; 0: none, or the general one
	answers int // id of the message that it answers; 0: none
}

// placeOf reads the references of m. What is none of Telegram's is left out.
func placeOf(m bots.Outgoing) place {
	p := place{topic: number(m.Topic), answers: number(m.Answers)}
	if p.topic == general {
		p.topic = 0
	}
	return p
}

// number is the positive number that a reference is; 0 if it is none.
func number(ref string) int {
	n, err := strconv.ParseInt(ref, 10, 32)
	if err != nil || n <= 0 {
		return 0
	}
	return int(n)
}

// reply is what Telegram is told of the message that is answered; it may have
// been deleted.
func (p place) reply() *models.ReplyParameters {
	if p.answers == 0 {
		return nil
	}
	return &models.ReplyParameters{MessageID: p.answers, AllowSendingWithoutReply: true}
}

// topicClosed reports whether nothing can be posted for now, and topicGone
// whether the topic is no more.
func topicClosed(err error) bool { return refusedFor(err, "topic_closed") }

func topicGone(err error) bool {
	return refusedFor(err, "message thread not found", "topic_deleted", "topic_id_invalid", "topic_not_found",
		"invalid forum topic identifier")
}

// topicless reports whether a group has no topics, or gives the bot no right
// to them.
func topicless(err error) bool {
	return refusedFor(err, "not enough rights", "chat_admin_required", "chat_write_forbidden", "is not a forum",
		"not a supergroup forum", "forum_missing", "forum_disabled", "channel_forum_missing")
}

// refusedFor reports whether a call was refused in one of these words.
func refusedFor(err error, words ...string) bool {
	return errors.Is(err, bot.ErrorBadRequest) && contains(strings.ToLower(err.Error()), words...)
}

// OpenTopic implements [bots.Topics]. Telegram has no ids for what is to be
// made: where its answer gets lost, a topic that nobody knows may stay behind.
func (c *Channel) OpenTopic(ctx context.Context, group bots.Address, name string) (string, error) {
	chat := chatOf(group)
	if chat >= 0 {
		return "", nil
	}
	name, _ = unmark(name)
	topic, err := c.api.CreateForumTopic(ctx, &bot.CreateForumTopicParams{ChatID: chat, Name: shorten(name, maxTopic)})
	switch {
	case err == nil && topic.MessageThreadID > 0:
		return strconv.Itoa(topic.MessageThreadID), nil
	case err == nil || topicless(err):
		return "", nil
	}
	return "", c.judge(chat, err)
}

// shorten returns the first characters of a line.
func shorten(line string, most int) string {
	line = strings.Join(strings.Fields(line), " ")
	if utf8.RuneCountInString(line) <= most {
		return line
	}
	return string([]rune(line)[:most-1]) + "…"
}

// CloseTopic implements [bots.Topics]. What is so already, and what the bot has
// no right to, is no error.
func (c *Channel) CloseTopic(ctx context.Context, group bots.Address, topic string, closed bool) error {
	chat, id := chatOf(group), number(topic)
	if chat >= 0 || id == 0 {
		return nil
	}
	err := c.closeTopic(ctx, chat, id, closed)
	if err == nil || topicGone(err) || topicless(err) {
		return nil
	}
	return c.judge(chat, err)
}

// NameTopic implements [bots.Topics]. What the bot has no right to is no error.
func (c *Channel) NameTopic(ctx context.Context, group bots.Address, topic, name string) error {
	chat, id := chatOf(group), number(topic)
	if chat >= 0 || id == 0 {
		return nil
	}
	name, _ = unmark(name)
	_, err := c.api.EditForumTopic(ctx, &bot.EditForumTopicParams{ChatID: chat, MessageThreadID: id, Name: shorten(name, maxTopic)})
	if err == nil || topicGone(err) || topicless(err) || refusedFor(err, "not_modified", "not modified") {
		return nil
	}
	return c.judge(chat, err)
}

// TopicRight implements [bots.Topics]. What Telegram refuses to tell counts as
// not allowed.
func (c *Channel) TopicRight(ctx context.Context, group bots.Address) (bots.TopicRight, error) {
	chat := chatOf(group)
	if chat >= 0 {
		return bots.NoTopics, nil
	}
	info, err := c.api.GetChat(ctx, &bot.GetChatParams{ChatID: chat})
	if err != nil {
		return bots.TopicsUnknown, c.judge(chat, err)
	}
	if !info.IsForum {
		return bots.NoTopics, nil
	}
	me, err := strconv.ParseInt(c.account, 10, 64)
	if err != nil {
		return bots.TopicsUnknown, err
	}
	member, err := c.api.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: chat, UserID: me})
	switch {
	case err == nil && member.Administrator != nil && member.Administrator.CanManageTopics:
		return bots.TopicsAllowed, nil
	case err == nil || executed(err):
		return bots.TopicsForbidden, nil
	}
	return bots.TopicsUnknown, c.judge(chat, err)
}

// closeTopic closes a topic or opens it again, and returns the library's error.
func (c *Channel) closeTopic(ctx context.Context, chat int64, topic int, closed bool) error {
	var err error
	if closed {
		_, err = c.api.CloseForumTopic(ctx, &bot.CloseForumTopicParams{ChatID: chat, MessageThreadID: topic})
	} else {
		_, err = c.api.ReopenForumTopic(ctx, &bot.ReopenForumTopicParams{ChatID: chat, MessageThreadID: topic})
	}
	if err != nil && refusedFor(err, "not_modified", "not modified") {
		return nil
	}
	return err
}

// Leave implements [bots.Leaver]. A group that the bot is not in is left.
func (c *Channel) Leave(ctx context.Context, group bots.Address) error {
	chat := chatOf(group)
	if chat >= 0 {
		return nil
	}
	_, err := c.api.LeaveChat(ctx, &bot.LeaveChatParams{ChatID: chat})
	if err == nil || errors.Is(err, bot.ErrorForbidden) || refusedFor(err, "chat not found", "user_not_participant", "chat_id_invalid") {
		return nil
	}
	return c.judge(chat, err)
}
