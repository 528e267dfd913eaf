// Package telegramtest is Telegram on loopback, for tests: a Bot API server in
// memory, and the people and groups on its other side. It limits and fails as
// the real one does; a fake that accepts everything proves nothing.
//
//	s := telegramtest.Start(t)
//	siti := s.Person(7001, "Siti")
//	siti.Text("halo")                    // an update for the bot at s.URL() with s.Token()
//	m, err := siti.Await(func(m telegramtest.Shown) bool { return len(m.Inline) > 0 }, time.Minute)
//	siti.Press("Setuju")                 // an error if she sees no such button
//	siti.In(group).Reply(id, "sudah")    // everything a person does they can do in a group
//	siti.In(forum).InTopic(topic).Text("sudah")
//	s.SetFaults(telegramtest.Faults{Methods: []string{"sendMessage"}, DropAfter: 0.1})
//	s.SetLimits(telegramtest.RealLimits)
//	s.Advance(25 * time.Hour)
//
// # How it was checked
//
// Behaviour and wording were read in Telegram's own Bot API server (C, file
// Client.cpp unless another is named) and in TDLib below it (T), as they were in
// July 2026. What only Telegram's data centres decide is marked S: it is
// documented, or known from reports, and not certain.
//
//	behaviour                                             where it was read                              test
//	parameters in any form, methods in any spelling       C Query.cpp, HttpConnection.cpp                TestParametersComeInAnyForm
//	401, 404                                              C ClientManager.cpp send, on_cmd               TestWrongAddressesAreRefused
//	wording: class before, first letter small             C fail_query_with_error                        TestSendMessageRefusesWhatTelegramRefuses
//	order of checks: parameters, chat, answered message   C do_send_message, check_reply_parameters      the same
//	chat not found, deactivated, kicked, no member        C check_chat_access                            TestOutOfAGroup
//	blocked, never started: 403                           C fail_query_with_error; T                     TestBlockingAndGoing
//	                                                      process_send_message_fail_error
//	an edit to who has blocked the bot: 403               S, reports                                     –
//	migration: 400 with the new id, two messages          C check_chat_access, JsonMessage               TestMigration
//	white space, control characters, blank text           T fix_formatted_text, strip_empty_characters   TestSendMessageTidiesTheText
//	more than 4096 or 1024 UTF-16 units                   S, documented                                  TestSendMessageRefusesWhatTelegramRefuses
//	entities beyond the text: 400, not cut                T clean_input_string_with_entities             TestEntitiesAreChecked
//	entities that are no JSON: ignored                    C get_input_entities                           TestEntitiesAreChecked
//	HTML, MarkdownV2 and their errors                     T parse_html, parse_markdown_v2                TestHTML, TestMarkdown
//	keyboards: fields, styles, private chats only         C get_reply_markup; T ReplyMarkup.cpp          TestKeyboardsAreChecked
//	no label, too many in a row: left out                 T get_reply_markup                             TestWhatTelegramOnlyIgnoresIsNoted
//	two actions: the first of a fixed order counts        C get_inline_keyboard_button_type              the same
//	65 bytes of data, 257 units to copy, 101 buttons      S, error names of the API's lists              TestKeyboardsAreChecked
//	edits: not found, not one's own, reply keyboard       C check_message; T can_edit_message            TestEdits
//	not modified; no keyboard given: it goes              C fail_query_with_error; T                     TestEdits
//	deleting within 48 h                                  T can_delete_message, can_revoke_message       TestDeleting
//	presses: answered once, in time, with 200 units       C process_answer_callback_query_query; S: the  TestPressesAreAnsweredOnceAndSoon
//	                                                      time and that twice is refused
//	a press of a message that is gone: date 0             C JsonInaccessibleMessage                      TestAPressOfADeletedMessageSaysSo
//	offsets: confirm, negative, future; limit, 4 MB       C do_get_updates, JsonUpdates; T TQueue.cpp    TestOffsetsConfirm, TestLargeBatchesAreCut
//	the same offset again: 1 update, held for 3 s         C process_get_updates_query                    TestAPollThatComesAgainIsSlowedDown
//	two pollers: 409 to the older, held if repeated       C abort_long_poll, fail_query_conflict         TestTheOlderOfTwoPollersIsTold,
//	                                                                                                     TestARepeatedConflictIsHeld
//	kept 24 h, presses 150 s                              C add_message_update,                          TestUpdatesExpire
//	                                                      process_new_callback_query_queue
//	allowed_updates when an update is made                C add_update_impl, get_allowed_update_types    TestAllowedUpdatesCountWhenAnUpdateIsMade
//	ids begin anew, lower, after a week                   S, documented                                  TestIDsBeginAnewAfterSilence
//	setWebhook: order, wording, once a second             C process_set_webhook_query, do_set_webhook    TestWebhooksAreChecked,
//	                                                                                                     TestWebhooksAreNotSetTwiceASecond
//	HTTP and any port on loopback only                    C WebhookActor.cpp start_up, in local mode     TestWebhooksAreChecked
//	lanes; twice as many as connections at most           C WebhookActor.cpp load_updates                TestLanesWaitForThemselvesOnly,
//	                                                                                                     TestLanesThatFailCanKeepOthersOut
//	one request at a time until the first success         C WebhookActor.cpp create_new_connections      TestAWebhookThatNeverWorkedGetsOneRequestAtATime
//	tries: at once, 2 s, 4 s … 60–120 s; Retry-After      C WebhookActor.cpp on_update_error             TestFailedDeliveriesAreTriedAgain,
//	                                                                                                     TestDeliveriesEndWithTheUpdate
//	a call in the answer; 410 for 23 h                    C WebhookActor.cpp handle                      TestAnswersMayCarryACall,
//	                                                                                                     TestAWebhookThatIsGoneForADayEnds
//	last_error_message                                    C WebhookActor.cpp handle; of connections: S   TestWhatTheWebhookSaysIsTold
//	getFile: unknown, 20 MB, unavailable                  C check_remote_file_id, do_get_file,           TestFilesAreFetchedForAnHour,
//	                                                      on_update_file                                 TestFilesGoWrong
//	links for an hour                                     S, documented ("at least")                     TestFilesAreFetchedForAnHour
//	numbers of messages: one mailbox; supergroups own     S, documented                                  TestMessageIDs
//	privacy mode                                          S, documented; mentions: reports               TestPrivacyMode
//	members, rights                                       C JsonChatMember; T do_get_dialog_participant  TestMembers
//	commands of a bot                                     C get_bot_commands; T BotCommand.cpp           TestCommandsAreKeptByScopeAndLanguage
//	commands in incoming texts                            T match_bot_commands                           TestCommandsAreFound
//	topics: checks and their order, 1 is no thread        C check_message_topic, check_reply_parameters  TestTopicsOfAForum
//	topics: rights, no forum, names of 128 characters     T ForumTopicManager create_forum_topic,        TestOpeningAndClosingTopics
//	                                                      toggle_forum_topic_is_closed, is_forum
//	TOPIC_NOT_MODIFIED to bots                            T EditForumTopicQuery on_error                 the same
//	TOPIC_CLOSED, but for who manages topics;             S, reports                                     TestTopicsOfAForum
//	TOPIC_ID_INVALID; an answer goes to the same topic
//	in a topic what answers nothing answers its creation  C get_implicit_reply_to_message_id             TestTopicsOfAForum
//	message_thread_id of answers outside topics           C JsonMessage, is_topic_message; reports       TestTopicsOfAForum
//	photos of 10 MB                                       T check_full_local_location                    TestPhotosAreLookedAt
//	photos: 10,000 wide and high, 20 to 1                 S, documented; names of errors: reports        the same
//	albums: 10 at most, which kinds mix                   T check_message_group_message_contents         TestAlbums
//	albums of one: the API's page says 2 to 10            T the same, which takes one                    the same
//	what fails in an album                                C on_message_send_failed; that all of it       the same
//	                                                      fails then: S
//	uploads of 50 MB: 413                                 S, documented; wording: T HttpReader.cpp       TestUploadsHaveAnEnd
//	leaving a group                                       C check_chat_access; T leave_dialog            TestOutOfAGroup
//	a link that takes the bot into a group: /start        S, documented; with the bot's name: reports    TestABotComesByLink
//	429 with retry_after                                  C Query.cpp; the figures: S, documented        TestLimits, TestFloodByHand
//
// # What it does not do
//
// It finds no links, mentions and hashtags in texts, so that Entities are what
// the bot gave. It does not split entities that overlap. It knows neither the
// old Markdown, nor quotes and custom emoji in MarkdownV2, nor quotes in answers,
// inline messages, channels, topics of private chats and certificates of
// webhooks. The general topic of a forum can be neither closed nor hidden, only
// the bot's right to manage topics counts, and people write where they like. It
// knows no dimensions of videos, and an album costs what one message does. It
// does not slow uploads down. A migration sends no my_chat_member. Limits
// neither learn nor differ between new and old chats.
package telegramtest
