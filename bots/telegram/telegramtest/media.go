package telegramtest

import (
	"maps"
	"strings"
)

// Media is a message with a file. Kind is the field of the Bot API's message
// that the file is in: photo, document, video, video_note, animation, voice,
// audio or sticker.
type Media struct {
	Kind, Name, Type string
	Body             []byte
	Size             int64 // what it claims to be, in bytes; 0: what Body is
	Caption          string
	Album            string         // messages of one album share it
	More             map[string]any // more fields of the file
}

// Send sends a file and returns the message's id.
func (p *Person) Send(x Media) int64 {
	p.s.mu.Lock()
	if x.Size == 0 {
		x.Size = int64(len(x.Body))
	}
	var f *file
	if x.Kind == "photo" {
		f = p.s.photo(x.Body)
	} else {
		f = p.s.keep(&file{kind: x.Kind, name: x.Name, mime: x.Type, body: x.Body, size: x.Size})
	}
	content := f.content(x.Kind)
	p.s.mu.Unlock()
	if inner, is := content[x.Kind].(object); is {
		maps.Copy(inner, x.More)
	}
	if x.Kind == "animation" {
		content["document"] = content["animation"] // as older bots want it
	}
	if x.Album != "" {
		content["media_group_id"] = x.Album
	}
	return p.send(&message{text: x.Caption, content: content, file: f})
}

// Photo sends a picture. album may be empty; messages of one album share it.
func (p *Person) Photo(body []byte, caption, album string) int64 {
	return p.Send(Media{Kind: "photo", Body: body, Caption: caption, Album: album})
}

// Document sends a file as it is. Without mime it is told from the name.
func (p *Person) Document(name, mime string, body []byte, caption, album string) int64 {
	if mime == "" {
		mime = typeOf(name)
	}
	return p.Send(Media{Kind: "document", Name: name, Type: mime, Body: body, Caption: caption, Album: album})
}

// BigFile sends a document of any size, which has no bytes to fetch.
func (p *Person) BigFile(name string, size int64) int64 {
	return p.Send(Media{Kind: "document", Name: name, Type: typeOf(name), Size: size})
}

// Video sends a film.
func (p *Person) Video(body []byte, caption, album string) int64 {
	return p.Send(Media{
		Kind: "video", Name: "video.mp4", Type: "video/mp4", Body: body, Caption: caption, Album: album,
		More: object{"duration": 9, "width": 1280, "height": 720},
	})
}

// VideoNote sends a round film.
func (p *Person) VideoNote(body []byte) int64 {
	return p.Send(Media{Kind: "video_note", Body: body, More: object{"length": 384, "duration": 5}})
}

// Animation sends a film without sound.
func (p *Person) Animation(body []byte, caption string) int64 {
	return p.Send(Media{
		Kind: "animation", Name: "giphy.mp4", Type: "video/mp4", Body: body, Caption: caption,
		More: object{"duration": 2, "width": 320, "height": 240},
	})
}

// Voice sends something said.
func (p *Person) Voice(body []byte) int64 {
	return p.Send(Media{Kind: "voice", Type: "audio/ogg", Body: body, More: object{"duration": 4}})
}

// Audio sends music.
func (p *Person) Audio(name, mime string, body []byte, caption, album string) int64 {
	return p.Send(Media{
		Kind: "audio", Name: name, Type: mime, Body: body, Caption: caption, Album: album, More: object{"duration": 60},
	})
}

// Sticker sends a sticker.
func (p *Person) Sticker(body []byte) int64 {
	return p.Send(Media{Kind: "sticker", Body: body, More: object{
		"type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "👍",
		"set_name": "Kentongan",
	}})
}

// Contact shares somebody's number; own is the sender's, and says so.
func (p *Person) Contact(phone, name string, own bool) int64 {
	contact := object{"phone_number": phone, "first_name": name}
	if own {
		contact["user_id"] = p.user.id
	}
	return p.send(&message{content: object{"contact": contact}})
}

// Poll asks something of the chat.
func (p *Person) Poll(question string, options ...string) int64 {
	list := make([]object, len(options))
	for i, option := range options {
		list[i] = object{"persistent_id": option, "text": option, "voter_count": 0}
	}
	return p.send(&message{content: object{"poll": object{
		"id": p.s.nextNumber(), "question": question, "options": list, "total_voter_count": 0, "is_closed": false,
		"is_anonymous": true, "type": "regular", "allows_multiple_answers": false,
	}}})
}

func (s *Server) nextNumber() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextAlbum()
}

// Dice throws one.
func (p *Person) Dice() int64 {
	return p.send(&message{content: object{"dice": object{"emoji": "🎲", "value": 4}}})
}

// Location sends a place.
func (p *Person) Location(lat, lon float64) int64 {
	return p.send(&message{content: object{"location": place(lat, lon, nil)}})
}

// LiveLocation begins to tell where p is, for period seconds.
func (p *Person) LiveLocation(lat, lon float64, period int) int64 {
	return p.send(&message{content: object{"location": place(lat, lon, object{"live_period": period})}})
}

// Move tells that a live location is elsewhere now.
func (p *Person) Move(id int64, lat, lon float64) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.chat.byID[id]
	if m == nil || m.content["location"] == nil {
		return
	}
	more := object{}
	if period, live := m.content["location"].(object)["live_period"]; live {
		more["live_period"] = period
	}
	m.content = object{"location": place(lat, lon, more)}
	p.s.tellEdit(m)
}

// Venue sends a place with a name.
func (p *Person) Venue(lat, lon float64, title, address string) int64 {
	at := place(lat, lon, nil)
	return p.send(&message{content: object{
		"location": at, "venue": object{"location": at, "title": title, "address": address},
	}})
}

func place(lat, lon float64, more object) object {
	o := object{"latitude": lat, "longitude": lon}
	maps.Copy(o, more)
	return o
}

// Start presses Start, or says it again.
func (p *Person) Start(payload string) int64 { return p.Text(strings.TrimSpace("/start " + payload)) }
