package conversation

// openers are the words of which one makes small words a greeting. Words with
// doubled letters are also found written once.
var openers = wordSet(`p pp ping tes test testing tess hi hai hay hei hey hello helo halo hallo hola alo
	selamat slamat met pagi siang sore malam mlm pg good morning afternoon evening night
	assalamualaikum asalamualaikum assalamu asalamu alaikum aslm ass askum assalam asalam mikum waalaikumsalam waalaikumussalam
	wr wb warahmatullahi warohmatullohi wabarakatuh wabarokatuh warahmatulahi
	السلام عليكم ورحمة الله وبركاته مرحبا
	permisi punten sampurasun nuwun kulonuwun salam om swastiastu shalom syalom namo buddhaya rahayu horas tabik
	lapor melapor melaporkan laporan ngelapor laporin melaporin laporkan pelaporan report reporting
	pengaduan mengadu ngadu aduan adukan mengadukan pengadu komplain komplen complain complaint keluhan keluh mengeluh curhat
	tanya bertanya nanya menanyakan nanyain ask
	start mulai`)

// small are words that tell nothing by themselves.
var small = wordSet(`saya sy aku ku gue gua gw kami kita kamu anda bapak bpk pak ibu bu buk bun min admin mimin atmin kak kakak ka bang abang bg mas
	mbak mba gan sis om tante bos boss bot botnya lur pakde bude dik adik dek ade teman teman2 semua semuanya
	ini itu tu nih ni sih dong donk deh lah kah ya yah yaa iya y ok oke okay okey siap sip baik baiklah
	mau mo ingin pengen pingin hendak akan bisa bs boleh blh dapat kah apakah apa ada yang yg di ke dari dgn dengan untuk utk buat
	sini sana situ disini kesini lewat via melalui nomor no nmr whatsapp wa telegram tele
	tolong mohon minta dibantu bantu bantuan bantuannya membantu help please pls
	terima kasih makasih makasi trims tks thx thanks thank you terimakasih trimakasih sama2
	tidak tdk tak ga gak nggak ngga enggak engga gk bukan belum blm sudah udah sdh jadi
	sesuatu hal tentang ttg soal mengenai dulu lagi lg juga jg saja aja sj sekali banget dan atau
	gimana bagaimana caranya cara gmn banyak
	cuma cuman coba hanya
	i im am want would like to a an the is are this that it there anyone here can could do not yes my me we us on of for and or how`)

// The texts of the sets below are normalised: small letters, no accents, no
// apostrophes.

// secrecy are words and phrases of reports that accuse officials.
var secrecy = newPhraseSet(`pungli
	punglii
	pungly
	punli
	pungi liar
	pungutan liar
	pungutan2 liar
	pungutan lier
	pungut liar
	punguntan liar
	pungutan ilegal
	pungutan tidak resmi
	pungutan tanpa kwitansi
	suap
	suwap
	menyuap
	nyuap
	disuap
	penyuap
	penyuapan
	suap menyuap
	sogok
	soggok
	sogokan
	nyogok
	menyogok
	disogok
	penyogokan
	oknum
	oknom
	oknun
	onkum
	oknumm
	minta uang
	mintak uang
	minta duit
	minta jatah
	minta amplop
	minta bayaran
	minta imbalan
	minta setoran
	minta komisi
	minta fee
	minta upeti
	minta pelicin
	minta sejumlah uang
	minta tebusan
	memintai uang
	meminta uang
	meminta duit
	meminta jatah
	meminta imbalan
	meminta bayaran
	meminta setoran
	meminta sejumlah uang
	dimintai uang
	diminta uang
	dimintain uang
	dimintai duit
	dimintain duit
	dimintai bayaran
	dimintai sejumlah uang
	diminta sejumlah uang
	uang pelicin
	uang rokok
	uang terima kasih
	uang terimakasih
	uang damai
	uang tutup mulut
	uang semir
	uang sogokan
	uang suap
	uang setoran
	uang keamanan
	uang pungutan
	uang di bawah meja
	duit pelicin
	duit damai
	pelicin
	pemerasan
	pemersan
	memeras
	diperas
	pemalakan
	dipalak
	memalak
	malak
	korupsi
	koropsi
	kurupsi
	korupi
	korups
	korupsinya
	korup
	koruptor
	koruptif
	dikorupsi
	mengkorupsi
	mengorupsi
	dikorup
	tipikor
	gratifikasi
	gratifikasih
	grativikasi
	setoran
	setorannya
	upeti
	nepotisme
	kolusi
	penyalahgunaan wewenang
	penyalahgunaan kewenangan
	penyalahgunaan jabatan
	penyalahgunaan dana
	penyalahgunaan anggaran
	menyalahgunakan wewenang
	menyalahgunakan kewenangan
	menyalahgunakan jabatan
	menyalahgunakan dana
	menyalahgunakan anggaran
	penyelewengan
	penyelewangan
	menyelewengkan
	diselewengkan
	penggelapan
	menggelapkan
	digelapkan
	ditilep
	menilep
	mark up
	markup
	mark up anggaran
	proyek fiktif
	kegiatan fiktif
	laporan fiktif
	kwitansi fiktif
	dana disunat
	bantuan disunat
	bansos disunat
	dana dipotong
	bantuan dipotong
	bansos dipotong
	blt dipotong
	pkh dipotong
	jual beli jabatan
	membekingi
	dibekingi
	bekingan
	intimidasi
	mengintimidasi
	diintimidasi
	jangan sebut nama saya
	rahasiakan nama saya
	rahasiakan identitas
	rahasiakan identitas saya
	mohon dirahasiakan
	tolong dirahasiakan
	tolong rahasiakan
	mohon rahasiakan
	bribe
	bribes
	bribed
	bribery
	corrupt
	corruption
	extortion
	extorted
	kickback
	kickbacks
	embezzle
	embezzled
	embezzlement
	illegal levy
	illegal levies
	illegal fee
	illegal fees
	asked for money
	asks for money
	asking for money`)

// wishes are what marks an aspiration.
var wishes = newPhraseSet(`usul
	usulan
	usulkan
	mengusulkan
	ngusulin
	saran
	menyarankan
	sarankan
	aspirasi
	menyampaikan aspirasi
	mohon dibangun
	mohon dibangunkan
	mohon dibuatkan
	mohon diadakan
	mohon disediakan
	mohon dipasang
	mohon dipasangkan
	mohon ditambah
	mohon ditambahkan
	tolong dibangun
	tolong dibangunkan
	tolong dibuatkan
	tolong diadakan
	tolong disediakan
	minta dibangun
	minta dibangunkan
	minta dibuatkan
	alangkah baiknya
	alangkah bagusnya
	bagaimana kalau dibangun
	gimana kalau dibangun
	i suggest
	we suggest
	suggestion
	my suggestion
	i propose
	we propose`)

// questions are what marks a request for information.
var questions = newPhraseSet(`mohon informasi
	mohon info
	minta informasi
	minta info
	meminta informasi
	butuh informasi
	butuh info
	permintaan informasi
	permohonan informasi
	permohonan informasi publik
	apa syarat
	apa saja syarat
	apa aja syarat
	syaratnya apa
	syarat nya apa
	apa persyaratan
	apa saja persyaratan
	persyaratannya apa
	berkas apa saja
	dokumen apa saja
	bagaimana cara
	bagaimana caranya
	bagaimana prosedur
	bagaimana mengurus
	gimana cara
	gimana caranya
	gmn cara
	gmn caranya
	gimana ngurus
	cara mengurus
	cara ngurus
	cara membuat
	cara bikin
	cara mendaftar
	cara daftar
	jam berapa buka
	buka jam berapa
	jam pelayanan
	jadwal pelayanan
	di mana mengurus
	dimana mengurus
	ke mana mengurus
	kemana mengurus
	berapa biaya
	biayanya berapa
	mau tanya
	ingin bertanya
	mau nanya
	ingin tanya
	numpang tanya
	what are the requirements
	how do i apply
	how can i apply
	how to apply
	information about
	request for information`)

// grievances are what marks a complaint, so that nothing else is suggested.
var grievances = newPhraseSet(`rusak
	kerusakan
	berlubang
	bolong
	bocor
	banjir
	macet
	mati
	padam
	mampet
	tersumbat
	longsor
	roboh
	ambruk
	sampah
	menumpuk
	bau
	limbah
	pencemaran
	polusi
	bising
	kecewa
	keluhan
	mengeluh
	mengeluhkan
	komplain
	melaporkan
	lapor
	pengaduan
	mengadukan
	mengadu
	dipersulit
	ditolak
	ditelantarkan
	dibiarkan
	diabaikan
	lambat
	lamban
	belum juga
	tidak kunjung
	tak kunjung
	gak kunjung
	sudah lama
	berbulan bulan
	bertahun tahun
	belum diperbaiki
	tidak diperbaiki
	tidak dilayani
	tidak ada tanggapan
	tidak ditanggapi
	tidak direspon
	kenapa
	mengapa
	knp
	kok
	kasar
	marah
	penipuan
	ditipu
	kecelakaan
	celaka
	broken
	damaged
	complain
	complaint
	flood
	flooded
	why`)
