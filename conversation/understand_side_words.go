package conversation

import "strings"

// The words of remarks, in one spelling; own compilation of what people write
// to bots and to the services that complaints go to.

// spellings lead the ways in which words are written in chats to one.
var spellings = readSpellings(`tidak: tdk tak ga gak gk g nggak ngga enggak engga kagak ndak ora kada gaak no not
	yang: yg
	sudah: udah udh dah sdh sudh uda already
	belum: blm blum belom blom yet
	berapa: brp brapa brpa
	kapan: kpn kapn kapankah when
	siapa: sp spa sapa who
	apa: ap apaan what
	apakah: apkh
	bagaimana: gimana gmn gmna gmana bgmn bgaimana gmnya piye kayak how
	kenapa: knp knpa napa ngapa mengapa why
	kok: ko koq
	bisa: bs bsa bisakah can could
	boleh: blh bole may
	dengan: dgn dg sama ama sm with
	untuk: utk buat bwt for
	dari: dr from
	di mana: dimana dmn dmna where
	ke mana: kemana kmn kmana
	saya: sy sya aku ak ku gue gua gw kami kita my i me
	lagi: lg
	kamu: u km kmu lu lo loe elu elo kau lw anda you
	ini: nih ni this it
	itu: tu tuh
	lama: lm lma suwe
	lapor: lpr melapor ngelapor report
	laporan: lprn lporan laporanku laporannya
	mau: mo pengen pengin ingin want
	harus: hrs kudu mesti must
	perlu: prlu butuh need
	nomor: no nomer nmr number
	robot: bot chatbot chatbots robots
	orang: org person
	foto: photo poto photonya picture
	kirim: krm ngirim kirimin mengirim send
	tolong: tlg tlong please pls plis
	terima kasih: makasih makasi mksh mksih makasihh terimakasih trimakasih trims trim trm tks thx thanks thank tq ty tengkyu nuhun suwun matursuwun syukron
	sebentar: bentar bntar bntr sbntr sebntar
	nanti: ntar nnti entar later
	tunggu: tnggu wait
	maaf: maap mf sorry sori sory mohonmaaf
	oke: ok okay okey oks okee k okeh okelah
	lewat: lwt via
	gratis: free gratisan
	bayar: byr pay
	biaya: biayanya
	diproses: dproses processed
	jangan: jgn
	hari: hr day days
	semua: smua all
	tahu: tau tw taukah know
	pemerintah: pemerintahan government
	telepon: telfon tlp tlpn tilpun
	bahasa: bhs bhsa language`)

func readSpellings(lines string) map[string]string {
	table := map[string]string{}
	for line := range strings.SplitSeq(lines, "\n") {
		to, ways, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for way := range strings.FieldsSeq(ways) {
			table[way] = to
		}
	}
	return table
}

// phrasesOf is [newPhraseSet] of lines in one spelling.
func phrasesOf(lines string) phraseSet {
	var b strings.Builder
	for line := range strings.SplitSeq(lines, "\n") {
		b.WriteString(oneSpelling(line) + "\n")
	}
	return newPhraseSet(b.String())
}

// wordsOf is [wordSet] of words in one spelling.
func wordsOf(list string) map[string]bool { return wordSet(oneSpelling(list)) }

func oneSpelling(list string) string {
	words := strings.Fields(list)
	for i, word := range words {
		if stem, ok := strings.CutSuffix(word, "nya"); ok && len(stem) > 3 {
			word = stem
		}
		if to, ok := spellings[word]; ok {
			word = to
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}

var (
	// addressed are names of whoever is spoken to; by themselves they call.
	addressed = wordSet(`pak bapak bpk bu ibu bun min admin mimin kak kakak ka bang abang bg mas mbak mba gan sis om tante bos boss lur dik dek sir maam`)
	// softening are words that only soften what they follow.
	softening = wordSet(`dong donk deh sih ya yah yaa nih toh lho loh kek`)
	// asking make a question of a sentence wherever they stand.
	asking = wordSet(`kok apa apakah siapa kapan berapa bagaimana kenapa boleh mana is are do does will`)
	// wanting make a wish of it.
	wanting = wordSet(`mau minta tolong mohon bisa boleh`)
	denying = wordSet(`tidak belum bukan jangan tanpa`)
	// aside may stand in any remark: they tell nothing.
	aside = wordSet(`pak bapak bpk bu ibu bun min admin mimin kak kakak ka bang abang bg mas mbak mba gan sis om tante bos boss lur dik dek
		dong donk deh sih ya yah yaa iya nih toh lho loh kek kah sir maam hi hello hey oh eh ah hmm hm wah waduh aduh duh haha
		saya kamu ini itu nya yang mau apa apakah kan maaf oke terima kasih halo hai permisi assalamualaikum tidak
		jadi saja aja sj dulu sekali banget juga kalau terus trus the a an is are to do does will be of and`)
)

// sides are the kinds of remarks, the first that fits counts.
var sides = func() (all []*side) {
	for _, kinds := range [][]side{talkSides, serviceSides, smallSides} {
		for i := range kinds {
			all = append(all, &kinds[i])
		}
	}
	return all
}()

// talkSides are remarks about the report that is being written.
var talkSides = []side{
	{
		is:    remarkCancel,
		says:  phrasesOf("tidak jadi\nbatal\nbatalin\nbatalkan\ngajadi\ngakjadi\nurungkan\nlupakan saja\nlupain aja\ncancel\nnever mind\nnevermind"),
		words: wordsOf(`lapor laporan aduan mengadu ngadu sudah males malas capek my tolong mohon`),
	},
	{
		is: remarkWhen,
		says: phrasesOf(`berapa lama
			kok lama
			kenapa lama
			lama banget
			lama sekali
			lama amat
			masih lama
			kapan dibalas
			kapan dijawab
			kapan diproses
			kapan ditindaklanjuti
			how long`),
		asks: [][]map[string]bool{
			{wordsOf(`kapan`), wordsOf(`diproses proses ditindak ditindaklanjuti tindaklanjut ditanggapi dibalas dijawab selesai beres kelar diperiksa diverifikasi dikerjakan ditangani hasil kabar jawaban respon direspon processed handled done answer`)},
			{wordsOf(`berapa`), wordsOf(`hari jam minggu`), wordsOf(`proses diproses selesai dibalas dijawab ditanggapi menunggu tunggu lama`)},
			{wordsOf(`kenapa kok`), wordsOf(`dibalas direspon dijawab ditanggapi balas respon jawab jawaban balasan kabar`)},
			{wordsOf(`cepat lama`), wordsOf(`diproses proses ditanggapi menunggu tidak`)},
			{wordsOf(`pasti beneran bener sungguh benar`), wordsOf(`diproses ditindak ditindaklanjuti ditanggapi dibalas ditangani`)},
			{wordsOf(`berapa`), wordsOf(`waktu`)},
		},
		denies: true,
		words: wordsOf(`kapan berapa lama laporan aduan hari jam minggu kerja kira proses diproses ditindak ditindaklanjuti tindak lanjut lanjuti tindaklanjut ditanggapi dibalas dijawab selesai beres kelar diperiksa diverifikasi
			pasti beneran bener sungguh benar waktu butuh perlu
			dikerjakan ditangani hasil kabar jawaban balasan respon direspon balas jawab menunggu tunggu kenapa kok tidak belum tolong mohon masih bisa cepat ada harus sampai untuk how long it take takes processed handled done answer get an`),
	},
	{
		is:   remarkCost,
		says: phrasesOf("berapa biaya\nbiaya berapa\nbayar berapa\nberapa bayar\ngratis tidak\ngratis kan\ntidak bayar kan\nis this free\nis it free"),
		asks: [][]map[string]bool{
			{wordsOf(`gratis`)},
			{wordsOf(`bayar berbayar dibayar`)},
			{wordsOf(`biaya ongkos tarif pulsa`)},
			{wordsOf(`cost`)},
		},
		words: wordsOf(`gratis bayar berbayar dibayar biaya dipungut ongkos tarif pulsa berapa harus perlu ada kena dikenakan lapor laporan layanan di sini potong cost how much`),
	},
	{
		is:   remarkSecret,
		says: phrasesOf("takut ketahuan\nsaya takut ketahuan\naman tidak\nrahasia tidak\nketahuan tidak\nam i anonymous\nstay anonymous"),
		asks: [][]map[string]bool{
			{wordsOf(`nama identitas data nomor hp laporan name identity`), wordsOf(`aman rahasia dirahasiakan ketahuan bocor disebut disebutkan tersebar disebar dibuka tampil muncul dijaga terjaga diketahui kelihatan terlihat safe secret`)},
			{wordsOf(`anonim rahasia anonymous`), wordsOf(`boleh bisa kan can`)},
			{wordsOf(`aman`)},
			{wordsOf(`dirahasiakan ketahuan`)},
			{wordsOf(`tanpa`), wordsOf(`nama identitas`)},
			{wordsOf(`data`), wordsOf(`dipakai digunakan disimpan`)},
			{wordsOf(`tahu`), wordsOf(`lapor melapor melaporkan pelapor nama identitas`)},
		},
		denies: true,
		words: wordsOf(`nama identitas data nomor hp laporan pelapor pribadi aman rahasia dirahasiakan ketahuan bocor disebut disebutkan tersebar disebar dibuka tampil muncul dijaga terjaga diketahui kelihatan terlihat bakal
			tahu melapor melaporkan lurah kades kepala desa camat rt rw pelaku terlapor atasan tetangga petugas mereka dia dijamin yakin bahwa kalau
			anonim tanpa boleh bisa nanti akan dipakai digunakan disimpan untuk apa oleh orang lain siapa secara lapor takut name identity safe secret kept anonymous can stay am`),
	},
	{
		is:   remarkNIK,
		says: phrasesOf("do you need my id"),
		asks: [][]map[string]bool{
			{wordsOf(`nik ktp kk`), wordsOf(`harus perlu wajib isi pakai pake kenapa kok untuk tulis cantumkan sebutkan kirim need`)},
			{wordsOf(`nama`), wordsOf(`asli lengkap`), wordsOf(`harus perlu wajib pakai pake kenapa boleh`)},
			{wordsOf(`harus perlu wajib kenapa kok`), wordsOf(`data identitas nama`), wordsOf(`isi pakai pake tulis cantumkan sebutkan kirim minta diri`)},
		},
		denies: true,
		words:  wordsOf(`nik ktp kk harus perlu wajib isi pakai pake kenapa kok minta untuk tulis cantumkan sebutkan kirim nama asli lengkap data diri identitas nomor foto lapor boleh bisa need id card tolong`),
	},
	{
		is: remarkReaders,
		says: phrasesOf(`siapa yang baca
			siapa baca
			who reads this`),
		asks: [][]map[string]bool{
			{wordsOf(`siapa`), wordsOf(`baca membaca bacanya lihat melihat terima menerima tangani menangani tindak menindaklanjuti balas membalas jawab memproses proses periksa memeriksa reads read`)},
			{wordsOf(`dibaca dilihat diterima ditangani`), wordsOf(`siapa`)},
			{wordsOf(`diteruskan dikirim disampaikan masuk`), wordsOf(`ke`), wordsOf(`siapa mana`)},
			{wordsOf(`ada`), wordsOf(`baca membaca`)},
		},
		words: wordsOf(`siapa baca membaca bacanya lihat melihat terima menerima tangani menangani tindak menindaklanjuti balas membalas jawab memproses proses periksa memeriksa
			dibaca dilihat diterima ditangani diteruskan dikirim disampaikan masuk ke mana laporan pesan oleh nanti ada orang akan aduan reads read`),
	},
	{
		is: remarkHuman,
		says: phrasesOf(`sambungkan ke admin
			hubungkan ke admin
			sambungkan ke petugas
			talk to a human
			speak to a human
			talk to a person
			real person
			call center
			customer service`),
		asks: [][]map[string]bool{
			{wordsOf(`bicara berbicara ngobrol ngomong chat telepon telpon nelpon telp hubungi menghubungi ditelepon tanya sambungkan disambungkan talk speak call`), wordsOf(`orang manusia admin petugas operator cs langsung person human someone`)},
			{wordsOf(`nomor kontak`), wordsOf(`admin petugas operator cs dihubungi`)},
			{wordsOf(`admin petugas operator cs orang manusia`), wordsOf(`mana ada asli`)},
			{wordsOf(`boleh bisa`), wordsOf(`telepon telpon nelpon telp ditelepon call`)},
		},
		wants: true,
		words: wordsOf(`bicara berbicara ngobrol ngomong chat telepon telpon nelpon telp hubungi menghubungi dihubungi ditelepon tanya sambungkan disambungkan hubungkan orang manusia admin petugas operator cs langsung dengan bisa boleh minta
			nomor kontak ke mana ada asli call center person human someone talk speak can tolong mohon`),
	},
	{
		is: remarkBot,
		says: phrasesOf(`ini siapa
			siapa ini
			kamu siapa
			siapa kamu
			dengan siapa
			ini robot
			robot ya
			ini ai
			ini mesin
			who are kamu
			robot apa manusia
			robot atau orang
			robot atau manusia`),
		asks: [][]map[string]bool{
			{wordsOf(`robot ai mesin chatgpt otomatis`)},
			{wordsOf(`manusia`)},
		},
		words: wordsOf(`robot ai mesin chatgpt otomatis manusia orang asli atau siapa dengan bicara jawab balas dijawab dibalas oleh yg namanya nama chat`),
	},
	{
		is: remarkFiles,
		says: phrasesOf(`cara kirim foto
			cara kirim video
			cara kirim gambar
			cara kirim file
			cara kirim bukti
			cara upload foto
			tidak bisa kirim foto
			tidak bisa kirim video
			tidak bisa kirim gambar
			tidak bisa kirim file
			tidak bisa upload foto`),
		asks: [][]map[string]bool{
			{wordsOf(`kirim dikirim kirimkan kirimnya mengirim upload unggah diunggah lampirkan dilampirkan masukkan`), wordsOf(`foto video vidio gambar rekaman dokumen file berkas bukti suara vn photo`)},
			{wordsOf(`boleh bisa pakai pake`), wordsOf(`foto video vidio gambar rekaman dokumen file berkas suara vn voice`)},
		},
		wants:  false,
		denies: true,
		words: wordsOf(`kirim dikirim kirimkan kirimnya mengirim upload unggah diunggah lampirkan dilampirkan masukkan foto video vidio gambar rekaman dokumen file berkas bukti suara vn voice note pesan boleh bisa pakai pake cara bagaimana
			di sini ke mana lewat maksimal berapa ukuran photo tolong mohon`),
	},
	{
		is: remarkNumber,
		says: phrasesOf(`lupa nomor laporan
			lupa kode akses
			nomor laporan berapa
			berapa nomor laporan
			nomor laporan mana
			mana nomor laporan
			kode akses apa
			kode akses mana
			kode akses berapa`),
		asks: [][]map[string]bool{
			{wordsOf(`nomor kode`), wordsOf(`laporan akses tiket resi aduan lapor`)},
			{wordsOf(`nomor tiket resi`), wordsOf(`berapa mana dapat dapet`)},
		},
		words: wordsOf(`nomor kode laporan akses tiket resi aduan berapa mana dapat dapet lupa hilang di lihat cek untuk bagaimana ada tolong mohon`),
	},
	{
		is: remarkStatus,
		says: phrasesOf(`status laporan
			cek laporan
			cek status
			laporan sampai mana
			bagaimana laporan saya
			laporan saya bagaimana`),
		asks: [][]map[string]bool{
			{wordsOf(`laporan aduan pengaduan pesan chat`), wordsOf(`masuk terkirim kekirim diterima sampai tercatat terdaftar diproses dibaca ditanggapi kabar bagaimana arrived`)},
			{wordsOf(`sudah`), wordsOf(`masuk terkirim kekirim dikirim diterima sampai tercatat terdaftar diproses dibaca`)},
		},
		denies: true,
		words: wordsOf(`laporan aduan pengaduan pesan chat masuk terkirim kekirim dikirim diterima sampai tercatat terdaftar diproses dibaca ditanggapi kabar bagaimana status cek sudah belum mana di ada tadi has arrived perkembangan lihat progres
			kemarin yang lalu minggu tempo dulu hari lapor kok hasil tolong mohon`),
	},
}

// remarkWords are all words of remarks, for telling what hangs on to them.
var remarkWords = allRemarkWords()

func allRemarkWords() map[string]bool {
	words := map[string]bool{}
	add := func(set map[string]bool) {
		for word := range set {
			words[word] = true
		}
	}
	add(aside)
	add(asking)
	add(denying)
	for _, d := range sides {
		for first, rests := range d.says {
			words[first] = true
			for _, rest := range rests {
				for word := range strings.FieldsSeq(rest) {
					words[word] = true
				}
			}
		}
		for _, groups := range d.asks {
			for _, group := range groups {
				add(group)
			}
		}
		add(d.words)
	}
	return words
}
