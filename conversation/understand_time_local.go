package conversation

// localNumbers are numbers of regional languages that are words of another
// sense alone: they count where a unit is behind them.
var localNumbers = map[string]int{
	"rong": 2, "tigang": 3, "tilu": 3, "patang": 4, "sekawan": 4, "opat": 4, "limang": 5, "gangsal": 5, "genep": 6, "nem": 6, "pitung": 7,
	"wolung": 8, "sangang": 9,
}

// Words that make one of a regional language beside them a time.
var (
	earlierParts = wordSet("bengi mbengi wengi esuk enjing isuk awan")
	mornings     = wordSet("mau tadi wingi kamari saben unggal iki")
	dayNames     = wordSet("hari malam malem dino dina dinten poe hr")
	balinese     = wordSet("sanja semengan semeng peteng")
)

// localized returns tokens with the words of regional languages that are times
// only beside others: "mau bengi", "rong minggu", "hari arba", "su dua minggu".
func localized(tokens []timeToken) []timeToken {
	for i := range tokens {
		t := &tokens[i]
		last, next := timeToken{}, timeToken{}
		if i > 0 && !t.stop {
			last = tokens[i-1]
		}
		if i+1 < len(tokens) && !tokens[i+1].stop {
			next = tokens[i+1]
		}
		switch {
		case t.word == "dino" || t.word == "dinten" || t.word == "poe":
			if next.kind == kWeekday {
				t.kind = kHari
			}
			continue
		case t.kind != kUnknown && t.kind != kAhead || t.count > 0:
			continue
		}
		switch t.word {
		case "mau":
			if earlierParts[next.word] {
				t.kind = kEarlier
			}
		case "isuk":
			if mornings[last.word] || t.twice {
				t.kind, t.value = kPart, partMorning
			}
		case "dina":
			if single(last) > 0 || last.kind == kEvery || next.kind == kThis || next.kind == kWeekday {
				t.kind, t.value = kUnit, unitDay
			}
		case "apa": // tanggal 2 apa 3
			if single(last) > 0 && single(next) > 0 {
				t.kind = kOr
			}
		case "ti", "sajak":
			if next.kind == kYesterday || next.kind == kEarlier || next.kind == kLastNight || next.unit() >= unitWeek && i+2 < len(tokens) && tokens[i+2].kind == kYesterday {
				t.kind = kSince
			}
		case "ket", "kit", "kawit", "wiwit":
			switch next.kind {
			case kYesterday, kEarlier, kLastNight, kWeekday, kDate, kMonth, kHari, kUnit:
				t.kind = kSince
			default:
			}
		case "su":
			if single(next) > 0 || next.kind == kOneUnit {
				t.kind = kLasting
			}
		case "arba", "arbaa":
			if dayNames[last.word] || i == 0 && (next.kind == kPart || next.word == "") {
				t.kind, t.value = kWeekday, 3
			}
		case "ibi":
			if balinese[next.word] {
				t.kind = kYesterday
			}
		default:
			if n := localNumbers[t.word]; n > 0 && (next.unit() >= 0 || next.word == "dina" || last.kind == kClock || last.unit() == unitHour) {
				t.kind, t.value = kNumber, n
			}
		}
	}
	return tokens
}
