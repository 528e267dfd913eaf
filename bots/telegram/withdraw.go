package telegram

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"strconv"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"kentongan/bots"
)

// refOf is the reference of files that were sent without a text: the first id of
// each call and how many messages it made, "120x3,125x1".
func refOf(first []int64, files []batch) string {
	parts := make([]string, 0, len(first))
	for i, id := range first {
		n := 1
		if i < len(files) {
			n = files[i].to - files[i].from
		}
		parts = append(parts, strconv.FormatInt(id, 10)+"x"+strconv.Itoa(n))
	}
	return strings.Join(parts, ",")
}

// idsOf are the messages that a reference names: of an album the ids that follow
// its first, for Telegram numbers what comes together in a row.
func idsOf(ref string) []int {
	var ids []int
	for part := range strings.SplitSeq(ref, ",") {
		first, count, many := strings.Cut(part, "x")
		id, n := number(first), 1
		if many {
			n = min(number(count), maxAlbum)
		}
		for i := range n {
			if id > 0 {
				ids = append(ids, id+i)
			}
		}
	}
	return ids
}

// Withdraw implements [bots.Withdrawer]. Bots may delete for two days; after that
// a grey picture takes the place of what was shown.
func (c *Channel) Withdraw(ctx context.Context, to bots.Address, ref string) error {
	chat, ids := chatOf(to), idsOf(ref)
	if chat == 0 || len(ids) == 0 {
		return &bots.SendError{Problem: bots.Refused}
	}
	_, err := c.api.DeleteMessages(ctx, &bot.DeleteMessagesParams{ChatID: chat, MessageIDs: ids})
	if err == nil || executed(err) {
		return nil
	}
	if !refusedFor(err, "can't be deleted", "message_delete_forbidden") {
		return c.judge(chat, err)
	}
	for _, id := range ids {
		_, err := c.uploads.EditMessageMedia(ctx, &bot.EditMessageMediaParams{
			ChatID: chat, MessageID: id, Media: &models.InputMediaPhoto{Media: "attach://ditarik.png", MediaAttachment: bytes.NewReader(blank())},
		})
		if err != nil && !executed(err) && !refusedFor(err, "message to edit not found", "message is not modified") {
			return c.judge(chat, err)
		}
	}
	return nil
}

// blank is a grey picture.
func blank() []byte {
	img := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.Gray{Y: 0x99}})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}
