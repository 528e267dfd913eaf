package conversation

import "strings"

// coaching is what to ask somebody whose story is too thin to act on. The bot's
// question is the phrase "coach." and the coaching.
type coaching string

const (
	coachService     coaching = "service"     // which office, what did its people do
	coachRoad        coaching = "road"        // what is broken, how large, what came of it
	coachPower       coaching = "power"       // which lamps, since when
	coachWater       coaching = "water"       // since when, how many houses
	coachMoney       coaching = "money"       // who asked, how much, what for
	coachCorruption  coaching = "corruption"  // who, what money, how is it known
	coachHealth      coaching = "health"      // which one, what happened to the patient
	coachSchool      coaching = "school"      // which one, what happened
	coachAid         coaching = "aid"         // which aid, what is wrong with it
	coachEnvironment coaching = "environment" // where does it come from, how bad, since when
	coachGeneric     coaching = "generic"     // what, who, what was done about it
)

const (
	// enoughWords is how many telling words make a story that needs no help.
	enoughWords = 8
	// enoughWithFault is how many do where one of them names what is wrong.
	enoughWithFault = 4
	// maxThin is how much of a story in bytes is looked at.
	maxThin = 4096
)

// missing decides whether story is too thin to act on and which one question
// helps most, by what it is about. A story that tells who did what, or what is
// wrong and since when or what came of it, is never thin, nor is one of eight
// telling words, a wish, a request for information, or somebody in danger.
//
// Ask it once a report, when the story ends and before the other questions,
// and put what comes to the story, whatever it is: nobody is refused. A text
// that tells nothing at all, such as a greeting, is not for it.
func missing(story string) (coaching, bool) {
	story = head(story, maxThin)
	if !hasWords(story) || greeting(story) || suggestKind(story) != "" || danger(story) {
		return "", false
	}
	t := thinness{topic: coachGeneric}
	t.read(plainWords(story))
	if t.enough() || otherScript(story) {
		return "", false
	}
	return t.topic, true
}

// otherScript reports whether text is written in letters that are not Latin:
// words that we cannot read are not thin for that.
func otherScript(text string) bool {
	for _, r := range normalise(text) {
		if r >= 0x370 && isWordRune(r) {
			return true
		}
	}
	return false
}

// thinness is what is found in a story.
type thinness struct {
	topic    coaching
	telling  int
	english  int  // small English words
	who      bool // somebody who did it, or their office
	act      bool // what somebody did
	fault    bool // what is wrong
	effect   bool // what came of it
	duration bool // since when, how often
	amount   bool // a sum or a number of something
}

// enough reports whether one could act on the story.
func (t *thinness) enough() bool {
	switch {
	case t.telling >= enoughWords, t.english >= 2 && t.telling >= enoughWithFault:
		return true // the lists below know little English
	case t.topic == coachMoney || t.topic == coachCorruption:
		return t.who && (t.amount || t.telling >= 6) || t.telling >= enoughWithFault+2
	case t.who && t.act && (t.telling >= 3 || t.amount):
		return true
	case t.fault && t.duration && t.telling >= 2, t.fault && t.effect && t.telling >= 3:
		return true
	case t.act && t.duration && t.telling >= 3:
		return true
	}
	return (t.fault || t.act) && t.telling >= enoughWithFault
}

// read looks at every word of plain once.
func (t *thinness) read(plain string) {
	before := ""
	for i := 0; i < len(plain) && t.telling < enoughWords; {
		rest := plain[i:]
		word := firstWord(rest)
		if telling(word) && !openers[word] && !hollow[bare(word)] {
			t.telling++
		}
		if smallEnglish[word] {
			t.english++
		}
		stem := bare(word)
		t.who = t.who || people[word] || people[stem]
		t.act = t.act || deeds.at(rest) > 0
		t.fault = t.fault || faults.at(rest) > 0
		t.effect = t.effect || effects.at(rest) > 0
		t.duration = t.duration || durations.at(rest) > 0 || units[stem] && (counts(before) || numerals[before] > 0)
		t.amount = t.amount || sums[stem] && (counts(before) || numerals[before] > 0) || isSum(word)
		t.weigh(rest, before)
		before = word
		i += len(word) + 1
	}
}

// weigh takes the first word that tells what the story is about; money that was
// asked for and corruption go before anything else.
func (t *thinness) weigh(rest, before string) {
	if demands.at(rest) > 0 {
		t.topic = coachMoney
		return
	}
	if t.topic != coachMoney && graft.at(rest) > 0 {
		t.topic = coachCorruption
		return
	}
	if t.topic != coachGeneric && t.topic != coachService {
		return // told by a word before
	}
	word := firstWord(rest)
	topic, ok := subjects[word]
	if !ok {
		topic, ok = subjects[bare(word)]
	}
	switch {
	case !ok, word == "jalan" && denying[spellings[before]], word == "jalan" && before == "tidak": // "air tidak jalan"
	case topic == coachService && t.topic == coachService:
	default:
		t.topic = topic
	}
}

// counts reports whether word is a number in digits.
func counts(word string) bool {
	return word != "" && len(word) <= 9 && strings.Trim(word, "0123456789") == ""
}

// isSum reports whether word is a sum of money: "50rb", "200000", "2jt".
func isSum(word string) bool {
	digits := strings.TrimLeft(word, "0123456789")
	n := len(word) - len(digits)
	return n > 0 && (n >= 4 && digits == "" || digits == "rb" || digits == "ribu" || digits == "jt" || digits == "juta" || digits == "k")
}
