package conversation

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kentongan/conversation/phrases"
	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/reports/region"
	"kentongan/reports/workday"
)

// Config is what a [Machine] must know. The zero durations mean the defaults
// that contract.md's settings have.
type Config struct {
	Phrases  *phrases.Catalogue
	Holidays workday.Table
	Zone     *time.Location // the service's own
	Agencies []reports.Agency
	Limits   []reports.Limit
	// Desk tells who is there to verify: without anybody no date is promised.
	Desk Desk
	// Officials are the appointments by person, Groups the bodies of bound groups by
	// the number of the chat; "" is the national admin's.
	Officials map[reports.PersonID][]reports.Appointment
	Groups    map[int64]string

	// Quiet is the part of the day in which nobody is woken by a push, as times of
	// day; equal ends: never. It may pass midnight.
	Quiet     Quiet
	Burst     time.Duration // quiet time that ends a burst, default 3 s
	Remind    time.Duration // default 24 h
	Expire    time.Duration // default 336 h
	Retention time.Duration // default 17520 h
}

// Desk tells whether somebody verifies reports: at all, and restricted ones.
type Desk struct {
	Verifier   bool
	Restricted bool
}

// Quiet is a part of the day, from one time of day to another.
type Quiet struct{ From, To time.Duration }

// consentVersion names the consent text of the catalogue. Whoever changes what
// people agree to changes it, and everybody is asked again.
const consentVersion = "2026-2"

// consentWait is how long what somebody told waits for their consent before it
// is erased (product.md, R2).
const consentWait = 24 * time.Hour

// Machine holds the conversation with reporters. It is immutable and safe for
// concurrent use; when agencies, calendar or texts change, make another.
type Machine struct {
	config   Config
	byCode   map[string]int // index into config.Agencies
	byName   map[string]string
	keywords map[string]string // keyword, normalised, to the body's code
	zones    map[string]*time.Location
	offered  []string            // codes of the bodies that people are offered
	names    map[string][]string // labels of choices that carry a name of their own
	feasts   *almanac
	rules    *deadline.Rules
	// verifiers are the bodies that have an agency admin.
	verifiers map[string]bool

	languages []choice // of [asksLanguage]
	labels    map[labelKey]labels
	talk      map[string]talk // normalised small words and what they are
	thanks    []string
	// ratingWords stand before a figure that rates.
	ratingWords []string
}

type labelKey struct{ lang, label, also string }

// labels are the ways to say a choice: strict ones exactly as shown, the
// others in any language and with synonyms.
type labels struct{ strict, loose []string }

// talk is what a message of a few words is, where it is no content.
type talk string

const (
	talkYes    talk = "yes"
	talkNo     talk = "no"
	talkThanks talk = "thanks"
	talkBack   talk = "back"
	talkCancel talk = "cancel"
	talkHelp   talk = "help"
	talkSend   talk = "send"  // strict words, said at another time
	talkAgree  talk = "agree" //
	talkDone   talk = "done"
)

// New makes the machine of c. It fails where c lacks phrases, calendar or
// zone, or where an agency's zone is unknown.
func New(c Config) (*Machine, error) {
	if c.Phrases == nil || c.Zone == nil {
		return nil, errors.New("conversation: phrases and zone are required")
	}
	defaults := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	defaults(&c.Burst, 3*time.Second)
	defaults(&c.Remind, 24*time.Hour)
	defaults(&c.Expire, 336*time.Hour)
	defaults(&c.Retention, 17520*time.Hour)
	c.Agencies = slices.Clone(c.Agencies)
	c.Limits = slices.Clone(c.Limits)

	m := &Machine{
		config: c, byCode: map[string]int{}, byName: map[string]string{}, keywords: map[string]string{},
		zones: map[string]*time.Location{}, labels: map[labelKey]labels{}, names: map[string][]string{}, talk: map[string]talk{},
		verifiers: map[string]bool{},
	}
	var err error
	if m.rules, err = deadline.New(deadline.Config{
		Holidays: c.Holidays, Zone: c.Zone, Agencies: c.Agencies, Limits: c.Limits, Verifier: m.VerifiedBy,
	}); err != nil {
		return nil, err
	}
	m.feasts = newAlmanac(m.rules.Own().Calendar)
	if err := m.addAgencies(); err != nil {
		return nil, err
	}
	for _, held := range c.Officials {
		for _, a := range held {
			if a.Role == reports.AgencyAdmin {
				m.verifiers[a.Agency] = true
			}
		}
	}
	m.addWords()
	return m, nil
}

func (m *Machine) addAgencies() error {
	var top []string
	for i, a := range m.config.Agencies {
		m.byCode[a.Code] = i
		m.names[a.Name] = []string{a.Name}
		m.names[a.Code] = []string{a.Code}
		if name := normalise(a.Name); name != "" && m.byName[name] == "" {
			m.byName[name] = a.Code
		}
		for _, k := range a.Keywords {
			if k = normalise(k); k != "" && m.keywords[k] == "" {
				m.keywords[k] = a.Code
			}
		}
		switch {
		case len(a.Keywords) > 0:
			m.offered = append(m.offered, a.Code)
		case a.Parent == "":
			top = append(top, a.Code)
		}
		if a.Zone == "" || m.zones[a.Zone] != nil {
			continue
		}
		zone, err := time.LoadLocation(a.Zone)
		if err != nil {
			return fmt.Errorf("zone of agency %s: %w", a.Code, err)
		}
		m.zones[a.Zone] = zone
	}
	for i := range 100 { // those of the provinces
		if zone, ok := region.Zone(region.Code(strconv.Itoa(i))); ok && m.zones[zone.String()] == nil {
			m.zones[zone.String()] = zone
		}
	}
	if m.zones[m.config.Zone.String()] == nil {
		m.zones[m.config.Zone.String()] = m.config.Zone
	}
	m.offered = append(m.offered, top...)
	m.offered = m.offered[:min(len(m.offered), maxOffered)]
	return nil
}

// addWords prepares what people may type, so that no turn has to.
func (m *Machine) addWords() {
	langs := m.config.Phrases.Languages()
	for _, lang := range langs {
		name := m.config.Phrases.Text(lang, "lang.name")
		m.languages = append(m.languages, choice{id: "lang-" + lang, label: "choice.plain", name: name})
		m.names[name] = append(m.list(lang, "also.language"), name, lang)
	}
	m.languages = append(m.languages, back)
	every := [][]choice{}
	for _, d := range deedTable {
		every = append(every, []choice{{label: "deed." + string(d.deed)}})
	}
	ReadPlace("") // the tables of regions are read now, not in somebody's turn
	every = append(every, [][]choice{
		consentChoices, toldChoices, spokenChoices, yesNoChoices, cancelChoices, futureChoices, openChoices, whenChoices, knownChoices, noFilesChoices, filesChoices,
		fieldChoices, reviewChoices, kindChoices, privacyChoices, agencyByWords,
		{agencyOther, asWritten, {label: "choice.new_code"}},
		workSendChoices, workSureChoices, noWorkBody,
		{threadNew},
		doneOffers, reopenOffers, dossierOffer, leaveChoices, workAsChoices,
	}...)
	for _, choices := range every {
		for _, c := range choices {
			for _, lang := range langs {
				// The service's own word counts in every language.
				l := labels{strict: []string{m.config.Phrases.Text(lang, c.label), m.config.Phrases.Text(defaultLanguage, c.label)}}
				for _, other := range langs {
					l.loose = append(l.loose, m.config.Phrases.Text(other, c.label))
					l.loose = append(l.loose, m.list(other, c.also)...)
				}
				m.labels[labelKey{lang, c.label, c.also}] = l
			}
		}
	}
	for _, lang := range langs {
		for key, is := range map[string]talk{
			"also.yes": talkYes, "also.no": talkNo, "choice.yes": talkYes, "choice.no": talkNo, "also.fine": talkYes,
			"also.back": talkBack, "choice.back": talkBack, "also.cancel": talkCancel, "choice.cancel": talkCancel,
			"also.help": talkHelp, "choice.send": talkSend, "choice.agree": talkAgree, "choice.done": talkDone,
			"also.done": talkDone,
		} {
			for _, word := range m.list(lang, key) {
				if word = normalise(word); m.talk[word] == "" || strings.HasPrefix(key, "choice.") {
					m.talk[word] = is
				}
			}
		}
		for _, word := range m.list(lang, "also.rating") {
			m.ratingWords = append(m.ratingWords, normalise(word))
		}
		for _, word := range m.list(lang, "also.thanks") {
			m.thanks = append(m.thanks, normalise(word))
		}
	}
}

// list returns the texts that a key holds, separated by commas.
func (m *Machine) list(lang, key string) []string {
	if key == "" {
		return nil
	}
	parts := strings.FieldsFunc(m.config.Phrases.Text(lang, key), func(r rune) bool { return r == ',' || r == '\n' })
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

// zone is where the draft's times are meant: the proposed body's, else the
// service's own.
func (m *Machine) zone(agency string) *time.Location {
	if a := m.agency(agency); a != nil && a.Zone != "" {
		if zone := m.zones[a.Zone]; zone != nil {
			return zone
		}
	}
	return m.config.Zone
}

// occurredZone is the zone in which o is meant, as far as that was kept; else that
// of the body with this code.
func (m *Machine) occurredZone(o reports.OccurredAt, agency string) *time.Location {
	if zone := m.zones[o.Zone]; zone != nil {
		return zone
	}
	return m.zone(agency)
}

// placeZone is the zone of the place that r tells of, else that of the body in
// charge.
func (m *Machine) placeZone(r reports.Report) *time.Location {
	if r.Location.Region != "" {
		if zone, ok := region.Zone(region.Code(r.Location.Region)); ok {
			return zone
		}
	}
	return m.zone(r.Agency)
}
