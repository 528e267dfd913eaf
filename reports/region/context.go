package region

import "slices"

// kindWords are what people write before a name. The government's short names stand for the region itself.
var kindWords = map[string]kind{
	"provinsi": isProvince, "propinsi": isProvince, "prov": isProvince, "prop": isProvince, "pemprov": isProvince, "gubernur": isProvince,
	"kabupaten": isRegency, "kab": isRegency, "pemkab": isRegency, "bupati": isRegency,
	"kota": isCity, "kotamadya": isCity, "kodya": isCity, "pemkot": isCity, "pemko": isCity, "walikota": isCity,
}

// kindsBehind may stand behind a name: Bogor Kota, Malang Kab.
var kindsBehind = map[string]kind{
	"kota": isCity, "kab": isRegency, "kabupaten": isRegency, "city": isCity, "regency": isRegency, "province": isProvince,
	"kotamadya": isCity,
}

var english = set("city regency province")

// Words that tell what the name behind them is.
var (
	fillWords     = set("administrasi adm otonom")
	districtWords = set("kec kecamatan distrik kapanewon kepanewon kemantren")
	villageWords  = set("desa ds kelurahan kel dusun dsn kampung kp kmp gampong nagari pekon dukuh lingkungan kampong")
)

// lead is what a word before a name says of it.
type lead struct {
	kind                      kind
	district, village, filler bool
}

// leads is these words in one table, for every word of a text is looked up.
var leads = func() map[string]lead {
	all := map[string]lead{"d": {}, "di": {}}
	for word, k := range kindWords {
		all[word] = lead{kind: k}
	}
	for word := range districtWords {
		all[word] = lead{district: true}
	}
	for word := range villageWords {
		all[word] = lead{village: true}
	}
	for word := range fillWords {
		all[word] = lead{filler: true}
	}
	return all
}()

// Words that tell what a name is there for.
var (
	directions = set("barat timur utara selatan tengah tenggara pusat kota baru lama hulu hilir")

	streetWords = set("jl jln jalan jalanan jlan gang gg lorong lrg lr")
	// Behind these "jalan" is the road itself and no name follows.
	noStreet = set(`rusak berlubang lubang bolong macet banjir gelap licin becek amblas putus longsor tol utama umum depan yang ini itu
		sudah tidak belum penuh tanpa setapak sempit kecil besar penghubung antar hancur parah provinsi kabupaten kota desa kampung negara
		nasional lingkungan aspal tergenang ditutup diperbaiki di ke dari menuju arah daerah wilayah pada dan`)
	// These lead to a place more often than they are there.
	highways = set("raya lintas poros trans")
	// Here a street's name is over.
	streetEnds = set(`di ke dari kec kecamatan kel kelurahan kota kab kabupaten desa rt rw no nomor km dekat depan samping belakang seberang
		sebelah dan atau daerah wilayah kawasan provinsi prov dusun kampung distrik perumahan komplek`)
	// Names of persons and of nature that streets bear.
	titles = set(`gunung danau sungai pulau teluk selat laut raden pangeran sultan kh kyai kiai tuanku teuku imam jenderal jendral letjen mayjen
		kapten sam ki nyi panglima gubernur dr ir prof haji h dewi datuk ratu raja tanjung kolonel letkol`)

	dishes = set(`soto nasi sate satay warung warteg rm bakso baso pempek mpek gudeg ayam bebek mie mi bika kopi coto pecel lontong rawon
		restoran resto masakan kuliner keripik kripik batik makan makanan dodol jenang bandeng sambal rendang ketupat tahu telur
		jeruk brem getuk lumpia wingko serabi bakpia amplang kerupuk krupuk martabak seblak cilok batagor siomay mendoan gado ketoprak bakmi kwetiau sroto tongseng gulai gule geprek konro pallubasa sop bubur rujak asinan talas kain sarung ukiran tenun songket`)
	cooked  = set("goreng bakar kuah rebus campur soto nasi sate bakso makan ayam bebek kambing mie ikan")
	origins = set("orang asal plat pelat khas wong urang suku bahasa logat berlogat logatnya aksen beraksen dialek bukan selain adat marga tim klub persib psis psm")
	// Behind these an explicit name is where they live by now.
	settlers = set("keturunan perantau perantauan pendatang")
	// Vehicles and lines bear the names of where they go.
	persons  = set("pak bapak bpk bu ibu mas mbak mbk sdr sdri saudara saudari kak bang om tante ustad ustadz gus si sama bernama atas")
	nature   = set("gunung danau sungai teluk selat laut samudra kali bukit tukad krueng")
	vehicles = set("bus bis kereta ka krl travel kapal angkot angkutan trayek jurusan rute pesawat tol tiket feri ferry penerbangan")
	towards  = set("arah menuju ke jurusan tujuan perbatasan antara sampai hingga via lewat seperti misalnya rute trayek dekat")
	// Behind these a short name is that of an office: kantor BPN.
	offices = set("kantor petugas pegawai loket pelayanan oknum kepala")
	// What is called after a place but may stand elsewhere.
	brands = set("hotel apartemen perum perumahan komplek kompleks villa vila griya cluster klaster pt cv ud toko bank ruko grand graha hotel")
	estate = set("indah permai asri residence regency park square plaza mall hills estate garden gardens residences village")

	// Words that make a place of the name behind them.
	carriers = set(`di daerah wilayah kawasan sekitar dari dalam warga masyarakat penduduk pemerintah pemda rsud rsu rs polres polresta
		polrestabes polsek terminal stasiun bandara pelabuhan kantor samsat dukcapil disdukcapil dprd dinas pdam pln bpjs lapas kampus
		universitas uin iain kodim bpn cabang lokasi lokasinya tempatnya tempat alun pasar simpang pertigaan perempatan jembatan pesisir pantai tribun radar puskesmas
		kejari kejaksaan imigrasi kemenag pengadilan smp sma smk sd sdn smpn sman smkn man mtsn kabupatn tengah pinggiran pedalaman kejadian kejadiannya ktp domisili
		domisilinya alamat alamatnya posisi wali daerahnya`)
	fillers = set(`di daerah wilayah kawasan sekitar dari saya aku lokasi lokasinya tempat tempatnya kejadian kejadiannya nya itu ini dekat
		pak bu min ya sini kak adalah ada yaitu tepatnya sekitaran kira terjadi kami kita mas mbak bang gan kok sih dong in the of
		dan atau indonesia alamat alamatnya posisi`)
)

// reader weighs the mentions of one text.
type reader struct {
	tokens   []token
	mentions []mention
	shouts   bool // the text is all in capitals
	whispers bool // no word begins with a capital letter
}

// weigh decides what every mention is good for.
func (r *reader) weigh() {
	r.shouts, r.whispers = true, true
	rest := len(r.tokens)
	for _, t := range r.tokens {
		r.shouts = r.shouts && (t.all || t.text[0] < 'A')
		r.whispers = r.whispers && !t.capital
		if fillers[t.text] || kindWords[t.text] != 0 || districtWords[t.text] {
			rest--
		}
	}
	for i := range r.mentions {
		for _, t := range r.tokens[r.mentions[i].from:r.mentions[i].to] {
			if !fillers[t.text] && kindWords[t.text] == 0 && !districtWords[t.text] {
				rest--
			}
		}
	}
	for i := range r.mentions {
		r.mentions[i].trust = r.judge(i, rest <= 0)
	}
	r.routes()
}

// judge weighs one mention by the words around it. Whole: the text has nothing but names.
func (r *reader) judge(i int, whole bool) trust {
	m := &r.mentions[i]
	prev, prev2 := r.word(m.lead, 1), r.word(m.lead, 2)
	if i > 0 && r.mentions[i-1].to == m.lead && r.mentions[i-1].trust >= hinted {
		prev, prev2 = "", "" // a name says nothing of the next, though it may be that of a dish
	}
	m.at = prev == "di"
	explicit := m.kind != 0 || m.district
	switch {
	case m.village && m.mended && !explicit: // more likely a village that is like it
		return nothing
	case persons[prev] && m.entry.care != sure && !explicit:
		return nothing
	case nature[prev] && !explicit && m.level == byDistrict:
		return nothing
	case nature[prev] && !explicit && m.level == byName:
		m.away = true
		return min(hinted, r.street(m))
	case origins[prev], (settlers[prev] || dishes[prev]) && !explicit, dishes[prev2] && cooked[prev] && !explicit:
		return nothing
	case brands[prev] && !explicit:
		return beside
	case offices[prev] && !explicit && m.entry.care != sure && m.to-m.from == 1 && m.to < len(r.tokens) && len(r.tokens[m.from].text) <= 4:
		return nothing
	}
	if next := r.next(m.to); estate[next] && !explicit {
		return beside
	}
	if street := r.street(m); street != heard {
		return street
	}
	if vehicles[prev] && !explicit || prev == "api" && vehicles[prev2] || vehicles[prev2] && vehicles[prev] {
		return nothing
	}
	ahead := heard
	if towards[prev] && (prev != "dekat" || !explicit) && !(prev == "ke" && m.level == byDistrict && m.district) {
		ahead, m.away = hinted, true
	}
	if m.village && !explicit && (m.level == byName || m.level == byPlace && m.entry.elsewhere() || m.entry.care == ordinary || len(r.mentions) > 1) {
		return beside
	}
	if explicit && (m.level != byDistrict || m.district) {
		return ahead
	}
	alone := r.tokens[m.lead].before == broken && (m.to == len(r.tokens) || r.tokens[m.to].before == broken)
	neighbour := r.neighbour(i) || r.address(m)
	cared := m.entry.care
	if m.mended && m.to-m.from == 1 && len(r.tokens[m.from].text) < 6 {
		cared = max(cared, doubtful)
	}
	if m.level == byDistrict {
		if !m.entry.alone {
			switch {
			case whole && len(r.mentions) == 1, m.entry.shared && carriers[prev] && r.next(m.to) == "":
				return hinted
			case r.tokens[m.lead].before == broken, carriers[prev], neighbour, r.proper(m), m.village:
				return beside
			}
			return nothing
		}
		if !r.cityPart(m) {
			cared = max(cared, doubtful)
		}
	}
	// A short name in capitals is meant as one.
	if t := r.tokens[m.from]; cared != sure && m.to-m.from == 1 && t.all && len(t.text) > 1 && (len(t.text) <= 5 && !r.shouts || len(t.text) <= 3) {
		cared = sure
	}
	switch cared {
	case sure:
		return ahead
	case doubtful:
		switch {
		case whole, alone, neighbour, carriers[prev], r.proper(m), m.village:
			return ahead
		case ahead == hinted:
			return hinted
		case m.level == byDistrict:
			return beside
		case m.to == len(r.tokens) || m.lead == 0:
			return hinted
		}
	case ordinary:
		switch {
		case neighbour:
			return ahead
		case whole, carriers[prev] && (m.to == len(r.tokens) || r.tokens[m.to].before == broken):
			return hinted
		case alone:
			return beside
		}
	}
	return nothing
}

// cityPart reports whether a district bears the name of the city that it is a part of: Semarang Utara, Medan Sunggal.
func (r *reader) cityPart(m *mention) bool {
	if m.to-m.from < 2 || m.mended {
		return false
	}
	city := names().entries[r.tokens[m.from].text]
	return city != nil && len(narrow(city.regions, m.codes)) > 0
}

// word returns the n-th word before a token, or "" where something ends between them.
func (r *reader) word(at, n int) string {
	for range n {
		if at == 0 || r.tokens[at].before == broken {
			return ""
		}
		at--
	}
	return r.tokens[at].text
}

func (r *reader) next(at int) string {
	if at >= len(r.tokens) || r.tokens[at].before == broken {
		return ""
	}
	return r.tokens[at].text
}

// street tells what a mention is good for if it stands in the name of a street, else heard.
func (r *reader) street(m *mention) trust {
	at := -1
	for i := m.lead - 1; i >= 0 && i >= m.lead-5; i-- {
		if r.tokens[i+1].before == broken || streetEnds[r.tokens[i].text] {
			break
		}
		if streetWords[r.tokens[i].text] {
			at = i
			break
		}
	}
	if at < 0 || m.kind != 0 || m.district || m.village {
		return heard
	}
	between := r.tokens[at+1 : m.lead]
	switch {
	case len(between) == 0 && m.level == byPlace:
		return hinted // Jalan Malioboro, but also Jalan Kemang in Bekasi
	case len(between) == 0:
		return nothing
	case noStreet[between[0].text]:
		return heard
	case !slices.ContainsFunc(between, func(t token) bool { return !highways[t.text] }):
		return hinted // Jalan Raya Bogor is in Jakarta as well
	case titles[between[len(between)-1].text], m.level == byDistrict && (!m.entry.alone || m.to-m.from < 2):
		return nothing
	}
	return heard
}

// address reports whether a street's name stands before a mention: Jalan Imam Bonjol Padang.
func (r *reader) address(m *mention) bool {
	for i := m.lead - 2; i >= 0 && i >= m.lead-6 && r.tokens[i+2].before != broken && r.tokens[i+1].before != broken; i-- {
		if streetWords[r.tokens[i].text] {
			return !noStreet[r.tokens[i+1].text]
		}
	}
	return false
}

// neighbour reports whether another name that fits stands directly beside a mention: Batu Malang, Kuta Bali.
func (r *reader) neighbour(i int) bool {
	m := &r.mentions[i]
	fits := func(o *mention) bool {
		return (o.entry.care == sure || o.kind != 0) && (o.level != byDistrict || o.district) && len(narrow(m.codes, o.codes)) > 0
	}
	if i > 0 && r.mentions[i-1].to == m.lead && r.tokens[m.lead].before == space && fits(&r.mentions[i-1]) {
		return true
	}
	if i+1 < len(r.mentions) {
		o := &r.mentions[i+1]
		return o.lead == m.to && (r.tokens[o.lead].before == space || r.tokens[m.lead].before == broken || m.lead == 0) && fits(o)
	}
	return false
}

// proper reports whether a mention is written as a name where that says something.
func (r *reader) proper(m *mention) bool {
	return r.tokens[m.from].capital && !r.shouts && r.tokens[m.lead].before != broken
}

// routes finds pairs such as Medan-Jakarta, which tell whence and whither.
func (r *reader) routes() {
	for i := 0; i+1 < len(r.mentions); i++ {
		a, b := &r.mentions[i], &r.mentions[i+1]
		between := r.tokens[a.to:b.lead]
		from := r.word(a.lead, 1)
		pair := len(between) == 0 && r.tokens[b.lead].before == hyphen ||
			len(between) == 1 && r.tokens[a.to].before == space && (between[0].text == "ke" || between[0].text == "menuju") ||
			len(between) == 0 && r.tokens[b.lead].before == space && b.kind == 0 && !a.village && !a.district && (vehicles[from] || highways[from] && from != "raya" && streetWords[r.word(a.lead, 2)]) ||
			len(between) == 1 && (from == "antara" || from == "perbatasan" || from == "batas") && between[0].text == "dan"
		if !pair || len(narrow(a.codes, b.codes)) > 0 {
			continue
		}
		to := hinted
		for n := 1; n <= 3; n++ {
			if vehicles[r.word(a.lead, n)] {
				to = nothing
			}
		}
		a.trust, b.trust = min(a.trust, to), min(b.trust, to)
		a.away, b.away = true, true
	}
}

// narrow returns what two mentions have in common: of a province and a regency in it the regency.
func narrow(a, b []Code) []Code {
	var both []Code
	for _, x := range a {
		for _, y := range b {
			switch {
			case x == y, x.Province() == y:
			case y.Province() == x:
				if !slices.Contains(both, y) {
					both = append(both, y)
				}
				continue
			default:
				continue
			}
			if !slices.Contains(both, x) {
				both = append(both, x)
			}
		}
	}
	// Where a regency fits, a province of the same name is only its surroundings.
	return both
}
