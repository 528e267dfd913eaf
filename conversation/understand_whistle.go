package conversation

import "kentongan/reports"

// insiders are words of somebody who tells of the own office, and whistles
// those that call it so. An own compilation.
var (
	insiders = newPhraseSet(`atasan saya
		atasan kami
		pimpinan saya
		pimpinan kami
		kepala dinas saya
		kepala kantor saya
		kepala sekolah saya
		bendahara kantor saya
		rekan kerja saya
		teman kantor saya
		di kantor saya
		di kantor kami
		di dinas saya
		di dinas kami
		di instansi saya
		di instansi kami
		di unit kerja saya
		di unit kerja kami
		di tempat kerja saya
		di tempat saya bekerja
		tempat saya kerja
		saya pegawai
		saya guru di
		saya dosen di
		saya perawat di
		saya bidan di
		saya dokter di
		kantor tempat saya bekerja
		kantor tempat saya kerja
		sekolah tempat saya mengajar
		kepala bagian saya
		kabid saya
		kasi saya
		pimpinan kantor saya
		bos saya
		kadis saya
		disuruh atasan
		saya pegawe
		saya karyawan
		saya staf
		saya staff
		saya asn
		saya pns
		saya pppk
		saya honorer
		saya tenaga honorer
		saya perangkat desa
		saya bendahara
		saya bekerja di
		saya kerja di
		saya orang dalam
		kami pegawai
		kami para pegawai
		kami staf
		my boss
		my superior
		i work at
		i work for`)
	whistles = newPhraseSet(`whistleblowing
		whistle blowing
		whistleblower
		whistle blower
		whistleblowing system
		pelaporan pelanggaran
		pelapor pelanggaran
		melaporkan pelanggaran pegawai`)
)

// private are words by which an insider turns out to work for a firm, whose
// wrongs are no official's.
var private = wordSet(`swasta toko pabrik pt cv perusahaan hotel restoran warung mall minimarket konter bengkel`)

// inside reports whether somebody tells of the own office in plain, which is no
// private firm.
func inside(plain string) bool {
	for i := 0; i < len(plain); i++ {
		if n := insiders.at(plain[i:]); n > 0 && !firm(plain[i+n:]) {
			return true
		}
		i += len(firstWord(plain[i:]))
	}
	return false
}

// firm reports whether one of the next three words names a private firm.
func firm(behind string) bool {
	for i := 0; i < 3 && len(behind) > 1; i++ {
		word := firstWord(behind[1:])
		if private[word] {
			return true
		}
		behind = behind[1+len(word):]
	}
	return false
}

// proposeKind returns the kind that is proposed for a story, in [plainWords],
// that accuses officials or not: whistleblowing where it tells of wrongs in the
// writer's own office or calls itself so, or else what its words ask for; see
// [suggestKind].
func proposeKind(plain string, accuses bool) reports.Kind {
	switch {
	case whistles.in(plain), accuses && inside(plain):
		return reports.Whistleblowing
	case accuses:
		return ""
	default:
		return askedKind(plain)
	}
}
