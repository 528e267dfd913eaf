package telegramtest

import (
	"encoding/json"
	"maps"
	"strings"
	"unicode/utf8"
)

// method does one call, with the server's lock held.
type method func(s *Server, q *query, c *call) (any, error)

// knownMethods is what the double knows beside getUpdates.
func knownMethods() map[string]method {
	return map[string]method{
		"getme":                  getMe,
		"setwebhook":             setWebhook,
		"deletewebhook":          setWebhook,
		"getwebhookinfo":         getWebhookInfo,
		"sendmessage":            sendMessage,
		"senddocument":           sendFile("document"),
		"sendphoto":              sendFile("photo"),
		"sendvideo":              sendFile("video"),
		"sendaudio":              sendFile("audio"),
		"sendmediagroup":         sendMediaGroup,
		"sendchataction":         sendChatAction,
		"editmessagetext":        editMessageText,
		"editmessagecaption":     editMessageCaption,
		"editmessagereplymarkup": editMessageReplyMarkup,
		"editmessagemedia":       editMessageMedia,
		"deletemessage":          deleteMessage,
		"deletemessages":         deleteMessages,
		"answercallbackquery":    answerCallbackQuery,
		"getfile":                getFile,
		"setmycommands":          setMyCommands,
		"getmycommands":          getMyCommands,
		"getchat":                getChat,
		"getchatmember":          getChatMember,
		"leavechat":              leaveChat,
		"createforumtopic":       createForumTopic,
		"editforumtopic":         editForumTopic,
		"closeforumtopic":        closeForumTopic(true),
		"reopenforumtopic":       closeForumTopic(false),
	}
}

// limited reports whether Telegram counts calls of a method against the limits
// of sending.
func limited(name string) bool {
	return name != "sendchataction" && (strings.HasPrefix(name, "send") || strings.HasPrefix(name, "editmessage"))
}

func getMe(s *Server, _ *query, _ *call) (any, error) {
	me := s.bot.json()
	maps.Copy(me, object{
		"can_join_groups": true, "can_read_all_group_messages": s.opt.ReadsAll, "supports_inline_queries": false,
		"supports_guest_queries": false, "can_connect_to_business": false, "has_main_web_app": false,
		"has_topics_enabled": false, "allows_users_to_create_topics": false, "can_manage_bots": false,
	})
	return me, nil
}

func getChat(s *Server, q *query, _ *call) (any, error) {
	c, err := s.lookUp(q, toRead)
	if err != nil {
		return nil, err
	}
	full := c.json()
	maps.Copy(full, object{"max_reaction_count": 11, "accent_color_id": 0})
	if c.kind != private {
		full["permissions"] = object{"can_send_messages": true}
	}
	return full, nil
}

func getChatMember(s *Server, q *query, _ *call) (any, error) {
	id := max(0, leadingInt(q.arg("user_id")))
	if id == 0 {
		return nil, badRequest("Invalid user_id specified")
	}
	need := toReadMembers
	if id == s.bot.id {
		need = toRead
	}
	c, err := s.lookUp(q, need)
	if err != nil {
		return nil, err
	}
	u := s.users[id]
	if u == nil || c.kind == private && u != c.user && u != s.bot {
		return nil, badRequest("Member not found")
	}
	return c.memberJSON(u, c.stateOf(u)), nil
}

// stateOf is a user's state in c.
func (c *chat) stateOf(u *user) string {
	switch state := c.members[u.id]; {
	case c.kind == private:
		return member
	case u.bot:
		return c.status
	case state != "":
		return state
	}
	return left
}

// memberJSON is a ChatMember.
func (c *chat) memberJSON(u *user, state string) object {
	o := object{"user": u.json(), "status": state}
	switch state {
	case kicked:
		o["until_date"] = 0
	case creator:
		o["is_anonymous"] = false
	case admin:
		for _, right := range []string{
			"can_manage_chat", "can_delete_messages", "can_invite_users", "can_restrict_members", "can_pin_messages",
			"can_manage_video_chats", "can_change_info",
		} {
			o[right] = true
		}
		for _, right := range []string{
			"can_be_edited", "can_promote_members", "is_anonymous", "can_post_stories", "can_edit_stories",
			"can_delete_stories",
		} {
			o[right] = false
		}
		if c.kind == supergroup {
			o["can_manage_topics"] = u.bot && c.manageTopics
		}
	}
	return o
}

func leaveChat(s *Server, q *query, _ *call) (any, error) {
	c, err := s.lookUp(q, toRead)
	if err != nil {
		return nil, err
	}
	if c.kind == private {
		return nil, badRequest("Can't leave private chats")
	}
	s.setStatus(c, left, s.bot)
	return true, nil
}

func scopeOf(q *query) (string, error) {
	raw := q.arg("scope")
	if raw == "" {
		return "default/" + q.arg("language_code"), nil
	}
	if !json.Valid([]byte(raw)) {
		return "", badRequest("Can't parse BotCommandScope JSON object")
	}
	f, err := readObject(json.RawMessage(raw), "BotCommandScope must be an Object")
	if err != nil {
		return "", badRequest("Can't parse BotCommandScope: %s", err)
	}
	kind, err := f.text("type", true)
	if err != nil {
		return "", badRequest("Can't parse BotCommandScope: %s", err)
	}
	switch kind {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
		"chat_member":
		return kind + string(f["chat_id"]) + string(f["user_id"]) + "/" + q.arg("language_code"), nil
	}
	return "", badRequest("Can't parse BotCommandScope: Unsupported type specified")
}

func setMyCommands(s *Server, q *query, _ *call) (any, error) {
	scope, err := scopeOf(q)
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	switch raw := q.arg("commands"); {
	case raw == "":
	case !json.Valid([]byte(raw)):
		return nil, badRequest("Can't parse commands JSON object")
	case json.Unmarshal([]byte(raw), &list) != nil:
		return nil, badRequest("Expected an Array of BotCommand")
	}
	commands := make([]any, 0, len(list))
	for _, item := range list {
		command, err := readCommand(item)
		if err != nil {
			return nil, err
		}
		commands = append(commands, command)
	}
	if len(commands) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH") // known only by name
	}
	s.commands[scope] = commands
	return true, nil
}

func readCommand(raw json.RawMessage) (object, error) {
	f, err := readObject(raw, "expected an Object")
	if err != nil {
		return nil, badRequest("Can't parse BotCommand: %s", err)
	}
	command, err := f.text("command", true)
	if err != nil {
		return nil, badRequest("Can't parse BotCommand: %s", err)
	}
	description, err := f.text("description", true)
	if err != nil {
		return nil, badRequest("Can't parse BotCommand: %s", err)
	}
	command = strings.TrimPrefix(strings.TrimSpace(command), "/")
	description = strings.TrimSpace(description)
	switch {
	case command == "":
		return nil, badRequest("Command must be non-empty")
	case utf8.RuneCountInString(command) > 32:
		return nil, badRequest("Command length must not exceed 32")
	case description == "":
		return nil, badRequest("Command description must be non-empty")
	case utf8.RuneCountInString(description) > 256:
		return nil, badRequest("Command description length must not exceed 256")
	case strings.Trim(command, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
		return nil, badRequest("BOT_COMMAND_INVALID") // known only by name
	}
	return object{"command": command, "description": description}, nil
}

func getMyCommands(s *Server, q *query, _ *call) (any, error) {
	scope, err := scopeOf(q)
	if err != nil {
		return nil, err
	}
	if commands := s.commands[scope]; commands != nil {
		return commands, nil
	}
	return []any{}, nil
}

// Commands are the names in the menu that the bot set for a scope and a
// language, such as "all_group_chats/id".
func (s *Server) Commands(scope string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, c := range s.commands[scope] {
		if o, is := c.(object); is {
			names = append(names, o["command"].(string))
		}
	}
	return names
}
