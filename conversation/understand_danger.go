package conversation

import "strings"

// dangers are words and phrases of somebody in danger now.
var dangers = newPhraseSet(`bunuh diri
	membunuh diri
	mau mati saja
	mau mati aja
	ingin mati
	pengen mati
	pingin mati
	ingin mengakhiri hidup
	mengakhiri hidup
	mengakhiri hidupku
	akhiri hidup
	akhiri hidupku
	gantung diri
	menyakiti diri
	menyakiti diri sendiri
	sedang dipukuli
	lagi dipukuli
	dipukuli
	dipukulin
	dipukul suami
	dipukul suami saya
	dipukul istri
	dipukul bapak
	dipukul ayah
	dipukul pacar
	digebukin
	dikeroyok
	pengeroyokan
	dianiaya
	penganiayaan
	disiksa
	penyiksaan
	diperkosa
	pemerkosaan
	perkosaan
	dicabuli
	pencabulan
	dilecehkan
	pelecehan seksual
	kekerasan seksual
	kekerasan anak
	kekerasan pada anak
	kekerasan terhadap anak
	kekerasan terhadap perempuan
	kekerasan dalam rumah tangga
	kdrt
	diculik
	penculikan
	disandera
	penyanderaan
	disekap
	dibacok
	pembacokan
	ditikam
	penikaman
	ditembak
	penembakan
	mau dibunuh
	akan dibunuh
	mau bunuh saya
	mau membunuh
	mau membunuh saya
	diancam dibunuh
	diancam akan dibunuh
	ancaman pembunuhan
	nyawa saya terancam
	nyawa terancam
	terancam nyawa
	pembunuhan
	tawuran
	sedang dirampok
	lagi dirampok
	dibegal
	orang tenggelam
	anak tenggelam
	ada yang tenggelam
	hanyut terbawa arus
	anak hanyut
	orang hanyut
	ada yang hanyut
	tertimbun longsor
	tertimbun tanah
	terjebak banjir
	terjebak api
	terjebak di dalam rumah
	kebocoran gas
	tabung gas bocor
	gas bocor
	tabung gas meledak
	rumah terbakar
	rumah kebakar
	sedang terbakar
	lagi terbakar
	rumah dibakar
	ada api besar
	tersengat listrik
	kesetrum
	suicide
	kill myself
	killing myself
	want to die
	end my life
	being beaten
	being attacked
	raped
	being raped
	kidnapped
	stabbed
	domestic violence
	child abuse
	is drowning
	house is on fire
	building is on fire
	house on fire`)

// fires are the words that are danger unless what stands beside them says
// otherwise: fire engines, places that once burnt.
var (
	fires     = wordSet(`kebakaran kebakarn kebakran kbakaran`)
	noFire    = wordSet(`pemadam dinas mobil unit petugas alat hydrant hidran bekas eks korban pasca paska pascakebakaran rawan pencegahan cegah bahaya risiko resiko potensi asuransi simulasi pelatihan setelah sesudah habis usai sebelum akibat sisa penyebab kasus alarm sejak`)
	noFirePos = wordSet(`kemarin kemaren lalu dulu tahun bulan minggu tadi silam jenggot`)
)

// danger reports whether text speaks of somebody in danger now: fire, violence,
// a child, self-harm. It errs towards silence with fire, which also stands in
// the names of offices, and towards speaking with violence.
func danger(text string) bool {
	plain := plainWords(text)
	before := ""
	for i := 0; i < len(plain); {
		rest := plain[i:]
		word := firstWord(rest)
		if fires[bare(word)] && !noFire[before] && !wasLongAgo(rest) {
			return true
		}
		if dangers.at(rest) > 0 {
			return true
		}
		before = word
		i += len(word) + 1
	}
	return false
}

// wasLongAgo reports whether one of the few words behind the first says that it
// is over.
func wasLongAgo(rest string) bool {
	n := 0
	for word := range strings.SplitSeq(rest, " ") {
		if n > 0 && noFirePos[word] {
			return true
		}
		if n++; n > 5 {
			break
		}
	}
	return false
}
