package conversation

// The lists below are an own compilation from what people answer instead of a place.
var (
	// unknowns say that somebody does not know the place, or will not tell it.
	unknowns = newPhraseSet(`mana saya tahu
		mana saya tau
		mana gue tau
		mana tau
		mana ku tau
		gatau
		gatw
		gtau
		gtw
		lupa
		lali
		poho
		bingung
		entah
		entahlah
		mboh
		embuh
		mbuh
		duko
		duka teuing
		terserah
		bebas
		tidak usah
		gak usah
		ga usah
		nggak usah
		tidak perlu
		gak perlu
		ga perlu
		rahasia
		dirahasiakan
		ogah
		takut
		tidak ada namanya
		gak ada namanya
		ga ada namanya
		belum pernah kesana
		kosong
		nihil
		no idea
		forgot
		unknown
		secret
		rather not say
		not telling`)
	// denials are words that deny, besides [negations], also of regional languages.
	denials = wordSet("ora ra kada kd tra tara tida seng sing indak dak ndak nda nyanda tako teu mboten cant couldnt didnt kurang emoh")
	// knowing are what those deny who cannot say where it was, or will not.
	knowing = wordSet(`tahu tau taw ngerti mengerti paham faham ingat inget hafal apal hapal yakin pasti jelas ngeh merhatiin perhatiin
		memperhatikan kenal liat lihat lihat2 sempat nyaho eruh ruh weruh reti ngertos terang terangeun mau mao berani bisa sebut know
		remember sure recall usah perlu`)
	// hedges are words with which people guess.
	hedges = wordSet("kali mungkin kayaknya kayanya sepertinya kyknya kayake paling barangkali kira kira2 tapi tp pokoknya maybe perhaps probably")
	// asides are remarks that answer nothing.
	asides = newPhraseSet(`halo
		hallo
		hai
		assalamualaikum
		permisi
		tes
		test
		ping
		masih bisa
		bisa gak
		bisa ga
		masih ada
		ada orang
		ga jadi
		gak jadi
		nggak jadi
		tidak jadi
		gajadi
		batal
		males
		malas
		mager
		capek
		cape
		ribet
		bosan
		nanti
		ntar
		entar
		tar dulu
		besok
		lusa
		sebentar
		bentar
		sbentar
		tunggu
		tempat kejadian
		lokasi kejadian
		di lokasi
		di tempat
		ayo
		ayolah
		gblk
		cepet
		gak sabar
		lagi di jalan
		masih di jalan
		lagi sibuk
		sibuk
		hadeh
		hadeuh
		emang penting
		sudah saya jelasin
		udah dijelasin
		udah saya jelasin
		udah saya sebutin
		udah aku bilang
		udah dikasih tau
		udah diceritain
		sudah diceritakan
		dari tadi
		sama kaya
		sama kayak
		sama seperti
		sama dengan
		sama aja
		sama saja
		sama yang tadi
		masih sama
		kaya tadi
		kayak tadi
		seperti tadi
		seperti kemarin
		kayak kemarin
		seperti biasa
		tempat kemarin
		tempat kemaren
		tempat tadi
		tempat yang tadi
		tempat yang sama
		tempat yang kemarin
		tempat biasa
		yang tadi
		yg tadi
		di atas
		diatas
		sudah saya tulis
		sudah saya sebut
		sudah saya bilang
		sudah saya jelaskan
		sudah saya ceritakan
		saya sebut
		saya tulis
		saya bilang
		sudah ditulis
		sudah disebut
		sudah dijelaskan
		sudah dibilang
		sudah dikasih tau
		udah dibilang
		udah ditulis
		udah disebut
		udah saya tulis
		udah saya bilang
		udah gue bilang
		udah aku tulis
		sdh saya tulis
		sdh ditulis
		sdh dibilang
		baca
		bacalah
		scroll
		kenapa
		ngapain
		buat apa
		untuk apa
		utk apa
		perlu gak
		harus ya
		apa maksudnya
		maksudnya
		maksud
		apaan
		gimana
		bagaimana
		cepat
		cepetan
		cepat ditangani
		segera
		buruan
		tolong
		mohon
		kok lama
		lama
		payah
		parah
		gak guna
		ga guna
		tidak berguna
		percuma
		bodo amat
		bodoamat
		anjing
		anjir
		anjay
		asu
		bangsat
		goblok
		goblog
		tolol
		bego
		bodoh
		kampret
		brengsek
		sialan
		setan
		babi
		tai
		taik
		jancok
		jancuk
		cok
		kontol
		memek
		ngentot
		monyet
		kimak
		pukimak
		puki
		sundala
		same as before
		same place
		same as above
		as i said
		i already
		already told
		later
		tomorrow
		hello
		never mind
		whatever
		why
		what do you mean
		stupid
		fuck
		fuck you
		shit`)
	// placeless are words that no place is called by.
	placeless = wordSet(`ya yah iya iyaa y min mimin admin kak kakak bang abang mas mbak mba gan agan bro sis om bos boss pak bu bapak ibu
		dong deh sih nih lah kok kan tuh nah oh eh ah aduh waduh hm hmm saya aku gw gue gua ane sy ku kami kita kamu anda lo lu loe elu
		bot robot aja saja sj lagi lg masih msh udah udh sudah sdh dulu dl tadi td kemarin kemaren kmrn itu ini tu yang yg kaya kayak sama
		seperti kalo kalau kl apa tapi tp jadi bgt banget sekali amat terus trus pasti persis tepat tepatnya pastinya nama namanya alamat
		alamatnya tempat tempatnya lokasi lokasinya jalannya daerahnya nama2 posisinya mana dimana di d kali mungkin kayaknya
		kayanya sepertinya kyknya bilang bilangin nyebut sebut nyebutin sebutin menyebut menyebutkan kasih kasi tau tahu tahu2 cari tanya nanya tanya2
		tanyain nanti2 soal soalnya juga jg bisa boleh mau perlu harus hrs cek pokok pokoknya udahlah sudahlah ok oke baik
		nya punya ada apanya banyak pernah ditanya ditanyain melulu mulu paham ngerti mengerti ingat inget hafal jelas ulun unda pian
		beta kitong kitorang torang ambo abdi urang kula kulo awak den ditangani ditindak ditindaklanjuti lanjuti tindak lanjut tanggapi
		emangnya gitu gini euy dilanjut lanjutin cepet telling you ingin pengen kejadian kejadiannya ngeh
		kabari kabarin kabar sibuk emang memang penting hadeh hadeuh jelasin jelaskan
		sebutkan malam malem siang sore pagi kowe koe sampeyan seh ko wes wis tadinya sampai pernah ditanggapi direspon respon diproses proses bantu bantuannya yaa
		i it is the a of to me you my dont know do not what name street place where please sorry that this so just very really was`)
)
