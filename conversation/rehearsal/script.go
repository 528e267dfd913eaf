package rehearsal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kentongan/conversation"
)

// Times between what people do in a script.
const (
	betweenMessages = 500 * time.Millisecond // within a block: a burst
	betweenBlocks   = 20 * time.Second
)

// Play plays script and returns it as a transcript: the same lines, with the
// answers, what the shell was told to do, and the whole draft below each block.
// A transcript is a script again: lines that begin with <, * or = are left out
// of what is played.
//
//	# a note
//	> what the citizen writes; lines without an empty one between them are a burst
//	> [foto jalan.jpg 2 MB] caption      also video, rekaman, suara, dokumen; "album A" behind the size
//	> [lokasi -2.58 115.38 Pasar Barabai]   a pin, or a venue
//	> [stiker] [kontak] [polling] [sekali lihat]
//	> [ubah 2] new text                  an edit of the citizen's second message
//	> [hapus 2]
//	> [teks "a\u200bb"] [teks 65536 x "a"] [kosong]
//	> (Kirim)                            the newest button with that label; (Kirim -1) the one before
//	> (token 9.9.send)                   any token at all
//	@ +25h                               the clock, with every tick on the way; @ tick is one too many
//	@ network WhatsApp abroad 64 MB      what the next messages come over
//	@ hold                               files no longer arrive by themselves, but by:
//	@ stored 1, @ refused 1 type         the first file of the talk
//	@ failed                             the last message was set aside
func (s *Shell) Play(script io.Reader) (string, error) {
	var out strings.Builder
	lines := bufio.NewScanner(script)
	lines.Buffer(nil, 1<<20)
	block, started := false, false
	end := func() {
		if block {
			s.show(&out, s.Settle())
			s.draft(&out)
			out.WriteByte('\n')
		}
		block = false
	}
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), " \r")
		switch {
		case line == "":
			end()
			continue
		case line[0] == '<', line[0] == '*', line[0] == '=':
			continue
		case line[0] == '#':
			end()
			out.WriteString(line + "\n")
			started = false
			continue
		case line[0] != '>' && line[0] != '@':
			return "", fmt.Errorf("script: %q begins with none of # > @ < * =", line)
		case !started && out.Len() > 0:
			out.WriteByte('\n')
		}
		started = true
		if line[0] == '@' {
			end()
		} else if block {
			s.now = s.now.Add(betweenMessages)
		} else {
			s.show(&out, s.Advance(betweenBlocks))
			block = true
		}
		out.WriteString(line + "\n")
		said, err := s.Line(strings.TrimPrefix(strings.TrimPrefix(line, ">"), " "), line[0] == '@')
		if err != nil {
			return "", fmt.Errorf("script: %q: %w", line, err)
		}
		s.show(&out, said)
		if line[0] == '@' && !isSetting(line) {
			s.draft(&out)
			out.WriteByte('\n')
		}
		if s.err != nil {
			return out.String(), s.err
		}
	}
	end()
	if err := errors.Join(lines.Err(), s.err); err != nil {
		return out.String(), err
	}
	return strings.TrimRight(out.String(), "\n") + "\n", nil
}

func isSetting(line string) bool {
	return strings.HasPrefix(line, "@ network") || strings.HasPrefix(line, "@ hold")
}

// Line carries out one line of a script, a citizen's or, with stage set, one
// that begins with @, and lets files arrive. It ends no burst.
func (s *Shell) Line(line string, stage bool) ([]conversation.Message, error) {
	if stage {
		return s.stage(strings.Fields(strings.TrimPrefix(line, "@")))
	}
	in, err := s.Input(line)
	if err != nil {
		return nil, err
	}
	said := s.Send(in, "m"+strconv.FormatInt(s.events+1, 10))
	effects := s.Answered
	if !s.Hold {
		for _, number := range s.Fetching() {
			said = append(said, s.Stored(number)...)
			effects = append(effects, s.Answered...)
		}
	}
	s.Answered = effects
	return said, nil
}

func (s *Shell) stage(words []string) ([]conversation.Message, error) {
	if len(words) == 0 {
		return nil, errors.New("nothing to do")
	}
	switch words[0] {
	case "tick":
		return s.Tick(), nil
	case "failed":
		return s.Send(conversation.Failed{}, ""), nil
	case "hold":
		s.Hold = true
		return nil, nil
	case "stored", "refused":
		if len(words) < 2 {
			return nil, errors.New("which file?")
		}
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || n > len(s.order) {
			return nil, fmt.Errorf("there is no file %s", words[1])
		}
		if words[0] == "stored" {
			return s.Stored(s.order[n-1]), nil
		}
		return s.Refused(s.order[n-1], words[len(words)-1]), nil
	case "network":
		return nil, s.network(words[1:])
	}
	if d, err := time.ParseDuration(strings.TrimPrefix(words[0], "+")); err == nil && d >= 0 {
		return s.Advance(d), nil
	}
	return nil, fmt.Errorf("%q is nothing that can happen", words[0])
}

func (s *Shell) network(words []string) error {
	via := conversation.Via{Channel: "terminal"}
	var rest []string
	for _, w := range words {
		if w == "abroad" {
			via.Abroad = true
		} else {
			rest = append(rest, w)
		}
	}
	if len(rest) != 3 {
		return errors.New("say the network's name and its limit, such as 20 MB")
	}
	size, ok := parseSize(rest[1], rest[2])
	if !ok {
		return fmt.Errorf("%s %s is no size", rest[1], rest[2])
	}
	via.Network, via.Channel, via.MaxFile = rest[0], strings.ToLower(rest[0]), size
	s.Via = via
	return nil
}

var (
	filePattern   = regexp.MustCompile(`^\[(foto|video|rekaman|suara|dokumen)(?: (\S*\.\S+))?(?: (\d+) (byte|KB|MB|\?))?(?: album (\S+))?\] ?(.*)$`)
	pinPattern    = regexp.MustCompile(`^\[lokasi (-?[\d.]+) (-?[\d.]+)(?: ([^\]]+))?\]$`)
	oddPattern    = regexp.MustCompile(`^\[(stiker|kontak|polling|sekali lihat)\]$`)
	editPattern   = regexp.MustCompile(`^\[ubah (\d+)\] ?(.*)$`)
	deletePattern = regexp.MustCompile(`^\[hapus (\d+)\]$`)
	textPattern   = regexp.MustCompile(`^\[teks(?: (\d+) x)? (".*")\]$`)
	pressPattern  = regexp.MustCompile(`^\((.+?)(?: -(\d+))?\)$`)
)

var fileKinds = map[string]string{"foto": "photo", "video": "video", "rekaman": "audio", "suara": "voice", "dokumen": "document"}

var oddKinds = map[string]string{"stiker": "sticker", "kontak": "contact", "polling": "poll", "sekali lihat": "view_once"}

// Input reads what a citizen does in a line of a script; see [Shell.Play].
func (s *Shell) Input(line string) (conversation.Input, error) {
	if m := filePattern.FindStringSubmatch(line); m != nil {
		a := conversation.Attachment{Kind: fileKinds[m[1]], Name: m[2], Bytes: 500_000, Album: m[5], Caption: m[6]}
		switch {
		case m[4] == "?":
			a.Bytes = -1
		case m[3] != "":
			a.Bytes, _ = parseSize(m[3], m[4])
		}
		return a, nil
	}
	if m := pinPattern.FindStringSubmatch(line); m != nil {
		lat, err := strconv.ParseFloat(m[1], 64)
		lon, err2 := strconv.ParseFloat(m[2], 64)
		return conversation.Pin{Lat: lat, Lon: lon, Name: m[3]}, errors.Join(err, err2)
	}
	if m := oddPattern.FindStringSubmatch(line); m != nil {
		return conversation.Unsupported{What: oddKinds[m[1]]}, nil
	}
	if m := editPattern.FindStringSubmatch(line); m != nil {
		return conversation.Edited{Ref: "m" + m[1], Text: m[2]}, nil
	}
	if m := deletePattern.FindStringSubmatch(line); m != nil {
		return conversation.Deleted{Ref: "m" + m[1]}, nil
	}
	if line == "[kosong]" {
		return conversation.Text{}, nil
	}
	if m := textPattern.FindStringSubmatch(line); m != nil {
		text, err := strconv.Unquote(m[2])
		if n, _ := strconv.Atoi(m[1]); n > 1 {
			text = strings.Repeat(text, n)
		}
		return conversation.Text{Text: text}, err
	}
	if token, ok := strings.CutPrefix(line, "(token "); ok {
		return conversation.Press{Token: strings.TrimSuffix(token, ")")}, nil
	}
	if m := pressPattern.FindStringSubmatch(line); m != nil {
		back, _ := strconv.Atoi(m[2])
		token, ok := s.Button(m[1], back)
		if !ok {
			return nil, fmt.Errorf("there was no button %q", m[1])
		}
		return conversation.Press{Token: token}, nil
	}
	return conversation.Text{Text: line}, nil
}

func parseSize(n, unit string) (int64, bool) {
	v, err := strconv.ParseInt(n, 10, 40)
	if err != nil {
		return 0, false
	}
	switch unit {
	case "byte":
		return v, true
	case "KB":
		return v << 10, true
	case "MB":
		return v << 20, true
	}
	return 0, false
}
