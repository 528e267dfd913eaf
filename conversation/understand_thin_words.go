package conversation

import "strings"

// The words that thin stories are looked at for; own compilation of what
// complaints are about.

// hollow are words that judge or plead and tell nothing of what happened.
var hollow = wordSet(`buruk jelek parah kecewa sangat segera cepat mohon bantuannya diperbaiki perbaiki perbaikan ditindak tindak ditindaklanjuti
	tanggapan respon perhatian pemerintah negara indonesia rakyat masyarakat warga kecil keadilan adil sedih marah kesal capek bosan parahnya
	dimana kemana bagaimanapun gimana kenapa mengapa kok masa bodoh percuma serius bangsat goblok bad very terrible disappointed help fix`)

// people are those who do things in complaints, and offices that do.
var people = wordSet(`petugas oknum pegawai pejabat kades lurah camat bupati walikota wali gubernur kepala kepsek guru dosen dokter perawat bidan suster polisi polantas
	satpol satpam tentara rt rw ketua sekdes bendahara kasir operator sopir supir juru mandor kontraktor preman calo tukang pengelola pemilik tetangga panitia
	perangkat kepling kadus dukuh hakim jaksa panitera asn pns pppk honorer staf loket samsat puskesmas rsud kelurahan kecamatan disdukcapil dukcapil bpn kua pdam pln bpjs
	dinas kantor sekolah perusahaan pabrik pt cv officer teacher doctor nurse police clerk village mayor`)

// deeds are what people did.
var deeds = newPhraseSet(`menolak
	ditolak
	tolak
	mengusir
	diusir
	membentak
	dibentak
	bentak
	memarahi
	dimarahi
	marah marah
	memukul
	mengancam
	diancam
	mempersulit
	dipersulit
	menyuruh
	disuruh
	suruh
	meminta
	minta
	diminta
	dimintai
	memotong
	dipotong
	memungut
	dipungut
	menyita
	disita
	mencabut
	dicabut
	mencoret
	dicoret
	menebang
	membuang
	dibuang
	membakar
	dibakar
	menutup
	ditutup
	membongkar
	dibongkar
	membiarkan
	dibiarkan
	menelantarkan
	ditelantarkan
	mengabaikan
	diabaikan
	memalsukan
	dipalsukan
	menjual
	dijual
	menahan
	ditahan
	membolos
	bolos
	tidak pernah
	menipu
	ditipu
	tidak masuk
	tidak hadir
	tidak datang
	tidak melayani
	tidak dilayani
	tidak memberi
	tidak diberi
	tidak mau
	tidak membagikan
	tidak ada di tempat
	tidak diangkut
	tidak diambil
	tidak membayar
	tidak dibayar
	tidak punya obat
	salah obat
	salah suntik
	salah tulis
	pilih kasih
	merokok
	tidur
	parkir
	mabuk
	berkelahi
	refused
	asked
	shouted
	rejected
	closed`)

// faults are what is wrong.
var faults = newPhraseSet(`rusak
	kerusakan
	merusak
	dirusak
	berlubang
	lubang
	bolong
	retak
	amblas
	ambles
	ambrol
	ambruk
	roboh
	putus
	patah
	miring
	longsor
	bocor
	pecah
	padam
	mati
	gelap
	mampet
	tersumbat
	buntu
	banjir
	tergenang
	keruh
	kering
	tidak mengalir
	tidak jalan
	tidak nyala
	tidak menyala
	tidak berfungsi
	tidak diangkut
	tidak keluar
	tidak cair
	tidak dapat
	tidak terdaftar
	tidak tepat sasaran
	salah sasaran
	tidak diperbaiki
	belum diperbaiki
	belum jadi
	belum cair
	belum dibayar
	menumpuk
	berserakan
	bau
	berbau
	tercemar
	pencemaran
	limbah
	polusi
	debu
	langka
	tidak ada
	asap
	bising
	berisik
	macet
	hilang
	habis
	kosong
	tutup
	telat
	terlambat
	antre
	antri
	liar
	tumbang
	broken
	damaged
	dead
	leaking
	flooded
	dirty`)

// effects are what came of it.
var effects = newPhraseSet(`jatuh
	terjatuh
	kecelakaan
	celaka
	terperosok
	tergelincir
	tertabrak
	menimpa
	tertimpa
	luka
	terluka
	meninggal
	tewas
	sakit
	diare
	gatal
	sesak
	batuk
	muntah
	pingsan
	keracunan
	terendam
	kebanjiran
	masuk rumah
	terputus
	terisolasi
	tidak bisa lewat
	tidak bisa dilewati
	tidak bisa sekolah
	tidak bisa berobat
	tidak bisa tidur
	tidak bisa masak
	tidak bisa mandi
	gagal panen
	rugi
	kerugian
	terganggu
	terpaksa
	memutar
	membeli air
	beli air
	mengungsi
	macet
	kecurian
	pulang
	ditilang
	fell
	injured
	sick
	accident`)

// durations are since when and how often.
var durations = newPhraseSet(`sejak
	semenjak
	selama
	setiap
	tiap
	berhari hari
	berminggu minggu
	berbulan bulan
	bertahun tahun
	seminggu
	sebulan
	setahun
	sehari
	setengah
	berkali kali
	sering
	terus menerus
	terus terusan
	dari tahun
	dari bulan
	dari minggu
	dari kemarin
	dari tadi
	since
	every day
	for weeks
	for months`)

// units make a duration of a number before them, sums an amount.
var (
	units = wordSet(`hari hr minggu mgg bulan bln tahun thn jam kali days weeks months years hours`)
	sums  = wordSet(`ribu rb juta jt rupiah persen ratus k thousand million`)
)

// demands are money that was asked for.
var demands = newPhraseSet(`pungli
	pungutan
	pungutan liar
	minta uang
	minta duit
	minta bayaran
	minta jatah
	minta setoran
	minta sogokan
	mintain uang
	minta uangnya
	meminta uang
	meminta bayaran
	dimintai uang
	dimintai duit
	dimintai bayaran
	dimintain uang
	diminta uang
	diminta bayar
	disuruh bayar
	dipungut
	dipungut biaya
	uang pelicin
	uang rokok
	uang damai
	uang keamanan
	suap
	disuap
	menyuap
	sogok
	sogokan
	nyogok
	dipalak
	palak
	pemerasan
	diperas
	memeras
	bribe
	bribery
	extortion
	asked for money`)

// graft is money or goods that were taken.
var graft = newPhraseSet(`korupsi
	koropsi
	korup
	koruptor
	dikorupsi
	penyelewengan
	diselewengkan
	menyelewengkan
	penggelapan
	digelapkan
	gratifikasi
	mark up
	markup
	nepotisme
	kolusi
	fiktif
	disunat
	penyalahgunaan
	menyalahgunakan
	disalahgunakan
	corruption
	corrupt
	embezzlement`)

// subjects are what stories are about.
var subjects = readSubjects(subjectLists)

var subjectLists = map[coaching]string{
	coachRoad: `jalan jalanan jln jl jembatan trotoar aspal gang gorong drainase selokan got parit lubang berlubang titian dermaga halte rambu marka tanggul irigasi bendungan talud
		road bridge street pothole`,
	coachPower: `lampu lampunya listrik pju penerangan pln tiang kabel trafo gardu padam lamp lamps light lights electricity`,
	coachWater: `air ledeng pdam pam pamsimas sumur keran kran pipa sanitasi water tap`,
	coachHealth: `puskesmas pustu posyandu rsud rs klinik dokter bidan perawat suster pasien obat ambulans ambulan bpjs berobat imunisasi vaksin igd ugd apotek hospital
		clinic doctor nurse medicine`,
	coachSchool: `sekolah guru kepsek sd sdn smp smpn sma sman smk smkn madrasah mts man paud tk siswa murid kampus kuliah dosen ppdb pip kip ijazah spp komite school teacher`,
	coachAid:    `bansos bantuan blt pkh bpnt sembako raskin rastra kis kks beasiswa bedah rutilahu subsidi aid`,
	coachEnvironment: `sampah tps limbah bau asap polusi debu bising berisik sungai kali laut hutan pohon tambang pabrik kandang ternak peternakan pencemaran tercemar karaoke sawit banjir kebanjiran
		garbage trash waste smoke noise river`,
	coachService: `pelayanan layanan dilayani melayani petugas pegawai loket antre antri antrean antrian kantor kelurahan kecamatan desa dinas disdukcapil dukcapil capil samsat kua bpn ktp kk akta akte
		sertifikat surat izin ijin imb paspor sim stnk pajak oknum lurah kades camat service office officer`,
}

func readSubjects(lists map[coaching]string) map[string]coaching {
	table := map[string]coaching{}
	for topic, list := range lists {
		for word := range strings.FieldsSeq(list) {
			table[word] = topic
		}
	}
	return table
}

// smallEnglish are small words by which English is known.
var smallEnglish = wordSet("the a an is are was were has have had and or of to in on at my our their his her nobody there this that with for from")
