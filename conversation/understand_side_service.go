package conversation

// serviceSides are remarks about the service that need lists of their own: is
// it official, why so many questions, where is its office, may I take it back.
var serviceSides = []side{
	{
		is: remarkOfficial,
		says: phrasesOf(`resmi tidak
			resmi kan
			asli tidak
			dipercaya tidak
			terpercaya tidak
			bukan penipuan kan
			is this real
			is this official`),
		asks: [][]map[string]bool{
			{wordsOf(`resmi official legal terpercaya dipercaya`)},
			{wordsOf(`penipuan penipu hoax hoaks tipu tipuan scam bohongan palsu abal bodong`), wordsOf(`ini layanan nomor chat`)},
			{wordsOf(`beneran bener sungguhan asli`), wordsOf(`ini layanan nomor chat`)},
			{wordsOf(`punya milik dari buatan`), wordsOf(`pemerintah negara siapa pemda`)},
			{wordsOf(`sampai nyampe sampe`), wordsOf(`pemerintah pusat bupati walikota gubernur presiden dinas`)},
		},
		denies: true,
		words: wordsOf(`ini resmi official legal terpercaya dipercaya bisa layanan bot robot nomor akun chat wa whatsapp telegram situs web aplikasi program
			penipuan penipu hoax hoaks tipu tipuan scam bohongan palsu abal bodong beneran bener benar sungguhan asli betulan punya milik dari
			buatan pemerintah negara pusat pemda siapa mana bukan atau pengaduan laporan lapor sampai nyampe sampe ke bupati walikota gubernur presiden dinas real government`),
	},
	{
		is: remarkWhy,
		says: phrasesOf(`banyak tanya
			banyak nanya
			banyak banget tanya
			banyak banget nanya
			banyak banget pertanyaan
			banyak amat pertanyaan
			tanya terus
			nanya terus
			nanya mulu
			tanya mulu
			why do kamu ask`),
		asks: [][]map[string]bool{
			{wordsOf(`kenapa kok untuk`), wordsOf(`tanya bertanya nanya menanyakan nanyain ditanya ditanyai ditanyain pertanyaan ask questions`)},
			{wordsOf(`kenapa kok`), wordsOf(`ribet rumit panjang repot`)},
		},
		words: wordsOf(`kenapa kok untuk apa harus perlu tanya bertanya nanya menanyakan nanyain ditanya ditanyai ditanyain pertanyaan banyak amat banget
			terus mulu lagi detail detil lengkap jawab menjawab dijawab ribet rumit panjang repot lapor laporan so many ask questions`),
	},
	{
		is: remarkLanguage,
		asks: [][]map[string]bool{
			{wordsOf(`bahasa`), wordsOf(`boleh bisa pakai pake harus wajib`)},
			{wordsOf(`javanese sundanese english indonesian`), wordsOf(`can must`)},
		},
		wants:  true,
		denies: true,
		words: wordsOf(`bahasa daerah jawa sunda banjar minang bugis makassar batak bali madura aceh papua melayu betawi manado lokal ibu indonesia inggris
			campur campuran sendiri sehari sehari-hari kampung boleh bisa pakai pake menggunakan gunakan tulis nulis menulis ditulis lapor melapor
			cerita bercerita dengan di sini harus wajib formal baku saja javanese sundanese english indonesian write in language`),
	},
	{
		is: remarkPhone,
		asks: [][]map[string]bool{
			{wordsOf(`telepon telpon telp nelpon telponan sms call phone`), wordsOf(`lapor melapor laporan mengadu ngadu pengaduan layanan`)},
			{wordsOf(`nomor kontak`), wordsOf(`telepon telpon telp hotline wa whatsapp`)},
			{wordsOf(`hotline`)},
		},
		wants: true,
		words: wordsOf(`telepon telpon telp nelpon telponan sms call phone hotline wa whatsapp lapor melapor laporan mengadu ngadu pengaduan aduan layanan nomor kontak
			lewat via dengan bisa boleh ada berapa mana yang dihubungi aktif by in`),
	},
	{
		is: remarkOffice,
		asks: [][]map[string]bool{
			{wordsOf(`kantor alamat posko loket sekretariat`), wordsOf(`mana`)},
			{wordsOf(`datang`), wordsOf(`kantor langsung harus perlu`)},
			{wordsOf(`lapor melapor mengadu`), wordsOf(`langsung`), wordsOf(`kantor datang tatap`)},
			{wordsOf(`office`), wordsOf(`where`)},
		},
		wants: true,
		words: wordsOf(`kantor kantor-nya alamat posko loket sekretariat pusat kalian pengaduan layanan laporan kentongan ini mana di ke datang langsung harus perlu bisa boleh
			lapor melapor mengadu tatap muka ada saja your office where`),
	},
	{
		is: remarkContact,
		asks: [][]map[string]bool{
			{wordsOf(`siapa`), wordsOf(`hubungi menghubungi dihubungi dihubungin hubungin mengabari ngabarin kabari dikabari dikabarin menelepon ditelepon ditelpon kontak contact`)},
			{wordsOf(`akan nanti bakal apakah`), wordsOf(`menghubungi dihubungi dihubungin mengabari dikabari dikabarin ditelepon ditelpon`)},
			{wordsOf(`kabar hasil`), wordsOf(`lewat dari dikirim`), wordsOf(`mana apa bagaimana`)},
			{wordsOf(`bagaimana dari`), wordsOf(`tahu`), wordsOf(`hasil kabar`)},
		},
		words: wordsOf(`siapa hubungi menghubungi dihubungi dihubungin hubungin mengabari ngabarin kabari dikabari dikabarin menelepon ditelepon ditelpon kontak
			ada akan nanti bakal setelah sesudah ini lapor oleh petugas admin kalian pihak lagi kapan lewat mana apa kabar hasil laporan dari dikirim bagaimana tahu bisa wa telepon balik will who contact me`),
	},
	{
		is: remarkWithdraw,
		asks: [][]map[string]bool{
			{
				wordsOf(`dibatalkan dibatalin membatalkan batal batalkan batalin dicabut cabut mencabut ditarik tarik menarik dihapus hapus menghapus withdraw withdrawn cancel cancelled`),
				wordsOf(`bisa boleh bagaimana cara mau tolong can`),
			},
		},
		wants: true,
		words: wordsOf(`dibatalkan dibatalin membatalkan batal batalkan batalin dicabut cabut mencabut ditarik tarik menarik dihapus hapus menghapus withdraw withdrawn cancel cancelled
			bisa boleh bagaimana cara caranya tolong mohon laporan lapor aduan pengaduan ini itu tadi kemarin yang sudah masih nanti kapan sewaktu waktu suatu saat kalau
			berubah pikiran setelah sesudah terkirim dikirim masuk kembali lagi can later report my it`),
	},
	{
		is: remarkChange,
		asks: [][]map[string]bool{
			{wordsOf(`diubah ubah mengubah dirubah merubah rubah edit diedit mengedit direvisi revisi diralat meralat change changed`), wordsOf(`bisa boleh bagaimana cara can`)},
			{
				wordsOf(`diganti ganti mengganti ditambah tambah menambah nambah ditambahkan menambahkan tambahkan diperbaiki memperbaiki dilengkapi melengkapi`),
				wordsOf(`laporan jawaban isi cerita bukti data`), wordsOf(`bisa boleh bagaimana cara`),
			},
		},
		wants: true,
		words: wordsOf(`diubah ubah mengubah dirubah merubah rubah edit diedit mengedit direvisi revisi diralat meralat diganti ganti mengganti ditambah tambah menambah nambah
			ditambahkan menambahkan tambahkan diperbaiki memperbaiki dilengkapi melengkapi laporan jawaban isi cerita bukti data lapor bisa boleh bagaimana cara
			nanti masih lagi kalau salah ada yang ini itu tadi kemarin sudah terkirim dikirim setelah sesudah can be changed change later my report it`),
	},
}
