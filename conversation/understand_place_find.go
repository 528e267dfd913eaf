package conversation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kentongan/reports/region"
)

// maxPlaceWords is how many words a place in a story has at most.
const maxPlaceWords = 16

// maxPlaceSearch is how much of a story is searched for its place, in bytes:
// people say where it is near the beginning.
const maxPlaceSearch = 4096

// The word lists below are an own compilation from how people begin complaints.
var (
	// sitesNamed are words for places that say little without a name behind them.
	sitesNamed = wordSet(`jalan jl jln jalanan gang gg lorong desa ds dusun dsn kampung kp kampong kelurahan kel kecamatan kec
		kabupaten kab kota provinsi prov perumahan perum komplek kompleks komp blok sd smp sma smk sdn smpn sman smkn mi mts man
		tk paud sekolah kampus universitas kantor rt rw dukuh nagari banjar lingkungan pulau simpang gedung rumah apartemen ruko
		masjid mesjid musholla mushola gereja pura vihara pondok pesantren ponpes toko warung km taman waduk bendungan danau
		rusun gampong distrik`)
	// sites are words for places that are found without a name where the town is known.
	sites = wordSet(`pasar terminal stasiun bandara pelabuhan dermaga alun-alun alun lapangan stadion jembatan flyover underpass
		trotoar perempatan pertigaan persimpangan bundaran lampu-merah tol sungai kali pantai rsud rs rsu puskesmas pustu posyandu
		klinik samsat dukcapil disdukcapil capil kelurahan kecamatan polsek polres polda koramil kejaksaan pengadilan lapas rutan
		kua bpn bpjs pln pdam balai pelayanan mpp loket spbu makam kuburan tpa tps halte dishub disdik dinkes dinas bappeda
		pendopo balaikota bupati gubernur imigrasi pabrik tambang sawah kebun hutan irigasi`)
	// beside are words that tie something to a place.
	beside = wordSet(`depan didepan belakang dibelakang samping disamping sebelah disebelah seberang diseberang dekat didekat dkt
		sekitar disekitar sekitaran sepanjang disepanjang dalam didalam luar diluar ujung diujung pinggir dipinggir tepi ditepi
		bawah dibawah atas diatas muka dimuka area kawasan wilayah daerah arah menuju antara`)
	// placeEnds are words with which the talk about the place is over.
	placeEnds = wordSet(`yang yg dan tapi tetapi namun karena krn karna sehingga saat ketika waktu lalu ada tidak tdk nggak ngga gak ga tak
		sejak semenjak tadi td kemarin kmrn kemaren setiap tiap pagi siang sore malam hari jam pukul tgl tanggal selama sudah sdh udah
		telah belum blm masih msh sering selalu rusak mati berlubang banjir macet longsor roboh padam bocor tersumbat menumpuk numpuk
		bau kotor gelap minta meminta dimintai ditarik dipungut diminta dipersulit bayar oleh untuk utk buat dengan dgn saya sy kami kita warga petugas
		oknum pegawai guru dokter perawat polisi mohon tolong harap min mimin pak bu bapak ibu agar supaya akibat kalau kalo jika bila
		hingga mulai tanpa kurang sangat banyak bnyk terjadi menjadi jadi lebih hampir semua itu ini tsb tersebut juga lagi lg terus
		makin semakin sedang akan bisa dapat harus jangan adalah merupakan seperti kayak amblas retak ambruk jebol patah hilang dicuri
		kebakaran terbakar kecelakaan tabrakan putus anjlok susah sulit lambat lama antri antre antrean parah pelayanan pelayanannya
		airnya lampunya jalannya sampah sampahnya lubang genangan tergenang dibiarkan dipasang membuang buang jual beli
		kekurangan jarang masuk keluar kena dipukul dipalak diusir dicopet bolong
		since is are was the has yesterday broken`)
	// noPlaces are what follows "di" without being a place, or without saying which.
	noPlaces = wordSet(`sini situ sana mana mana-mana atasnya bawahnya hari bulan tahun malam siang pagi sore jam pukul tanggal tgl sosmed
		medsos media wa whatsapp facebook fb tiktok instagram ig internet aplikasi hp email website web akun grup group surat berita tv
		masa zaman jaman era kalangan tengah-tengah bidang sektor pihak tangan dunia lapangan-kerja`)
)

// mention is a place in a story.
type placeMention struct {
	words string
	score int
}

// findPlace finds what a story says about where it happened: the words as they
// stand there, from "di", "dekat" or "jalan" to where something else begins. Only
// a place that has a word for one ("pasar", "jalan Merdeka") or names a region
// counts; of several the one that says most.
func findPlace(text string) (words string, found bool) {
	text = head(text, maxPlaceSearch)
	tokens := placeTokens(text)
	best := placeMention{}
	for i := 0; i < len(tokens); i++ {
		from, ok := placeBegins(tokens, i)
		if !ok {
			continue
		}
		m, end := readMention(text, tokens, from)
		if m.score > best.score {
			best = m
		}
		i = max(i, end-1)
	}
	return best.words, best.score > 0
}

// placeToken is a word of a text with where it stands.
type placeToken struct {
	low      string // in small letters, without full stops
	from, to int
	proper   bool // begins with a capital or a digit
	comma    bool // a comma or the like stands before it
	stop     bool // a sentence or a line ends before it
}

func placeTokens(text string) []placeToken {
	var tokens []placeToken
	comma, stop := false, false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			switch {
			case strings.ContainsRune(",/()", r):
				comma = true
			case strings.ContainsRune(".!?;:\n", r):
				stop = stop || r == '\n' || !abbreviated(tokens)
			}
			i += n
			continue
		}
		end := i
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\'' {
				break
			}
			end += n
		}
		word := strings.TrimRight(text[i:end], "-'")
		if word == "" {
			word = text[i:end]
		}
		tokens = append(tokens, placeToken{
			low: strings.ToLower(word), from: i, to: i + len(word),
			proper: unicode.IsUpper(r) || unicode.IsDigit(r), comma: comma, stop: stop,
		})
		comma, stop = false, false
		i = end
	}
	return tokens
}

// abbreviated reports whether the full stop behind the last word ends no sentence.
func abbreviated(tokens []placeToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch last := tokens[len(tokens)-1].low; last {
	case "jl", "jln", "gg", "kel", "kec", "kab", "kp", "ds", "dsn", "no", "rt", "rw", "prov", "perum", "komp", "km", "st", "dr", "ir", "jend", "kh", "prof":
		return true
	default:
		return len(last) == 1
	}
}

// placeBegins reports whether a place begins at word i, and with which word.
func placeBegins(tokens []placeToken, i int) (from int, ok bool) {
	t := tokens[i]
	next := func(n int) placeToken {
		if i+n < len(tokens) && !tokens[i+n].stop {
			return tokens[i+n]
		}
		return placeToken{}
	}
	switch {
	case t.low == "di" || t.low == "d" || t.low == "in" || t.low == "at":
		n := next(1)
		return i + 1, n.low != "" && !noPlaces[n.low] && !placeEnds[n.low]
	case strings.HasPrefix(t.low, "di") && (sites[t.low[2:]] || sitesNamed[t.low[2:]]): // "dipasar", "dijalan"
		return i, true
	case beside[t.low]:
		n := next(1)
		return i, sites[n.low] || sitesNamed[n.low] || (n.proper && !placeEnds[n.low])
	case sitesNamed[t.low]:
		n := next(1)
		return i, n.proper && !placeEnds[n.low]
	}
	return 0, false
}

// readMention reads the place that begins at word from, and returns the word
// behind it.
func readMention(text string, tokens []placeToken, from int) (m placeMention, end int) {
	site, named := false, false
	end = from
	for end < len(tokens) && end-from < maxPlaceWords {
		t := tokens[end]
		low := t.low
		if strings.HasPrefix(low, "di") && (sites[low[2:]] || sitesNamed[low[2:]]) {
			low = low[2:]
		}
		if end > from {
			if t.stop || placeEnds[low] || noPlaces[low] {
				break
			}
			if t.comma && !sites[low] && !sitesNamed[low] && !beside[low] && !t.proper {
				break
			}
		}
		switch {
		case sites[low]:
			site = true
		case sitesNamed[low]:
			if end+1 < len(tokens) && !tokens[end+1].stop && !placeEnds[tokens[end+1].low] && !beside[tokens[end+1].low] {
				named = true
			}
		}
		end++
	}
	for end > from && (tokens[end-1].low == "di" || beside[tokens[end-1].low]) {
		end--
	}
	if end == from {
		return placeMention{}, from + 1
	}
	m.words = strings.TrimSpace(text[tokens[from].from:tokens[end-1].to])
	r := region.Read(m.words)
	switch {
	case r.Regency != "":
		m.score = 4
	case r.Ask && len(r.Candidates) > 0, r.Province != "":
		m.score = 3
	}
	if named {
		m.score += 2
	}
	if site {
		m.score++
	}
	return m, end
}
