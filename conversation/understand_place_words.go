package conversation

// The word lists below are an own compilation from how people begin complaints.
var (
	// sitesNamed are words for places that say little without a name behind them.
	sitesNamed = wordSet(`jalan jl jln jalanan gang gg lorong desa ds dusun dsn kampung kp kampong kelurahan kel kecamatan kec
		kabupaten kab kota provinsi prov perumahan perum komplek kompleks komp blok sd smp sma smk sdn smpn sman smkn mi mts man
		tk paud sekolah kampus universitas kantor rt rw dukuh nagari banjar lingkungan pulau simpang gedung rumah apartemen ruko
		masjid mesjid musholla mushola gereja pura vihara pondok pesantren ponpes toko warung km taman waduk bendungan danau
		rusun gampong distrik gunung bukit ruas jalur kios asrama kos kost cluster klaster lahan pos mall mal plaza tukad wisata sp
		mtsn jorong padukuhan kapanewon kalurahan pekon gate pintu rest hotel villa bank street road school village market`)
	// generic are words for places that are no part of a place's name where "di" follows:
	// "tambang pasir ilegal di sungai Progo". English puts its words behind the name.
	generic = wordSet(`tambang jembatan pelayanan pabrik lahan kebun sawah hutan kios toko warung gudang saluran rumah desa loket
		street road school village market bank hotel villa kampung trotoar taman gedung kos kost`)
	// closeBy are words behind which any thing may stand: "depan pom bensin".
	closeBy = wordSet("depan didepan belakang dibelakang samping disamping sebelah disebelah seberang diseberang dekat didekat dkt")
	// villages are words before the name of a village or district.
	villages = wordSet(`desa ds dusun dsn kampung kp kelurahan kel kecamatan kec distrik nagari gampong jorong dukuh`)
	// sites are words for places that are found without a name where the town is known.
	sites = wordSet(`pasar terminal stasiun bandara pelabuhan dermaga alun-alun alun lapangan stadion jembatan flyover underpass
		trotoar perempatan pertigaan persimpangan bundaran lampu-merah tol sungai kali pantai rsud rs rsu puskesmas pustu posyandu
		klinik samsat dukcapil disdukcapil capil kelurahan kecamatan polsek polres polda koramil kejaksaan pengadilan lapas rutan
		kua bpn bpjs pln pdam balai pelayanan mpp loket spbu makam kuburan tpa tpst tps halte dishub disdik dinkes dinas bappeda
		pendopo balaikota bupati gubernur imigrasi pabrik tambang sawah kebun hutan irigasi tugu monumen embung perbatasan tambak
		puskesdes polindes pesisir gudang tanggul saluran museum gor islamic beach hospital station harbour harbor airport`)
	// beside are words that tie something to a place.
	beside = wordSet(`depan didepan belakang dibelakang samping disamping sebelah disebelah seberang diseberang dekat didekat dkt
		sekitar disekitar sekitaran sepanjang disepanjang dalam didalam luar diluar ujung diujung pinggir dipinggir tepi ditepi
		bawah dibawah atas diatas muka dimuka area kawasan wilayah daerah arah menuju antara near behind opposite beside`)
	// placed are words behind which a place stands, also those of regional languages.
	placed = wordSet("di d in at nang neng ning nde lewat ring")
	// linking are words that go on with a place where another one follows.
	linking = wordSet("dari ke menuju arah sampai hingga ka ti dan sisi")
	// roads are words for what leads from one place to another.
	roads = wordSet("jalan jl jln jalanan ruas jalur tol lintas poros jembatan perbatasan batas antara rel akses penghubung")
	// precisely are words before a place within the place.
	precisely = wordSet("tepatnya yaitu yakni persisnya pas tepat")
	// compass are words that may stand behind a name: "Painan Timur".
	compass = wordSet("timur barat utara selatan tengah kulon wetan lor kidul hulu hilir")
	// whose stand between a word for a place and its name: "desa kami Haruyan".
	whose = wordSet("kami saya kita kt sy ku kmi")
	// grand are parts of names that say nothing by themselves: "jalan raya Merdeka".
	grand = wordSet(`raya lintas poros trans provinsi nasional baru lama besar kecil buntu h kh hj dr ir st jend jendral jenderal kapten
		negeri negri swasta umum induk the agung inpres islam the of`)
	// thither stand before where somebody goes or comes from, which is mostly elsewhere.
	thither = wordSet("ke dari asal tujuan jurusan menuju ka ti from to dibawa")
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
		since is are was the has have had yesterday broken been every tourists full
		meter m cm km/jam kk ekor unit
		listrik cuma cuman nyala lampu sinyal gaji
		su abis habis so pada sama gara-gara gara2 resah hancur tutup buka truk mobil motor orang anak pedagang siswa murid tetangga
		meluap menimpa menolak busa hitam keruh kering bahaya penuh narik potong kosong mangkrak rugi jorok becek minggu bulan tahun
		sekarang skrg barusan nih tuh dong deh sih kok lho loh ya yah ternyata padahal katanya soalnya masa kapan kenapa gimana bagaimana
		bikin nggarai wis wes durung ora mboten ono ana teu geus atuh pisan item butut loba sing rusak rusake akeh tarus sabe seng tra trada
		nda indak alah lah lai kada sdng tolonglah segera cepat diperbaiki pungli pungutan calo preman begal maling dibobol
		narkoba korupsi bansos bantuan bbm solar pupuk gas harga harganya tarif biaya uang duit rp ribu juta rb jt kk per sekali skali
		semalam smlm besok lusa dini subuh magrib maghrib isya td tdi belakangan akhir-akhir sekitar2 jalan2 banget bgt amat trus trs
		and because but there they he she it we i my when where very not dirty dark flooded on for`)
	// noPlaces are what follows "di" without being a place, or without saying which.
	noPlaces = wordSet(`sini situ sana mana mana-mana atasnya bawahnya hari bulan tahun malam siang pagi sore jam pukul tanggal tgl sosmed
		medsos media wa whatsapp facebook fb tiktok instagram ig internet aplikasi hp email website web akun grup group surat berita tv
		masa zaman jaman era kalangan tengah-tengah bidang sektor pihak tangan dunia lapangan-kerja luar-negeri`)
	// properEndings are names of streets and the like that look like verbs.
	properEndings = wordSet(`merangin mempawah melawi mentawai membalong memboro merdeka melati merpati mekar mekarsari menteng merak mentari menur mentok meruya mendawai menanggal mengwi
		merapi merbabu meranti beringin berlian bersama berdikari berkah bersatu beruang berua berastagi teratai terusan terminal terboyo
		diponegoro dipatiukur dirgantara dieng dipo dinoyo diponogoro melayu melong menganti mentaya mergangsan metro berbah
		terpadu terang bersaudara bersujud sejahtera sentosa berseri berbek`)
)
