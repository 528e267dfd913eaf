package conversation

import (
	"strings"
	"time"

	"kentongan/reports"
	"kentongan/reports/workday"
)

// feast is a day, or some days, that people name in place of a date.
type feast struct {
	decreed string // what the decreed calendar calls it; empty: it has a date of its own
	month   int    // of one with a date of its own
	day     int
	way     feastWay
	names   string // separated by commas, normalised
}

// feastWay is how the days of a feast are found.
type feastWay int

const (
	byName     feastWay = iota // in the calendar, or by month and day
	ramadan                    // the thirty days before Idulfitri
	everyCycle                 // every 210 days, Bali's Galungan; day: how many behind it
	yetUnknown                 // no calendar of ours has it
)

// feasts are the feasts that people date things by. Where the decreed calendar
// has a day, it decides. Some feasts of a fixed date are no holidays.
var feasts = []feast{
	{decreed: "Idulfitri", names: `lebaran,leberan,labaran,idul fitri,idulfitri,id fitri,iedul fitri,hari raya,hari raya idul fitri,hari raya idulfitri,hari raya lebaran,lebaran idul fitri,
		riyaya,riyoyo,bakda lebaran,syawalan 1,satu syawal,1 syawal,eid,eid al fitr,eidul fitri,hari lebaran`},
	{decreed: "Iduladha", names: `idul adha,iduladha,idul adhha,lebaran haji,lebaran idul adha,hari raya idul adha,hari raya iduladha,hari raya kurban,hari raya qurban,hari raya haji,
		idul kurban,idul qurban,kurban,qurban,kurbanan,lebaran kurban,besaran,10 dzulhijjah,10 zulhijah,eid al adha`},
	{decreed: "Natal", month: 12, day: 25, names: "natal,natalan,hari natal,hari raya natal,hari raya natalan,christmas,xmas"},
	{decreed: "Tahun Baru Masehi", month: 1, day: 1, names: "tahun baru,tahun baruan,taun baru,taun baruan,thn baru,th baru,tahun baru masehi,new year,new years,new years day,tahunbaru,tahunbaruan"},
	{decreed: "Tahun Baru Imlek", names: "imlek,imlekan,tahun baru imlek,taun baru imlek,thn baru imlek,tahun baru cina,tahun baru china,hari raya imlek,sincia,chinese new year,lunar new year"},
	{decreed: "Tahun Baru Islam", names: `tahun baru islam,taun baru islam,thn baru islam,tahun baru hijriyah,tahun baru hijriah,1 muharram,1 muharam,satu muharram,1 muharrom,1 suro,satu suro,siji suro,suroan,1 sura,satu sura`},
	{decreed: "Nyepi", names: "nyepi,hari nyepi,hari raya nyepi"},
	{decreed: "Waisak", names: "waisak,hari waisak,hari raya waisak,vesak,trisuci waisak"},
	{decreed: "Isra Mikraj", names: "isra mikraj,isra miraj,isro miraj,isra miroj,isra mi raj,isra,isro,rajaban,mikraj,miraj"},
	{decreed: "Maulid Nabi", names: "maulid nabi,maulid,maulud,mulud,muludan,maulidan,mauludan,maulud nabi,maulid nabi muhammad,12 rabiul awal,muludan nabi"},
	{decreed: "Paskah", names: "paskah,easter,minggu paskah,hari paskah,hari raya paskah"},
	{decreed: "Wafat Yesus Kristus", names: "jumat agung,wafat yesus,wafat yesus kristus,wafat isa almasih,wafat isa al masih,wafatnya isa almasih,good friday,jumaat agung"},
	{decreed: "Kenaikan Yesus Kristus", names: "kenaikan yesus,kenaikan yesus kristus,kenaikan isa almasih,kenaikan isa al masih,kenaikan tuhan"},
	{decreed: "Hari Buruh", month: 5, day: 1, names: "hari buruh,may day,mayday,hari buruh internasional,hari buruh sedunia"},
	{decreed: "Hari Lahir Pancasila", month: 6, day: 1, names: "hari lahir pancasila,hari pancasila,harlah pancasila,lahirnya pancasila"},
	{decreed: "Hari Kemerdekaan", month: 8, day: 17, names: `kemerdekaan,hari kemerdekaan,17 an,17an,tujuhbelasan,tujuh belasan,tujubelasan,pitulasan,agustusan,17 agustusan,hut ri,hut kemerdekaan,hut kemerdekaan ri,hari proklamasi,
		independence day,dirgahayu`},
	{month: 4, day: 21, names: "hari kartini,kartinian,kartini"},
	{month: 5, day: 2, names: "hardiknas,hari pendidikan,hari pendidikan nasional"},
	{month: 10, day: 28, names: "sumpah pemuda,hari sumpah pemuda"},
	{month: 10, day: 22, names: "hari santri,hari santri nasional"},
	{month: 11, day: 10, names: "hari pahlawan"},
	{month: 11, day: 25, names: "hari guru,hari guru nasional"},
	{month: 12, day: 22, names: "hari ibu"},
	{month: 2, day: 14, names: "valentine,hari valentine,valentinan"},
	{way: ramadan, names: "puasa,bulan puasa,bulan ramadan,bulan ramadhan,ramadan,ramadhan,romadon,romadhon,poso,puasaan,bulan romadhon,bulan suci ramadhan,ramadon,ramadhon,pasa"},
	{way: everyCycle, names: "galungan,hari raya galungan"},
	{way: everyCycle, day: 10, names: "kuningan,hari raya kuningan"},
	{way: yetUnknown, names: `pemilu,pilkada,pilpres,pileg,pilkades,pilgub,coblosan,nyoblos,pencoblosan,mudik,arus mudik,arus balik,tanggal merah,tgl merah,libur panjang,libur sekolah,liburan sekolah,libur semester,
		long weekend,musim hujan,musim kemarau,musim panen,musim haji,kampanye,hut,hari jadi,ujian,uts,uas,ppdb,masuk sekolah,hari pertama masuk,hari pertama masuk sekolah,hari pertama sekolah,hari pertama kerja,ultah,ulang tahun,hari ulang tahun,pandemi,
		covid,corona,korona,nuzulul quran,lailatul qadar,cap go meh,halal bihalal,wisuda,kenaikan kelas,tahun ajaran baru,tahun pelajaran baru,semester baru,pasar malam,sedekah bumi,haul`},
}

// feastNames has, by the first word of a feast's name, the others with the
// feast, the longest first.
var feastNames = func() map[string][]feastName {
	names := map[string][]feastName{}
	for i, f := range feasts {
		for name := range strings.SplitSeq(f.names, ",") {
			words := strings.Fields(name)
			first := words[0]
			list := names[first]
			at := 0
			for at < len(list) && len(list[at].more) >= len(words)-1 {
				at++
			}
			list = append(list, feastName{})
			copy(list[at+1:], list[at:])
			list[at] = feastName{more: words[1:], feast: i}
			names[first] = list
		}
	}
	return names
}()

type feastName struct {
	more  []string
	feast int
}

// feastOpeners returns the words that alone can begin nothing but a feast.
func feastOpeners() string {
	var words []string
	for first := range feastNames {
		switch first {
		case "1", "10", "12", "17", "satu", "siji", "tujuh", "tahun", "thn", "th", "taun", "bulan", "hari", "minggu", "jumat", "jumaat", "new", "may", "good", "id",
			"isra", "long", "tanggal", "tgl", "musim", "masuk", "tahunbaru", "pasar", "arus", "ulang", "semester", "libur", "liburan", "bakda", "lunar", "chinese", "poso", "besaran":
		default:
			words = append(words, first)
		}
	}
	return strings.Join(words, " ")
}

// feastAt returns the feast whose name begins n tokens ahead, and how many
// tokens it takes.
func (r *timeReader) feastAt(n int) (feast, took int) {
	t := r.at(n)
	first := t.word
	switch {
	case t.count == 1 && t.numbers[0] == 17:
		first = "17"
	case t.count == 1 && t.numbers[0] == 1:
		first = "1"
	case t.count == 1 && t.numbers[0] == 10:
		first = "10"
	case t.count == 1 && t.numbers[0] == 12:
		first = "12"
	}
names:
	for _, name := range feastNames[first] {
		for i, word := range name.more {
			if r.at(n+1+i).word != word {
				continue names
			}
		}
		return name.feast, 1 + len(name.more)
	}
	return -1, 0
}

// almanac has the feasts of a calendar, ready to be looked up.
type almanac struct {
	runs map[string][]feastRun
}

// feastRun is one time that a feast came: its public holidays, and those with
// the joint leave around them. The last days are included.
type feastRun struct {
	first, last       workday.Date
	offFirst, offLast workday.Date
}

// newAlmanac gathers the feasts of c.
func newAlmanac(c *workday.Calendar) *almanac {
	a := &almanac{runs: map[string][]feastRun{}}
	for _, year := range c.Years() {
		for d := workday.NewDate(year, time.January, 1); d.Year() == year; d++ {
			h := c.Day(d).Holiday
			if h.Kind != workday.PublicHoliday || h.Region != "" {
				continue
			}
			runs := a.runs[h.Name]
			if n := len(runs); n > 0 && d-runs[n-1].last <= 3 {
				runs[n-1].last, runs[n-1].offLast = d, d
			} else {
				runs = append(runs, feastRun{d, d, d, d})
			}
			a.runs[h.Name] = runs
		}
	}
	for name, runs := range a.runs {
		for i := range runs {
			r := &runs[i]
			for d := r.first - 7; d <= r.last+7; d++ {
				if h := c.Day(d).Holiday; h.Name == name {
					r.offFirst, r.offLast = min(r.offFirst, d), max(r.offLast, d)
				}
			}
		}
	}
	return a
}

// galungan is a Galungan; it comes every 210 days, on the Wednesday Kliwon of
// the week Dungulan.
var galungan = workday.NewDate(2025, time.April, 23)

// times returns when f came or will come around year, in order.
func (a *almanac) times(f feast, year int) []feastRun {
	switch f.way {
	case ramadan:
		var runs []feastRun
		for _, r := range a.runs["Idulfitri"] {
			runs = append(runs, feastRun{r.first - 30, r.first - 1, r.first - 30, r.first - 1})
		}
		return runs
	case everyCycle:
		d := galungan + workday.Date(f.day)
		d += (workday.NewDate(year-1, time.January, 1) - d) / 210 * 210
		var runs []feastRun
		for range 6 {
			runs = append(runs, feastRun{d, d, d, d})
			d += 210
		}
		return runs
	case byName:
		if runs := a.runs[f.decreed]; f.decreed != "" && f.day == 0 {
			return runs
		}
		runs := make([]feastRun, 0, 4)
		for y := year - 2; y <= year+1; y++ {
			d := workday.NewDate(y, time.Month(f.month), f.day)
			run := feastRun{d, d, d, d}
			for _, r := range a.runs[f.decreed] {
				if r.first == d {
					run = r
				}
			}
			runs = append(runs, run)
		}
		return runs
	case yetUnknown:
	}
	return nil
}

// feastSpan works out "lebaran kemarin", "malam tahun baru", "H-3 natal".
func (s *said) feastSpan(p present) meaning {
	f := feasts[s.feast-1]
	today := midnight(p.now)
	if f.way == yetUnknown {
		return asked(whyCalendar)
	}
	year, bound := 0, false // of the feast
	switch {
	case s.year > 0:
		year, bound = s.year, true
	case s.yearRel != yearUnsaid:
		year, bound = today.Year()+relative(s.yearRel), true
	case s.relUnit == unitYear:
		year, bound = today.Year()+relative(s.rel), true
	case s.count > 0 && s.unit == unitYear && !s.hasOffset:
		year, bound = today.Year()-s.count, true
	case s.month > 0 || s.day > 0 || s.weekday >= 0 || s.relUnit >= 0 || s.earlier || s.count > 0 && !s.hasOffset:
		return asked(whyContradiction)
	}
	around := today.Year()
	if bound {
		around = year
	}
	runs := p.feasts.times(f, around)
	var at *feastRun
	for i := range runs {
		first := s.feastFrom(runs[i], today.Location())
		switch {
		case bound && runs[i].first.Year() == year,
			!bound && s.weekdayRel != 1 && !first.After(p.now),
			!bound && s.weekdayRel == 1 && first.After(p.now) && at == nil:
			at = &runs[i]
		}
	}
	if at == nil {
		return asked(whyCalendar)
	}
	m := s.inFeast(f, *at, p)
	if !bound && m.why == "" {
		for i := range runs { // one that comes within days may be the one that is meant
			if d := s.feastFrom(runs[i], today.Location()).Sub(p.now); d > 0 && d <= 10*24*time.Hour && &runs[i] != at && !s.yesterday && s.weekdayRel == 0 && f.way != ramadan {
				m.why, m.others = whyAmbiguous, []span{m.at}
			}
		}
	}
	return m
}

// feastFrom is when what was said of a feast begins.
func (s *said) feastFrom(r feastRun, zone *time.Location) time.Time {
	d := r.first
	switch {
	case s.eveOfFeast:
		return (d - 1).Start(zone).Add(18 * time.Hour)
	case s.hasOffset:
		return (d + workday.Date(s.offset)).Start(zone)
	}
	return d.Start(zone)
}

// inFeast works out the day and the hour of one time that a feast came.
func (s *said) inFeast(f feast, r feastRun, p present) meaning {
	zone := p.now.Location()
	timed := s.part >= 0 || s.prayer >= 0 || s.hour >= 0
	days := func(first, last workday.Date) meaning {
		if first == last {
			return meaning{at: dayOf(first.Start(zone))}
		}
		return meaning{at: span{first.Start(zone), (last + 1).Start(zone), reports.Range}}
	}
	day := r.first
	switch {
	case s.beforeFeast: // "sebelum lebaran": how long before?
		m := days(r.first-7, r.first-1)
		m.why = whyVague
		return m
	case s.afterFeast:
		m := days(r.last+1, r.last+7)
		m.why = whyVague
		return m
	case s.third > 0 && f.way == ramadan:
		return days(r.first+workday.Date(10*(s.third-1)), r.first+workday.Date(10*s.third-1))
	case s.eveOfFeast && f.way == ramadan:
		return asked(whyCalendar)
	case f.way == ramadan && s.nth > 0: // Ramadan has 29 days or 30: its first is known by a day
		if s.nth > 30 {
			return asked(whyContradiction)
		}
		day += workday.Date(s.nth - 1)
		m := s.inDay(day.Start(zone), p.now, true)
		other := s.inDay((day - 1).Start(zone), p.now, true)
		return meaning{at: m.at, why: whyCalendar, others: []span{m.at, other.at}}
	case f.way == ramadan && s.hasOffset:
		return asked(whyCalendar)
	case f.way == ramadan && timed:
		return asked(whyVague)
	case f.way == ramadan:
		return days(r.first, r.last)
	case s.leave:
		return days(r.offFirst, r.offLast)
	case s.eveOfFeast:
		s.part = max(s.part, partNight)
		eve := *s
		eve.eve = true
		return eve.inDay((day - 1).Start(zone), p.now, true)
	case s.hasOffset && s.offset > 0 && r.last > r.first && !s.counted:
		// H+2: two days after the first day of Lebaran, or after the second?
		m := s.inDay((day + workday.Date(s.offset)).Start(zone), p.now, true)
		other := s.inDay((r.last + workday.Date(s.offset)).Start(zone), p.now, true)
		return meaning{at: m.at, why: whyAmbiguous, others: []span{m.at, other.at}}
	case s.hasOffset && s.offset > 0 && s.counted && r.last > r.first:
		day = r.last + workday.Date(s.offset)
	case s.hasOffset:
		day += workday.Date(s.offset)
	case s.nth > 0 && f.decreed == "Idulfitri":
		if s.nth > 7 {
			return asked(whyContradiction)
		}
		day += workday.Date(s.nth - 1)
	case s.nth > 0 && f.decreed != "Hari Kemerdekaan": // of which the number is that of the year
		return asked(whyContradiction)
	case r.last > r.first && !timed && !s.firstDay:
		return days(r.first, r.last)
	case r.last > r.first && timed: // in the morning of which day?
		m := s.inDay(day.Start(zone), p.now, true)
		if m.why == "" && s.prayer < 0 {
			other := s.inDay(r.last.Start(zone), p.now, true)
			m.why, m.others = whyAmbiguous, []span{m.at, other.at}
		}
		return m
	}
	return s.inDay(day.Start(zone), p.now, true)
}

// relative turns a relation, of which 2 is "ini", into how many units from now.
func relative(rel int) int {
	if rel == 2 {
		return 0
	}
	return rel
}
