package conversation

import "strings"

// kind is the part that a word plays in a time.
type kind int

const (
	kUnknown kind = iota
	kFiller       // says nothing
	kAbout        // sekitar
	kHari         // hari: a day follows
	kDate         // tanggal: a number of a day follows
	kPart         // value: index of dayParts
	kPrayer       // value: index of prayers
	kAfter        // habis, ba'da
	kBefore       // menjelang, sebelum
	kMonth        // value: 1 to 12
	kWeekday      // value: from 0, Sunday
	kPasaran      // value: from 0, Legi
	kUnit         // value: one of the units
	kOneUnit      // seminggu: the unit with 1
	kNumber       // value: the number
	kOrdinal      // value: the number; -1 the last
	kFew          // beberapa
	kAgo          // lalu
	kYang         // yang, before lalu
	kThis         // ini
	kNext         // depan
	kLatest       // terakhir
	kYesterday
	kToday
	kEarlier // tadi
	kLastNight
	kJustNow
	kAhead    // value: days from today
	kLater    // nanti
	kSince    // sejak
	kLasting  // sudah, selama
	kUntil    // sampai
	kDash     // a dash that may mean "sampai"
	kBetween  // antara
	kOr       // atau
	kAnd      // dan
	kClock    // jam, pukul
	kHalf     // setengah
	kPast     // lewat, lebih
	kLess     // kurang
	kQuarter  // seperempat
	kMeridiem // value: 0 am, 12 pm
	kZone     // value: hours east of Greenwich
	kBaru     // baru, with saja behind it
	kSaja
	kEvery
	kHabit  // sering; value: index of habits
	kTimes  // kali: what stands before it is how often
	kOnce   // sekali
	kLast   // last, before English units and days
	kDini   // dini hari
	kAn     // jam 3-an
	kThird  // awal, pertengahan, akhir; value 1 to 3
	kHDay   // H-3; value: days
	kFeast  // begins the name of a feast
	kUnsure // mungkin
	kVague  // dulu
	kNot    // bukan
	kEvent  // pas, ketika: what else happened follows
	kPlace  // di: a place follows
	kWeekend
	kLeave // libur, before a feast
)

// Units of "dua minggu lalu".
const (
	unitMinute = iota
	unitHour
	unitDay
	unitWeek
	unitMonth
	unitYear
)

// timeVocabulary has the part of each word, in the spellings of letters and of
// chat.
var timeVocabulary = func() map[string]timeToken {
	v := map[string]timeToken{}
	add := func(k kind, value int, words string) {
		for word := range strings.FieldsSeq(words) {
			t := v[word]
			if t.kind == kUnknown {
				t.kind, t.value = k, value
			} else {
				t.also, t.alsoIs = k, value
			}
			v[word] = t
		}
	}
	add(kFiller, 0, `pada kejadian kejadiannya kejadianya kejadian2 terjadi terjadinya itu tu pak bapak bpk bu ibu min admin kak kakak bang abang mas mbak mba
		ya yah iya nih sih lah deh dong tepatnya persis persisnya waktu waktunya saat wkt nya peristiwa peristiwanya kali2 sy saya aku kami kita
		kalo klo kalau untuk utk adalah ialah yaitu yakni ada berlangsung berlangsungnya mulanya pertama2 tersebut tsb loh lho kok toh
		on in the it was were is happened oclock o clock of that sholat shalat solat salat sembahyang adzan azan indonesia`)
	add(kAbout, 0, "sekitar sekitaran sekira sekiranya kira kira2 kiranya kurleb krg2 skitar skitr sktr sekitr kisaran perkiraan hampir nyaris almost about around approximately circa ± ~")
	add(kHari, 0, "hari hr harinya")
	add(kDate, 0, "tanggal tgl tggl tanggalnya tglnya tanggl tnggal tangal tgal tg tanggalan")
	addDayWords(add)
	addCalendarWords(add)
	for i, words := range []string{
		"menit mnt mnit minute minutes min mins", "jam jm hour hours hrs", "hari hr day days dino dinten poe", "minggu mgg mggu mnggu minggu2 pekan week weeks mg",
		"bulan bln bulanan month months wulan sasi", "tahun thn th taun tahunan year years",
	} {
		add(kUnit, i, words)
	}
	for i, words := range []string{"semenit", "sejam sejaman", "sehari seharian", "seminggu semingguan sepekan smggu seminggu2", "sebulan sebulanan sbulan", "setahun setaun setahunan"} {
		add(kOneUnit, i, words)
	}
	add(kWeekday, 0, "minggu mgg mggu mnggu mg")
	add(kClock, 0, "jam jm pukul pkl pukl jamnya at")
	for word, n := range numerals {
		switch {
		case n > 10 && word != "sebelas" && word != "eleven" && word != "twelve":
		case strings.HasPrefix(word, "ke") || ordinals[word] > 0:
		default:
			add(kNumber, n, word)
		}
	}
	add(kNumber, 1, "a an siji")
	for n, words := range map[int]string{2: "loro kalih couple", 3: "telu tiganya telung tigo", 4: "papat ampat ampek", 5: "limo", 6: "enem anam", 7: "pitu", 8: "wolu salapan dlapan", 9: "sanga sambilan smbilan sembilan", 10: "spuluh sapuluh"} {
		add(kNumber, n, words)
	}
	for word, n := range roundNumbers {
		add(kNumber, n, word)
	}
	for word, n := range ordinals {
		add(kOrdinal, n, word)
	}
	add(kFew, 0, "beberapa bbrp bberapa bebrapa brp2 few several")
	add(kAgo, 0, "lalu lalau silam ago lampau kepungkur kapungkur kapengker kepengker katukang katukangan")
	add(kYang, 0, "yang yg yng")
	add(kThis, 0, "ini this iki")
	add(kNext, 0, "depan mendatang next")
	add(kLatest, 0, "terakhir terakhr trakhir belakangan")
	add(kYesterday, 0, "kemarin kmrn kemaren kmaren kemren kmarin kemarinnya kmren kemaern kemarn kemrin kmrin krmn kmrin kemarinan kmrn2 yesterday wingi kamari samalam kelmarin kalamarin kelemarin kalamaring kalamareng kemaring kapatang dibi nantoari")
	add(kToday, 0, "today")
	add(kEarlier, 0, "tadi td tdi earlier")
	add(kLastNight, 0, "semalam smalam semlm smlm semalem smalem tadimalam mambengi")
	add(kJustNow, 0, "barusan barusn brusan brsan bbarusan sekarang skrg skrang skrng skarang kini now saiki ayeuna")
	add(kAhead, 1, "besok bsk besuk esok tomorrow sesuk isuk")
	add(kAhead, 2, "lusa")
	add(kLater, 0, "nanti ntar nnti entar later")
	add(kSince, 0, "sejak semenjak sjk sejk dari dr mulai mulainya sedari since from started")
	add(kLasting, 0, "sudah udah sdh udh dah selama slama telah for wis wes uwis geus parantos sampun")
	add(kUntil, 0, "sampai sampe smp smpe smpai hingga sd until till to")
	add(kBetween, 0, "antara between")
	add(kOr, 0, "atau atw ato or")
	add(kAnd, 0, "dan dn serta sama sm and")
	add(kHalf, 0, "setengah stengah stgh stg half")
	add(kPast, 0, "lewat lebih lbh past lwt")
	add(kLess, 0, "kurang krg krang")
	add(kQuarter, 0, "seperempat prapat quarter")
	add(kMeridiem, 0, "am")
	add(kMeridiem, 12, "pm")
	add(kZone, 7, "wib")
	add(kZone, 8, "wita")
	add(kZone, 9, "wit")
	add(kBaru, 0, "baru bru br just")
	add(kSaja, 0, "saja aja sj aj sja now")
	add(kEvery, 0, "setiap tiap tiap2 stiap saban every each saben unggal sabilang tiok")
	for i, words := range habitWords {
		add(kHabit, i, words)
	}
	add(kTimes, 0, "kali x kl times")
	add(kOnce, 0, "sekali skali skl once")
	add(kLast, 0, "last")
	add(kDini, 0, "dini dinihari")
	add(kAn, 0, "an")
	add(kThird, 1, "awal awalnya permulaan beginning early")
	add(kThird, 2, "pertengahan tengah medio mid middle")
	add(kThird, 3, "akhir akhr ahir penghujung end")
	add(kLeave, 0, "libur liburan cuti libor")
	add(kFeast, 0, "takbiran takbir")
	add(kWeekend, 0, "weekend wiken weekends")
	add(kUnsure, 0, `mungkin barangkali kayaknya kyknya kayanya kykny sepertinya spertinya kaya kayak agaknya rasanya rasa2nya seingat seinget seingatku entah ntah maybe perhaps
		probably lupa lp kurangtahu keknya`)
	add(kVague, 0, "dulu dahulu dlu lama lame lamanya tempo semester musim periode kuartal triwulan caturwulan zaman jaman masa era dasawarsa abad berhari berhari2 berminggu berminggu2 berbulan berbulan2 bertahun bertahun2 berjam berjam2 biyen mbiyen baheula")
	add(kNot, 0, "bukan bkn not except kecuali")
	add(kEvent, 0, "pas ketika sewaktu sepulang karena krn gara saatnya while when sambil usai")
	add(kPlace, 0, "di dekat deket daerah depan samping belakang jalan jl jln desa kampung kecamatan rt rw no nomor km gang gg blok near")
	return v
}()

// addDayWords adds the parts of the day and the prayers.
func addDayWords(add func(k kind, value int, words string)) {
	for part, words := range map[int]string{
		partMorning: "pagi pg pgi paginya pagian morning esuk enjing isuk2 baisukan", partMidday: "siang siangnya siangan sng awan midday",
		partLateDay: "sore sorenya sorean petang petangnya kamarian", partNight: "malam mlm mlam malem malm malamnya malemnya malaman bengi mbengi wengi peuting night nights evening",
		partAfternoon: "afternoon", partDusk: "senja senjanya surup dusk", partDawn: "fajar dawn", partNoon: "noon", partMidnight: "midnight",
	} {
		add(kPart, part, words)
	}
	for prayer, words := range map[int]string{
		prayerSubuh: "subuh shubuh sbuh subuhan", prayerDzuhur: "dzuhur zuhur duhur dhuhur dhuzur lohor luhur dzuhuran zuhuran duhuran",
		prayerAshar: "ashar asar azhar asharan asaran ashr", prayerMagrib: "magrib maghrib mahgrib magriban maghriban mgrib magrip maghrip",
		prayerIsya: "isya isyak isak isya2 isyaan", prayerDhuha: "dhuha duha dluha", prayerSahur: "sahur saur sahuran",
		prayerBuka: "berbuka bukber bukapuasa", prayerTarawih: "tarawih taraweh traweh teraweh tarawihan", prayerJumatan: "jumatan jumatanan",
	} {
		add(kPrayer, prayer, words)
	}
	add(kAfter, 0, "habis abis abes hbs setelah stlh sesudah sesdh bakda bada badha selepas usai after sehabis bubar bubaran selesai")
	add(kBefore, 0, "menjelang jelang mnjelang sebelum sblm sebelom before jelangnya")
}

// addCalendarWords adds the names of months and days.
func addCalendarWords(add func(k kind, value int, words string)) {
	for i, words := range []string{
		"januari jan january januwari janwari", "februari feb pebruari febuari february febuary febr pebruary peb", "maret mar march mrt", "april apr", "mei may",
		"juni jun june", "juli jul july", "agustus agt agu ags agust agst august aug agus agustusnya", "september sep sept septembr",
		"oktober okt october oct oktb", "november nov nopember nop novmber", "desember des december dec dessember",
	} {
		add(kMonth, i+1, words)
	}
	for i, words := range []string{
		"ahad sunday sundays ngahad", "senin senen snin snen monday mondays", "selasa slasa sls seloso salasa tuesday tuesdays", "rabu rebo rbu wednesday wednesdays", "kamis kemis kms thursday thursdays",
		"jumat jumaat jmt jmat jumah friday fridays", "sabtu saptu sbtu sbt setu saturday saturdays",
	} {
		add(kWeekday, i, words)
	}
	for i, words := range []string{"legi", "pahing paing", "pon", "wage", "kliwon"} {
		add(kPasaran, i, words)
	}
	add(kFeast, 0, feastOpeners())
}

// roundNumbers are the hours of "jam tigaan", around three.
var roundNumbers = map[string]int{
	"satuan": 1, "duaan": 2, "tigaan": 3, "empatan": 4, "limaan": 5, "enaman": 6, "tujuhan": 7, "delapanan": 8, "sembilanan": 9, "sepuluhan": 10,
	"sebelasan": 11,
}

// ordinals are the numbers of "minggu kedua" in words.
var ordinals = map[string]int{
	"pertama": 1, "kesatu": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}
