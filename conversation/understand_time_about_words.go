package conversation

// Words around a time that say what it is the time of.
var (
	// lasting are words before how long something has been going on.
	lasting = wordSet("sudah udah sdh udh dah selama hampir telah wis wes uwis geus parantos su slama udahan for sampun")

	// notThen are words before a time that say that it is the time of something
	// else.
	notThen = wordSet(`sebelum sblm lahir kelahiran ttl surat nomor no nmr sk perda perbup perwali uu perpres undangan kuitansi kwitansi faktur
	nota stnk ktp sim tempo berlaku janji dijanjikan rencana rencananya before until born dated letter invoice bukan not`)

	// streets are words before the name of a place that is a date: Jalan 17
	// Agustus.
	streets = wordSet("jalan jl jln gang gg lapangan stadion gedung sekolah sd smp sma desa taman monumen universitas street")

	// papers have dates of their own.
	papers = wordSet(`surat suratnya undangan kuitansi kwitansi faktur nota sk perda perbup perwali perpres permen permendagri pergub inpres keppres
	peraturan undang uu tertanggal bertanggal permohonan pengajuan sertifikat akta stnk sim kontrak spk imb letter invoice application license permit`)

	// due are words of what was to be, or always is.
	due = wordSet(`seharusnya harusnya hrsnya mestinya semestinya sepatutnya batas tenggat deadline dijanjikan janji janjinya menjanjikan berjanji dijanjiin
	target targetnya rencana rencananya direncanakan jadwal jadwalnya dijadwalkan terjadwal lambat lambatnya berlaku tempo kadaluarsa kedaluwarsa
	kadaluwarsa expired biasanya biasa normalnya idealnya operasional promised supposed should scheduled due usually`)

	// done are words of what was done before things went wrong.
	done = wordSet(`dibangun berdiri didirikan diresmikan diaspal dicor ditambal diperbaiki diperbaikin dibenerin dibetulkan dipasang direnovasi
	lahir menikah lulus dilantik pensiun built repaired paved born`)

	// lives are words of somebody's life, not of what happened.
	lives = wordSet(`kerja bekerja tinggal menetap menikah nikah jualan berjualan dagang berdagang langganan berlangganan menjabat mengabdi
	berdomisili domisili menghuni hamil kos ngekos ngontrak ngajar mengajar bertugas married living working`)

	// ages are words beside how old somebody is.
	ages = wordSet("umur usia umurnya usianya berumur berusia umr bayi balita old aged")

	// hearsay are words before what somebody promised or announced.
	hearsay = wordSet("katanya kata kapan infonya info informasi bilang bilangnya konon")

	// pointing are words before a day on which something happened.
	pointing = wordSet("on pada terjadi kejadian kejadiannya terjadinya")

	// ahead are words before a month that is to come.
	ahead = wordSet("sebelum sblm menjelang jelang musim untuk utk before")

	// turns are words of what changed somebody's life before.
	turns = wordSet("phk cerai meninggal wafat pindah bercerai died divorced")

	// waits are words before how long somebody waited until then: "antre 6 jam
	// lalu pingsan".
	waits = wordSet("antre antri ngantri mengantre mengantri menunggu nunggu tunggu perjalanan dirawat dipakai terjebak macet waited")

	// stills are words behind a time when all was well.
	stills = wordSet("masih msh")

	// seasons are words of what comes every year, or so.
	seasons = wordSet(`hujan kemarau panen haji semester raport rapor rapot ajaran pelajaran ujian wisuda pemilu pilkada pilpres pilkades
	kampanye mudik ppdb sensus paceklik durian tanam giling`)

	// selves are words of who tells, and theirs.
	selves = wordSet("saya sy aku kami kita gue gw abdi kulo ulun beta sa i we")

	// complaints are words of telling the authorities.
	complaints = wordSet(`lapor lapornya melapor laporkan melaporkan dilaporkan laporin ngelapor laporan laporannya adukan mengadu mengadukan diadukan ngadu
	pengaduan aduan komplain report reported complained`)

	// announcing are words before those of somebody who tells now.
	announcing = wordSet("mau ingin pengen pingin izin ijin hendak akan mohon numpang bisa cara want")

	// payments are what people do regularly of their own.
	payments = wordSet("bayar membayar mbayar nyicil mencicil setor dibayar gajian pay pays")

	// forced are words before a payment that is the matter itself.
	forced = wordSet("disuruh dipaksa diminta dimintai wajib diwajibkan harus suruh minta ditagih dipungut terpaksa must forced")

	// ways are what somebody does every day who tells of one.
	ways = wordSet(`lewat lewati melewati lalui melalui melintas melintasi lewatin berangkat pulang kerja bekerja ngantor sekolah antar antarkan mengantar jemput
	jualan pakai nyebrang menyeberang jogging belanja drive walk pass`)

	// contrasts are words behind which something else is told.
	contrasts = wordSet("padahal sedangkan sementara meski meskipun walau walaupun tapi tetapi namun biasanya harusnya seharusnya mestinya jadwal jadwalnya janji whereas although but")

	// fixed are words before an hour that is none of what happened.
	setHours = wordSet("buka dibuka jadwal jadwalnya harusnya seharusnya mestinya biasanya setelah lewat sebelum maksimal minimal batas janji operasional sejak")

	// sessions are what hours are named after: jam pulang.
	sessions = wordSet("kerja pulang sibuk masuk istirahat sekolah kantor operasional pelajaran besuk berangkat makan ngantor dinas")

	// weather is what comes again and again.
	weather = wordSet("hujan ujan hujannya rob pasang banjir rain udan")

	// states are what lasts.
	states = wordSet(`rusak mati padam hancur berlubang mengalir ngalir nyala menyala banjir macet tersumbat mampet menumpuk numpuk bocor terputus putus
	mangkrak terbengkalai ambles amblas longsor diangkut gelap tergenang berjalan off broken kosong langka berlangsung terjadi digaji dibayar`)

	// funds are what is named by the year.
	funds = wordSet("dana bos blt bansos bantuan pkh apbdes apbd hibah add bumdes anggaran")
)
