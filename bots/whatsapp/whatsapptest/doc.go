// Package whatsapptest is WhatsApp on loopback, for tests: a server to which an
// unmodified whatsmeow client connects, its media host, and the phones on its
// other side, with real encryption from end to end.
//
//	s := whatsapptest.New(t)
//	account := s.Account("6281100001111")                  // the bot's, with its main phone
//	device, err := account.PairedDevice(ctx, container)    // or account.ScanQR, account.EnterCode
//	client := whatsmeow.NewClient(device, nil)
//	client.SetWebsocketHTTPClient(s.HTTPClient())          // and the two others
//	siti := s.Person("Siti")
//	id := siti.Photo(account, whatsapptest.File{Body: picture, Caption: "ini"})
//	err = siti.AwaitConfirmed(ctx, id)                     // it will not be delivered again
//	m, err := siti.Await(ctx, account, func(m whatsapptest.Shown) bool { return m.Quoted == id })
//	group := s.Group("Dinas PU", siti, account)
//	siti.Text(group, "siap")                               // a person writes to an account or in a group
//	s.CutBeforeAck(1)
//
// No client can reach anything else through HTTPClient, whatever host it asks for. The root
// of trust for the connection is whatsmeow.WACertPubKey, one variable for a process;
// this package sets it when it is imported. Environ and FromEnviron lead a client
// in another process here.
//
// # How it was checked
//
// The wire was read from the client's side, in whatsmeow as go.mod pins it (file
// names) and in libsignal (L); the tests let that client decide whether the server
// speaks it. What only WhatsApp's servers and phones decide is marked S: it is
// known from reports or assumed, and not certain.
//
//	behaviour                                             where it was read                          test
//	Noise XX, certificates, frames                        handshake.go, socket                       every test
//	a frame goes in one message                           socket/framesocket.go                      every test
//	pairing by QR text, today's form and the older        pair.go                                    TestAClientPairsByQRReceivesAndAnswers,
//	                                                                                                 TestOlderQRTextsAreScannedToo
//	the client checks the secret of the text              pair.go handlePair                         TestAQRTextWithAnotherSecretIsRefusedByTheClient
//	pairing by code; another code fails                   pair-code.go; S: the error                 TestAClientPairsByCode
//	pairing with passkey; the proof is not checked        pair-passkey.go                            TestPairingMayAskForAPasskey
//	515 after pairing, the client comes again             connectionevents.go                        TestAClientPairsByQRReceivesAndAnswers
//	login by Noise key and device                         store/clientpayload.go; S: 401             TestAnotherNoiseKeyIsLoggedOut
//	failures 400 to 503                                   connectionevents.go handleConnectFailure   TestFailuresAtConnect, TestAccountsCanFailForAWhile
//	connections refused over HTTP                         client.go isRetryableConnectError          TestRefusedConnections
//	stream errors, replaced, device removed               connectionevents.go handleStreamError      TestStreamErrors, TestTheSecondConnectionReplacesTheFirst
//	keys: 812 at first, 50 below 5, told when few         prekeys.go; S: told below 5                TestAClientPairsByQRReceivesAndAnswers,
//	                                                                                                 TestKeysThatRunOutAreReplaced
//	keepalives                                            keepalive.go                               TestSilentKeepAlivesAreNoticed
//	version of the page                                   update.go                                  TestThePageTellsTheVersion
//	logout                                                client.go Logout                           TestLogoutRemovesTheDevice
//	names: LID, number, one without the other             message.go parseMessageSource              TestMessagesSayWhoWroteThem,
//	                                                                                                 TestANumberWithoutLIDIsReadAndAnswered
//	who is on WhatsApp, devices, LIDs                     user.go usync                              TestWhoIsOnWhatsApp
//	nothing is sent before the client is active           connectionevents.go SetPassive             TestWhatWaitsComesAtTheNextLogin
//	what is not confirmed comes at the next login, only   S                                          TestWhatWaitsComesAtTheNextLogin,
//	                                                                                                 TestWhatTheHandlerRefusesComesAtTheNextLoginOnly
//	receipts and acks confirm, read marks do not          receipt.go                                 TestMarksOnWhatPeopleWrote
//	the same bytes twice, the same id twice               message.go bufferedDecrypt                 TestTheSameMessageTwice
//	retries of the client: pairwise, keys from the 2nd    retry.go sendRetryReceipt                  TestWhatIsDamagedIsAskedForAgain
//	requests to the own phone, and its answer             message.go handlePlaceholderResendResponse TestPhonesMayIgnoreWhoAsksAgain
//	retries of people, up to 5, keys from the 2nd         retry.go handleRetryReceipt; S: up to 5    TestWhatAPersonCannotReadIsSentAgain
//	device identity beside a first message                send.go makeDeviceIdentityNode             TestWhatAClientDoesWrongIsTold
//	receipts of each device, read, played                 receipt.go                                 TestReceiptsByDevice
//	devices come and go; phash                            notification.go, send.go; S: addressed to  TestADeviceThatIsLinkedLaterGetsWhatComesThen
//	                                                      numbers
//	a new identity                                        notification.go handleEncryptNotification  TestANewPhoneHasANewIdentity
//	an id that was shown is not shown again               S                                          TestTheSameIDIsShownOnce
//	cut before the ack: the client repeats the frame      request.go retryFrame                      TestALineCutBeforeTheAckHasTheClientSendAgain
//	no ack, late ack, refusals                            send.go SendMessage                        TestAcksMayNotComeOrLate, TestRefusedMessages
//	privacy tokens; 463 without                           tctoken.go; S: when 463 comes              TestPrivacyTokens
//	reach-out time lock                                   notification.go handleMexNotification      TestTheReachoutTimelockIsTold
//	edits for 20 minutes, own messages only               S                                          TestEditsAndDeletionsOfTheBot
//	edits, plain and under a secret; deletions            msgsecret.go; S: the plain form            TestKindsOfMessages, TestEncryptedEdits
//	polls and votes                                       msgsecret.go                               TestPollsAndVotes
//	albums, HD twins, documents with caption              proto/waE2E; S: their order                TestKindsOfMessages
//	view-once: companions get a stub                      message.go decryptMessages; S              TestKindsOfMessages
//	files: keys, sums, paths with a query                 upload.go, download.go                     TestFilesOfAllKindsAreFetched, TestTheBotSendsFiles
//	phones fetch what accounts send, and show none        S: whole, at once                          TestTheBotSendsFiles,
//	that is not what the message says                                                                TestWhatAClientDoesWrongIsTold
//	files that are gone, damaged or short                 download.go; S: which status when          TestFilesGoWrong
//	the phone uploads again, or has lost it               mediaretry.go                              TestThePhoneUploadsAgain
//	the operator's own messages; copies for the phone     message.go parseMessageSource, send.go     TestTheOperatorTypesOnThePhone,
//	                                                                                                 TestTheAccountsOtherCompanionsGetWhatOneWrites
//	history                                               message.go DownloadHistorySync             TestHistoryIsSynced
//	groups: sender keys both ways, members, retries       group.go, send.go sendGroup                TestGroups, TestAGroupMessageIsAskedForAgain
//	status, calls                                         call.go; S: their stanzas                  TestWhatIsNoMessageToTheAccount
//
// Three tests hold what a client's user must know: TestWhenAClientLosesMessages (a handler
// that fails or panics), TestTheSessionRace (sending and receiving at once),
// TestSessionsThatBothSidesOpen (L session/SessionCipher.go changes a session before
// it knows that a message belongs to it, so writing first does damage, in groups too).
//
// # What it does not do
//
// No app state, so a client that was just paired has no push name. No newsletters,
// communities, business profiles, pictures of people, presence of people. Accounts
// do not write to each other. People's phones use the same Signal library as the client: damage
// that it does shows on both sides, and real phones may fare better. Companions
// of people do not get what is written on the phone. The own phone sends no
// receipts. Nothing expires: neither what waits at the server, nor files, nor QR texts,
// nor who was offline for two weeks.
package whatsapptest
