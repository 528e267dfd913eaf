package conversation

// smallSides are remarks that need no answer but a kind word.
var smallSides = []side{
	{
		is: remarkHow,
		says: phrasesOf(`bagaimana caranya
			cara bagaimana
			bagaimana cara lapor
			cara lapor
			bagaimana ini
			terus bagaimana
			lalu bagaimana
			selanjutnya bagaimana
			yang harus saya tulis
			yang harus saya isi
			yang harus saya jawab
			yang harus saya lakukan
			bagaimana sih
			tidak ngerti
			tidak mengerti
			tidak paham
			bingung
			maksudnya
			maksudnya apa
			apa maksud
			harus bagaimana
			harus apa
			saya harus apa
			tulis apa
			jawab apa
			isi apa
			apa ini
			ini apa
			ini untuk apa
			untuk apa ini
			dont understand
			what do saya do`),
		words: wordsOf(`bagaimana cara caranya maksud maksudnya lapor laporan mengisi isi isinya jawab tulis harus apa di sini sini untuk`),
	},
	{
		is: remarkInsult,
		says: phrasesOf(`bangsat
			bgst
			bajingan
			brengsek
			keparat
			kampret
			sialan
			goblok
			goblog
			gblk
			bego
			tolol
			bodoh
			dungu
			idiot
			bacot
			kontol
			memek
			ngentot
			jancok
			jancuk
			cok
			dancok
			anjing kamu
			anjing lah
			dasar anjing
			anjir
			anjrit
			monyet kamu
			dasar monyet
			babi kamu
			dasar babi
			setan kamu
			dasar setan
			pantek
			pukimak
			cukimai
			kimak
			percuma
			percuma lapor
			percuma saja
			tidak guna
			tidak berguna
			tidak ada guna
			tidak ada gunanya
			tidak becus
			sia sia
			omong kosong
			omdo
			buang buang waktu
			buang waktu
			payah
			robot sampah
			sampah kamu
			robot payah
			fuck
			fuck kamu
			shit
			bullshit
			asshole
			stupid
			useless
			damn`),
		denies: true,
		words:  wordsOf(`dasar robot emang memang kalian semua lapor laporan di sini layanan pemerintah bot semuanya lama banget amat otak punya`),
	},
	{
		is: remarkWait,
		says: phrasesOf(`sebentar
			tunggu
			tunggu dulu
			tunggu sebentar
			tunggu ya
			nanti
			nanti dulu
			nanti saja
			nanti lanjut
			nanti saya lanjut
			nanti saya lanjutkan
			nanti saya kirim
			nanti saya kabari
			nanti dilanjut
			lagi sibuk
			sambung lagi
			lanjut lagi
			mohon tunggu
			tolong tunggu
			sabar
			hold on
			just a moment
			one moment
			a moment
			brb`),
		words: wordsOf(`sebentar tunggu nanti lanjut lanjutkan lanjutin dilanjut dilanjutkan disambung sambung kirim kirimkan kabari kabarin foto video bukti fotonya menyusul saya sibuk masih cari nyari tanya ambil cek lihat just moment one sabar`),
	},
	{
		is: remarkMistake,
		says: phrasesOf(`salah kirim
			salah ketik
			salah tulis
			salah pencet
			salah tekan
			salah klik
			salah nomor
			salah chat
			salah kamar
			salah orang
			salah sambung
			salah pesan
			maaf salah
			typo
			keliru
			kepencet
			tidak sengaja
			bukan itu
			bukan itu maksud
			bukan begitu maksud
			abaikan
			abaikan saja
			abaikan pesan
			maaf
			mohon maaf
			maaf ganggu
			maaf mengganggu
			ups
			oops
			wrong chat
			wrong nomor
			my mistake`),
		denies: true,
		words:  wordsOf(`salah kirim pesan tadi maksud sengaja ganggu mengganggu chat sebelumnya barusan yang di atas malam wrong`),
	},
	{
		is: remarkThanks,
		says: phrasesOf(`terima kasih
			matur nuwun
			hatur nuhun
			hatur terima kasih
			jazakallah
			jazakumullah
			alhamdulillah
			appreciate it`),
		words: wordsOf(`banyak atas untuk bantuan bantuannya info infonya informasi informasinya respon responnya jawaban jawabannya perhatian perhatiannya layanan waktu waktunya sebelumnya banget sekali sama sudah dibantu membantu semua
			you very much so khairan khair kamu matur nuwun hatur sip siap baik`),
	},
	{
		is: remarkOK,
		says: phrasesOf(`oke
			sip
			siip
			sipp
			siap
			siap 86
			baik
			baiklah
			mantap
			mantab
			mantul
			noted
			paham
			mengerti
			ngerti
			oh gitu
			oh begitu
			oh
			ooh
			gitu
			begitu
			hmm
			hm
			haha
			keren
			good
			fine
			alright
			i see`),
		words: wordsOf(`gitu begitu siap sip baik paham mengerti sudah mantap laksanakan bos komandan ndan jadi good haha`),
	},
	{
		is: remarkHere,
		says: phrasesOf(`halo
			hallo
			hello
			helo
			hai
			hi
			hei
			hey
			p
			ping
			tes
			test
			permisi
			punten
			assalamualaikum
			asalamualaikum
			assalamu alaikum
			selamat pagi
			selamat siang
			selamat sore
			selamat malam
			ada orang
			masih di situ
			masih ada
			masih aktif
			masih bisa
			masih bisa lanjut
			masih bisa lapor
			masih online
			are kamu there
			anybody there`),
		words: wordsOf(`halo hallo hai pagi siang sore malam wr wb warahmatullahi wabarakatuh ada orang masih di situ sana aktif online apa admin p there`),
	},
	{
		is: remarkAgain,
		says: phrasesOf(`apa
			apa tadi
			tanya apa
			pertanyaan apa
			setuju apa
			setuju untuk apa
			persetujuan apa
			menyetujui apa
			ulangi
			ulang
			diulang
			diulangi
			baca lagi
			lihat lagi
			what
			repeat
			say again
			agree to what`),
		words: wordsOf(`tadi tanya pertanyaan setuju untuk bisa tolong coba lagi mohon boleh please`),
	},
}
