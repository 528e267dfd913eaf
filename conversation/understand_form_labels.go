package conversation

import (
	"maps"
	"strings"
)

// item is what a field of a form is for.
type item uint8

const (
	itemOther item = iota // a label that is not ours: part of the story
	itemName              // the writer's
	itemNIK               // NIK or family card
	itemPhone
	itemEmail
	itemPerson // age, work, religion: nothing that a complaint needs
	itemHome   // where the writer lives
	itemSpot   // where it happened
	itemStreet // an address that may be either
	itemHamlet // and what is around it, from the smallest to the largest
	itemVillage
	itemDistrict
	itemRegency
	itemProvince
	itemDate
	itemHour
	itemTitle
	itemStory
	itemAgency
	itemNothing // what the form says about itself: date of the report, number, signature
)

// identifies reports whether a field of that kind tells who the writer is.
func (i item) identifies() bool { return i >= itemName && i <= itemHome }

// place reports whether a field of that kind tells where it happened.
func (i item) place() bool { return i >= itemSpot && i <= itemProvince }

// when reports whether a field of that kind tells when it happened.
func (i item) when() bool { return i == itemDate || i == itemHour }

// formLabels are the labels of fields as [plainWords] has them: those of
// LAPOR!'s form, of the line that SiPemandu Desa published
// (Nama/NIK/Prov/Kab/Kec/Desa/Aduan), and of forms that offices hand out, with
// the ways in which people spell them. Own compilation.
var formLabels = readLabels(map[item]string{
	itemName: `nama, nma, nm, nama lengkap, nama pelapor, nama pengadu, nama lengkap pelapor, nama saya, nama pemohon, nama pengirim, nama terang,
		nama sesuai ktp, nama warga, pelapor, pengadu, nama asli, name, full name, my name`,
	itemNIK: `nik, no nik, nomor nik, no ktp, nomor ktp, ktp, noktp, no ktp nik, nik ktp, nik no ktp, no nik ktp, no kk, nomor kk, kk, nomor induk kependudukan, no identitas,
		nomor identitas, nik pelapor, nik pengadu, no kartu keluarga, nomor kartu keluarga, no induk kependudukan, no ktp pelapor, id number, no paspor, no sim`,
	itemPhone: `hp, no hp, nohp, nomor hp, no hp wa, no wa, nowa, nomor wa, wa, whatsapp, no whatsapp, nomor whatsapp, hp wa, wa hp, telp, tlp, telepon, tel, no telp, no tlp, no telepon, nomor telepon,
		nomor telp, no telp hp, no hp telp, no tlp hp, telp hp, telepon hp, handphone, no handphone, nomor handphone, ponsel, no ponsel, kontak, no kontak, nomor kontak, kontak pelapor, kontak person, contact, cp,
		no hp pelapor, no hp aktif, no wa aktif, nomor hp aktif, no telepon pelapor, nomor telepon seluler, phone, phone number, mobile, no yang bisa dihubungi, nomor yang bisa dihubungi`,
	itemEmail:  `email, e mail, surel, alamat email, alamat surel, alamat e mail, mail, gmail, akun email, email pelapor`,
	itemPerson: `umur, usia, umur pelapor, usia pelapor, pekerjaan, pekerjaan pelapor, profesi, jenis kelamin, jk, kelamin, l p, agama, status perkawinan, status pelapor, pendidikan, ttl, tempat tanggal lahir, tempat tgl lahir, tgl lahir, tanggal lahir, tempat lahir, kewarganegaraan, golongan darah, age, occupation, gender`,
	itemHome: `alamat pelapor, alamat pengadu, alamat rumah, alamat tinggal, alamat tempat tinggal, tempat tinggal, alamat domisili, domisili, alamat ktp, alamat sesuai ktp, alamat lengkap pelapor, alamat asal, asal, alamat pengirim, alamat saya,
		alamat rumah pelapor, home address`,
	itemSpot: `lokasi, lok, lokasi kejadian, tempat kejadian, tempat, tkp, alamat kejadian, alamat lokasi, alamat lokasi kejadian, lokasi tempat kejadian, tempat lokasi, tempat lokasi kejadian, lokasi aduan, lokasi pengaduan,
		lokasi laporan, lokasi kerusakan, titik lokasi, posisi, tempat peristiwa, lokasi peristiwa, alamat tkp, di mana, dimana, lokasi detail, detail lokasi, patokan, location, place, where`,
	itemStreet:   `alamat, almt, alamt, alamat lengkap, jalan, jl, jln, nama jalan, address`,
	itemHamlet:   `rt, rw, rt rw, rtrw, dusun, dsn, lingkungan, kampung, kp, gang, gg, komplek, kompleks, perumahan, banjar, jorong, rukun tetangga, no rumah`,
	itemVillage:  `desa, ds, kel, kelurahan, desa kelurahan, kelurahan desa, desa kel, kel desa, ds kel, kel ds, nagari, gampong, pekon, nama desa, village`,
	itemDistrict: `kec, kecamatan, kcamatan, kecmatan, distrik, nama kecamatan, kapanewon, district`,
	itemRegency:  `kab, kabupaten, kabupten, kota, kab kota, kabupaten kota, kota kabupaten, kota kab, kotamadya, kabupaten kotamadya, regency, city`,
	itemProvince: `prov, provinsi, propinsi, prop, provnsi, province`,
	itemDate: `tanggal kejadian, tgl kejadian, waktu, waktu kejadian, wkt, tanggal, tgl, hari, hari tanggal, hari tgl, hari tanggal kejadian, hari tgl kejadian, kapan, tanggal waktu, waktu tanggal, tanggal jam, tgl jam, hari tanggal jam,
		hari tanggal waktu, tanggal waktu kejadian, waktu peristiwa, tanggal peristiwa, kapan terjadi, sejak, sejak kapan, date, time, when`,
	itemHour:  `jam, pukul, jam kejadian, pukul kejadian, jm`,
	itemTitle: `judul, judul laporan, judul aduan, judul pengaduan, topik, subjek, subject, title`,
	itemStory: `aduan, isi aduan, pengaduan, isi pengaduan, laporan, isi laporan, keluhan, isi keluhan, keluhannya, isi, isi pesan, pesan, uraian, uraian aduan, uraian pengaduan, uraian laporan, uraian kejadian, uraian masalah,
		kronologi, kronologis, kronologi kejadian, kronologis kejadian, kronologi singkat, uraian singkat, kejadian, peristiwa, masalah, permasalahan, pokok masalah, pokok permasalahan, pokok aduan, deskripsi, deskripsi laporan,
		deskripsi kejadian, deskripsi masalah, deskripsi aduan, keterangan, ket, keterangan kejadian, detail, detail laporan, detail kejadian, detail aduan, materi aduan, materi pengaduan, isi surat, hal yang diadukan, hal yang dilaporkan, yang diadukan,
		yang dilaporkan, apa yang terjadi, kerusakan, jenis kerusakan, laporannya, aduannya, isi aduannya, isi laporannya, aspirasi, isi aspirasi, komplain, complaint, report, story, what happened, description, details`,
	itemAgency: `instansi, instansi tujuan, tujuan instansi, instansi terkait, instansi terlapor, instansi yang dilaporkan, dinas, dinas terkait, dinas tujuan, tujuan, tujuan laporan, ditujukan kepada, ditujukan ke, tujuan pengaduan, tujuan aduan, opd, skpd, opd terkait, opd tujuan,
		unit kerja, lembaga, kepada, kepada yth, yth, agency, office`,
	itemNothing: `tanggal laporan, tgl laporan, tanggal pengaduan, tgl pengaduan, tanggal aduan, tanggal lapor, no laporan, nomor laporan, no pengaduan, nomor pengaduan, no aduan, nomor aduan, no register, format, format laporan, format aduan, format pengaduan, formulir pengaduan, form pengaduan,
		tanda tangan, ttd`,
})

// readLabels makes one table of the lists of each kind, separated by commas.
func readLabels(lists map[item]string) map[string]item {
	labels := map[string]item{}
	for is, list := range lists {
		for label := range strings.SplitSeq(list, ",") {
			labels[normalise(label)] = is
		}
	}
	return labels
}

// bareLabels are those that may stand before their value without a sign: "Desa
// Pagat". They must not be words that a sentence begins with.
var bareLabels = only(formLabels, `nama, nama lengkap, nik, no ktp, no hp, no wa, no telp, prov, provinsi, propinsi, kab, kabupaten, kec, kecamatan, desa, kel, kelurahan,
	alamat, aduan, isi aduan, pengaduan, isi laporan, keluhan, rt, rw, dusun, lokasi`)

// only returns the part of labels that list names.
func only(labels map[string]item, list string) map[string]item {
	part := map[string]item{}
	for label := range strings.SplitSeq(list, ",") {
		label = normalise(label)
		part[label] = labels[label]
	}
	maps.DeleteFunc(part, func(_ string, is item) bool { return is == itemOther })
	return part
}

// maxLabel is the length in bytes that a label with what surrounds it can have.
const maxLabel = 48

// labelled returns what the words of a label are for. Words that say how to
// fill it in, in brackets or behind it, do not matter.
func labelled(label string) (item, bool) {
	if len(label) > maxLabel {
		return itemOther, false
	}
	plain := plainWords(label)
	if is, ok := formLabels[plain]; ok {
		return is, true
	}
	if open := strings.IndexByte(label, '('); open > 0 {
		if is, ok := formLabels[plainWords(label[:open])]; ok {
			return is, true
		}
	}
	for {
		i := strings.LastIndexByte(plain, ' ')
		if i < 0 || !afterLabel[plain[i+1:]] {
			break
		}
		plain = plain[:i]
		if is, ok := formLabels[plain]; ok {
			return is, true
		}
	}
	return combined(plain)
}

// afterLabel are words that may stand behind a label.
var afterLabel = wordSet(`anda lengkap wajib diisi opsional optional kejadian pelapor pengadu saya kamu bapak ibu aktif jelas singkat sesuai ktp boleh kosong`)

// combined takes a label of several, such as "Nama dan No HP" or "Kec/Kab":
// they must all tell who, all where, or all when.
func combined(plain string) (item, bool) {
	found := itemOther
	for rest := plain; rest != ""; {
		first := firstWord(rest)
		if first == "dan" || first == "atau" || first == "serta" || first == "and" {
			rest = strings.TrimPrefix(rest[len(first):], " ")
			continue
		}
		is, n := longestLabel(rest, formLabels)
		switch {
		case n == 0:
			return itemOther, false
		case found == itemOther:
			found = is
		case found.identifies() && is.identifies():
			found = itemName
		case found.place() && is.place():
			found = itemSpot
		case found.when() && is.when():
			found = itemDate
		default:
			return itemOther, false
		}
		rest = strings.TrimPrefix(rest[n:], " ")
	}
	return found, found != itemOther
}

// longestLabel returns the longest label of up to four words at the beginning
// of plain, and its length.
func longestLabel(plain string, labels map[string]item) (is item, n int) {
	at := 0
	for range 4 {
		at += len(firstWord(plain[at:]))
		if found, ok := labels[plain[:at]]; ok {
			is, n = found, at
		}
		if at >= len(plain) {
			break
		}
		at++
	}
	return is, n
}
