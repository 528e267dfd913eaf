package conversation

import (
	"slices"
	"strings"
)

// wantsSecrecy reports whether text accuses officials of something for which
// people are made to pay when their name gets out: bribes, illegal levies,
// embezzlement, a place in a school that was sold, a report that the police
// refused. Whole words only.
func wantsSecrecy(text string) bool { return accuses(plainWords(text)) }

// accuses is [wantsSecrecy] for a text of [plainWords].
func accuses(plain string) bool {
	if secrecy.in(plain) {
		return true
	}
	said := saidAccusing(plain)
	for i := range accusations {
		if accusations[i].in(&said) {
			return true
		}
	}
	return demandsMoney(plain)
}

// demandsMoney reports whether an official is said to have asked for an amount:
// "ditilang polisi, diminta 200rb".
func demandsMoney(plain string) bool {
	official, amount := false, false
	since := far // words since one that demands
	for i := 0; i < len(plain) && (!official || !amount); {
		word := firstWord(plain[i:])
		official = official || officials.at(plain[i:]) > 0
		switch {
		case asksFor[word]:
			since = 0
		case since < 4 && (amounts[strings.TrimLeft(word, "0123456789")] || len(word) > 3 && strings.Trim(word, "0123456789") == ""):
			amount = true
		default:
			since++
		}
		i += len(word) + 1
	}
	return official && amount
}

const far = 1 << 20

var (
	asksFor = wordSet(`minta minta2 mintain meminta diminta dimintai dimintain dimintakan ditagih nagih narik ditarik malak dipalak dipalakin meras diperas
		asked demanded demands`)
	amounts   = wordSet("rb ribu rbu rebu k jt juta jta rupiah rp ratus puluh million thousand")
	officials = phraseLines(`petugas pegawai pejabat aparat polisi polantas polsek satpol dishub tni tentara dinas lurah kelurahan camat kecamatan kades
		kepala+desa kepala+pasar perangkat+desa asn pns anggota+dewan pak+rt bu+rt ketua+rt pak+rw ketua+rw guru kepsek kepala+sekolah hakim jaksa
		loket samsat puskesmas rsud officer officers clerk police`)
)

// accusation is made by words that accuse officials only together, anywhere in
// a text: one of each group, and none of unless.
type accusation struct {
	groups []phraseSet
	unless phraseSet
	first  int // place of the first group among all
}

// accusing tells of each group of [accusations], in their order and unless
// last, whether a text has a phrase of it.
type accusing [16]bool

// saidAccusing looks through plain once.
func saidAccusing(plain string) (said accusing) {
	for i := 0; i < len(plain); {
		word := firstWord(plain[i:])
		for _, n := range accusingWords[bare(word)] {
			said[n] = said[n] || accusingGroups[n].at(plain[i:]) > 0
		}
		i += len(word) + 1
	}
	return said
}

func (a *accusation) in(said *accusing) bool {
	for i := range a.groups {
		if !said[a.first+i] {
			return false
		}
	}
	return a.unless == nil || !said[a.first+len(a.groups)]
}

// accusingGroups are all groups, and accusingWords the places of those in which
// a phrase begins with a word.
var accusingGroups, accusingWords = func() (groups []phraseSet, words map[string][]int) {
	words = map[string][]int{}
	add := func(group phraseSet) {
		for word := range group {
			if word = bare(word); !slices.Contains(words[word], len(groups)) {
				words[word] = append(words[word], len(groups))
			}
		}
		groups = append(groups, group)
	}
	for i := range accusations {
		a := &accusations[i]
		a.first = len(groups)
		for _, group := range a.groups {
			add(group)
		}
		if a.unless != nil {
			add(a.unless)
		}
	}
	return groups, words
}()

// accusations are an own compilation.
var accusations = []accusation{
	{ // a place in a school or an office that goes to who pays or is known
		groups: []phraseSet{
			phraseLines(`titipan dititipkan jalur+belakang orang+dalam`),
			phraseLines(`sekolah ppdb spmb siswa murid smp smpn sma sman smk smkn sd sdn man mts madrasah kampus kuliah ujian seleksi tes lolos lulus
				diterima cpns pns pppk asn honorer pegawai lowongan kerja kerjaan rekrutmen jabatan mutasi bangku kursi kuota`),
		},
		unless: phraseLines(`motor sepeda barang helm parkir kendaraan penitipan paket makanan jajanan kue`),
	},
	{ // a school or an office that makes people pay
		groups: []phraseSet{
			phraseLines(`disuruh+bayar disuruh+membayar dipaksa+bayar dipaksa+membayar dipaksa+beli dipaksa+membeli diwajibkan+bayar diwajibkan+membayar diwajibkan+membeli
				diwajibkan+beli diharuskan+bayar diharuskan+membayar wajib+bayar wajib+membayar wajib+beli wajib+sumbangan wajib+menyumbang
				sumbangan+wajib sumbangan+dipaksa sumbangan+paksa sumbangan+paksaan infak+wajib infaq+wajib iuran+wajib uang+wajib pungutan+wajib
				paksa+bayar memaksa+bayar memaksa+membayar maksa+bayar dipaksa+nyumbang dipaksa+menyumbang forced+to+pay made+us+pay`),
			phraseLines(`sekolah sekolahan guru kepsek komite wali+kelas madrasah sdn smp smpn sma sman smk smkn mts paud kampus petugas pegawai
				pejabat lurah kelurahan camat kecamatan kades kepala+desa perangkat+desa pak+rt bu+rt ketua+rt pak+rw ketua+rw polisi polsek
				satpol dinas puskesmas rsud school teacher officer officers`),
		},
	},
	{ // the police will not take a report
		groups: []phraseSet{
			phraseLines(`polisi polsek polres polresta polda kepolisian penyidik spkt kanit police`),
			phraseLines(`ditolak+polisi ditolak+polsek ditolak+polres ditolak+polda ditolak+di+polsek ditolak+di+polres ditolak+oleh+polisi
				ditolak+sama+polisi polisi+menolak polisi+nolak polisi+tolak polsek+menolak polres+menolak laporan+saya+ditolak laporan+kami+ditolak
				laporannya+ditolak laporan+ditolak laporan+saya+tidak+diterima laporan+saya+gak+diterima laporan+tidak+diterima laporan+gak+diterima
				laporan+ga+diterima lapor+ditolak melapor+ditolak tidak+mau+terima+laporan tidak+mau+menerima+laporan gak+mau+terima+laporan
				ga+mau+terima+laporan gak+mau+nerima+laporan disuruh+damai menolak+laporan menolak+menerima+laporan refused+my+report refused+to+take`),
		},
	},
	{ // what thugs take, taken by or for officials
		groups: []phraseSet{
			phraseLines(`jatah+preman japrem`),
			phraseLines(`petugas pegawai pejabat aparat polisi satpol dishub tni tentara dinas lurah camat kades kepala+desa kepala+pasar mandor
				asn pns anggota+dewan pak+rt ketua+rt`),
		},
	},
}

// phraseLines is a [phraseSet] of words, those of a phrase joined by a plus.
func phraseLines(list string) phraseSet {
	return newPhraseSet(strings.ReplaceAll(strings.Join(strings.Fields(list), "\n"), "+", " "))
}
