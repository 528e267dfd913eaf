package conversation

// area is a category with the words and phrases that speak for it, in small
// letters and separated by commas: those that hardly mean anything else, those
// that mostly mean it, and those that only help.
type area struct{ code, sure, usual, slight string }

// areas is an own compilation from how people write about each area. What several
// offices could be in charge of is where most reports about it go: street
// lamps and tap water are infrastructure, power cuts energy, land grabbing law,
// slow certificates of land the offices'. The area without a code holds
// phrases that only look like words of the others.
var areas = []area{
	{
		code: "infrastruktur",
		sure: `box culvert, jalan nasional, jalan rusak, jalan berlubang, jalan hancur, jalan amblas, jalan putus, jalan desa, jalan poros, jalan provinsi, jalan kabupaten,
			jalan tol, jembatan, trotoar, gorong gorong, drainase, selokan, got, pju, lampu jalan, lampu penerangan, penerangan jalan, aspal,
			pengaspalan, diaspal, mengaspal, di aspal, pdam, air bersih, air minum, air ledeng, pipa bocor, pipa air, paving, cor beton, betonisasi, flyover,
			underpass, berlubang, bina marga, pupr, galian, saluran air, mangkrak, tembok penahan, turap, speed bump, polisi tidur`,
		usual:  `ambrol, lubang, kubangan, amblas, becek, berlumpur, proyek, infrastruktur, pembangunan jalan, bahu jalan, badan jalan, ruas jalan, jebol, mampet, tersumbat, ambles, gelap gulita, halte`,
		slight: `jalan, rusak, perbaiki, diperbaiki, perbaikan, dibangun, pembangunan, jalanan, air, lampu, mati, gelap, retak, ambruk, parah, hancur, keruh, air mati, pipa`,
	},
	{
		code: "energi",
		sure: `byar pet, gas 3kg, tagihan listrik, pln, mati lampu, listrik, listrik padam, pemadaman, token listrik, meteran listrik, kwh, gardu, trafo, tegangan, bbm, pertalite, pertamax, solar subsidi,
			bio solar, biosolar, spbu, pom bensin, pertamina, lpg, gas 3 kg, gas lpg, gas melon, tabung gas, pangkalan gas, minyak tanah, kabel listrik, tiang listrik, pelangsir, pertamini, plts, byarpet, biarpet`,
		usual:  `padam, token, solar, bensin, genset, pangkalan, jerigen, voltase, korsleting, gas`,
		slight: `meteran, nyala, mati, het, kabel, subsidi, langka`,
	},
	{
		code: "lingkungan",
		sure: `suara mesin, ban bekas, buang sampah, limbah pabrik, buang limbah, sampah, limbah, pencemaran, mencemari, tercemar, polusi, tpa, tps, bau busuk, bau menyengat, bakar sampah, truk sampah, bank sampah, asap pabrik, dlh,
			asap hitam, kebisingan, lingkungan hidup, ruang terbuka hijau, berbusa, b3, amdal, debu pabrik, debu batubara`,
		usual:  `pembakaran, berminyak, bau, asap, debu, bising, kotor, penghijauan, lalat, cerobong, pohon, taman kota, kandang ayam, kandang, sungai hitam, tempat sampah, rumah potong hewan, plastik`,
		slight: `sungai, pabrik, menumpuk, numpuk, taman, jorok, peternakan, bangkai, sumur, ditebang, udara`,
	},
	{
		code: "bencana",
		sure: `kebakaran hutan, pengungsian, air masuk, air sudah masuk, sungai meluap, banjir, kebanjiran, longsor, tanah longsor, gempa, tsunami, erupsi, puting beliung, angin kencang, tanggul, banjir bandang, rob, bpbd, pengungsi, mengungsi,
			posko, evakuasi, bencana, kebakaran, karhutla, pohon tumbang, kekeringan, huntara, damkar, pemadam kebakaran, banjir rob, tanggap darurat, abrasi`,
		usual:  `terendam, tergenang, genangan, tenda, logistik, tumbang, terisolir, meluap, gunung meletus, hanyut, tertimbun`,
		slight: `perahu, masuk rumah, jebol, hujan, angin, korban, tertimpa, menimpa, selimut, perahu karet, darurat`,
	},
	{
		code: "pendidikan",
		sure: `siswa, murid, guru, ppdb, spmb, zonasi, ijazah, beasiswa, kip kuliah, dana bos, uang komite, komite sekolah, kepala sekolah, kepsek, seragam, lks, spp,
			kampus, mahasiswa, dosen, ukt, raport, rapor, ujian sekolah, wisuda, paud, dinas pendidikan, disdik, kip, pip, dibully, bullying, perundungan, uang gedung,
			uang bangunan, study tour, les wajib, sertifikasi guru, tunjangan guru, guru honorer, putus sekolah, uang pangkal, daftar ulang, mbg, makan bergizi`,
		usual:  `sekolah, sdn, smpn, sman, smkn, sd, smp, sma, smk, mts, madrasah, pesantren, kelas, pelajar, buku paket, kuliah, universitas, tk, belajar, pendidikan, rektor`,
		slight: `anak saya, zona, buku, ekskul, nilai, anak sekolah, perpustakaan`,
	},
	{
		code: "kesehatan",
		sure: `puskesmas, rumah sakit, rs, rsud, rsu, dokter, perawat, bidan, pasien, igd, ugd, ambulans, ambulan, ambulance, rawat inap, posyandu, vaksin, imunisasi, dbd,
			demam berdarah, fogging, stunting, gizi buruk, obat, apotek, farmasi, nakes, tenaga kesehatan, dinkes, dinas kesehatan, pustu, operasi, melahirkan, tbc, malaria,
			keracunan, bank darah, pmi, klinik, insulin, opname, kamar inap, kebidanan, suster`,
		usual:  `sakit, berobat, rujukan, penyakit, kesehatan, wabah, rawat, darah, periksa, muntaber, diare`,
		slight: `bpjs, gizi, balita, ibu hamil, antri, antre, sesak`,
	},
	{
		code: "perhubungan",
		sure: `angkot, angkutan, angkutan umum, bus, bis, kereta, krl, mrt, lrt, bandara, pesawat, terminal, stasiun, parkir, parkir liar, juru parkir, jukir, tukang parkir,
			lampu merah, traffic light, rambu, macet, kemacetan, odol, truk odol, ojek, ojol, taksi, travel, uji kir, kir, dishub, ferry, feri, penyeberangan,
			speedboat, zebra cross, trayek, damri, transjakarta, ngetem, ugal ugalan, lalu lintas, lalin, trans`,
		usual:  `sopir, supir, penumpang, tiket, rute, pelabuhan, halte, karcis, kendaraan, truk, lampu lalu lintas, jalur, u turn, putar balik, lawan arah, muatan`,
		slight: `kapal, jadwal, perempatan, simpang, mobil, motor, tarif, transportasi, mudik`,
	},
	{
		code: "hukum",
		sure: `minuman keras, hiburan malam, polisi, polsek, polres, polda, pencurian, dicuri, kecurian, maling, kemalingan, begal, dibegal, jambret, copet, rampok, perampokan, narkoba, sabu, pengedar, judi, sabung ayam,
			togel, preman, premanisme, balap liar, miras, tawuran, penipuan, ditipu, penganiayaan, pembunuhan, kdrt, pelecehan, pencabulan, tilang, jaksa, kejaksaan, pengadilan,
			hakim, lapas, rutan, mafia tanah, sengketa tanah, diserobot, penyerobotan, satpol pp, prostitusi, geng motor, knalpot brong, pengeroyokan, laporan polisi, sp2hp,
			penyidik, curanmor, karaoke, tkp, bandar, pemerkosaan, perkosaan`,
		usual:  `keamanan, lapor polisi, ancaman, diancam, mengancam, kekerasan, hukum, memukul, dipukul, tersangka, dipalak, memalak, mabuk, mencuri, keributan, petasan, tanah warisan, berisik, razia`,
		slight: `laporan, malam minggu, ditindak, korban, pelaku, meneror, mengganggu warga, siskamling`,
	},
	{
		code: "reformasi-birokrasi",
		sure: `nik, kependudukan, ktp, e ktp, ktp el, kartu keluarga, kk, akta, akte, dukcapil, disdukcapil, capil, samsat, imigrasi, paspor, pungli, pungutan liar, calo, gratifikasi, cpns, pppk, p3k, asn, pns, bkd, bkn,
			jual beli jabatan, bpn, sertifikat tanah, sertipikat, perizinan, imb, pbg, mal pelayanan, mobil dinas, suap, korupsi, sogok, kantor camat, skck, kia, surat pindah, birokrasi,
			nepotisme, ombudsman, izin usaha, perangkat daerah, mpp`,
		usual: `petugas, pegawai, kelurahan, kecamatan, lurah, camat, oknum, pejabat, dipersulit, minta uang, bolak balik, berkas, izin, jam kerja,
			kantor dinas, dinas, mutasi, honorer, stnk, nomor antrian, e katalog, tender, lelang, oss, syarat`,
		slight: `loket, pelayanan, rekam, lambat, ramah, tidak ramah, antre, antri, antrean, antrian, kantor, urus, mengurus, pembuatan, kosong, surat, main hp, bupati, walikota, gubernur, kepala dinas, dpr, dprd`,
	},
	{
		code: "jaminan-sosial",
		sure: `bansos, bantuan sosial, pkh, blt, bpnt, kks, dtks, dtsen, pbi, kis, desil, lansia, disabilitas, difabel, penyandang, yatim, raskin, rastra, beras bantuan, bantuan beras, bst,
			program keluarga harapan, fakir miskin, iuran bpjs, bpjs nonaktif, kartu bpjs, bpjs ketenagakerjaan, jht, jkp, jkn, dinsos, dinas sosial, pendamping pkh, odgj, gelandangan,
			sembako, panti, kursi roda, siks ng, cek bansos, bantuan pangan`,
		usual:  `bpjs, bantuan, tepat sasaran, miskin, kurang mampu, tidak mampu, penerima, blt dd, jaminan, anak jalanan, pengemis, jompo, sebatang kara`,
		slight: `beras, nonaktif, warga, pendata, didata, dicoret, dapat bantuan`,
	},
	{
		code: "pembangunan-desa",
		sure: `keuangan desa, uang desa, dana desa, kepala desa, kades, perangkat desa, aparat desa, bumdes, apbdes, musdes, musyawarah desa, musrenbang desa, musrenbangdes, sekdes, sekretaris desa, bendahara desa,
			alokasi dana desa, add, kantor desa, balai desa, pilkades, aset desa, tanah kas desa, rkpdes, rpjmdes, pemerintah desa, pemdes, kaur desa, pendamping desa,
			dana kampung, kepala kampung, wali nagari, keuchik, pambakal, pembakal, pak kades, bu kades, kas desa, kadus, kepala dusun`,
		usual:  `bpd, desa wisata, transparan, rt rw`,
		slight: `desa, kampung, kampung kami, desa kami, anggaran`,
	},
	{
		code: "pertanian",
		sure: `pupuk, petani, sawah, irigasi, padi, gabah, jagung, hama, wereng, bibit, benih, kelompok tani, poktan, gapoktan, kartu tani, penyuluh, ppl, traktor, alsintan,
			panen, tengkulak, sapi, kambing, kerbau, ternak, peternak, pmk, kebun, perkebunan, bulog, cabai, bawang, karet, kopi, kedelai, handtractor, pestisida, rdkk, hand traktor,
			penggilingan padi, ladang, tanaman, pertanian, kakao, kelapa`,
		usual:  `ayam, kelapa sawit, sawit, tbs, hewan, unggas, pintu air, tikus, anjlok, rabies, alat tani`,
		slight: `lahan, beras, kekeringan, subsidi, langka`,
	},
	{
		code: "kemaritiman",
		sure: `nelayan, melaut, kapal nelayan, cantrang, pukat, trawl, bom ikan, terumbu karang, tempat pelelangan ikan, tpi, pelelangan ikan, perairan, rumput laut, tambak, laut,
			kapal asing, mencuri ikan, perahu nelayan, hasil laut, mangrove, perikanan, udang, kapal ikan, keramba, syahbandar, bakamla, pembudidaya, budidaya ikan, potas, setrum ikan, menyetrum ikan, pesisir`,
		usual:  `dermaga, ikan, sandar, muara, pelabuhan ikan, pulau terluar, kapal`,
		slight: `perahu, pantai, pelabuhan, budidaya, pulau, solar nelayan`,
	},
	{
		code: "sumber-daya-alam",
		sure: `tambang, penambangan, pertambangan, penambang, galian c, peti, merkuri, hutan lindung, hutan, illegal logging, ilegal logging, pembalakan, pembalakan liar, perambahan, penebangan liar, batu bara, batubara,
			satwa, orangutan, gajah, harimau, reklamasi, direklamasi, kayu ilegal, kayu gelondongan, tambang emas, tambang pasir, nikel, taman nasional, cagar alam, konservasi, hgu, air tanah, sumur bor,
			pasir liar, sedot pasir, penyedot pasir, dompeng, excavator tambang, kawasan hutan, gambut, bksda, satwa liar`,
		usual:  `sawit, dibabat, emas, pasir, galian, kayu, alat berat, gunung, bukit, minyak bumi, sianida`,
		slight: `ekskavator, excavator, ilegal, lahan, sungai, izin`,
	},
	{
		code: "tempat-tinggal",
		sure: `rumah tidak layak huni, rutilahu, rtlh, bedah rumah, rusun, rusunawa, rusunami, perumahan subsidi, rumah subsidi, pengembang, developer, bsps, fasum, fasos, kpr, permukiman kumuh, kawasan kumuh,
			kos kosan, apartemen, tapera, rumah layak huni, perkim, serah terima rumah, rumah reyot, iuran pengelolaan, rumah susun, penggusuran, rumah dinas`,
		usual:  `kontrakan, dibedah, perumahan, layak huni, hunian, tempat tinggal, sewa rumah, digusur, serah terima, lift, unit rumah`,
		slight: `roboh, rumah, atap, sertifikat, bocor, rumah kami, permukiman`,
	},
	{
		code: "perbankan",
		sure: `bank, atm, pinjol, pinjaman online, debt collector, dc, kredit, kur, rekening, tabungan, debitur, nasabah, bi checking, slik, ojk, leasing, asuransi, bunga pinjaman, saldo, angsuran, cicilan,
			paylater, koperasi simpan pinjam, qris, kartu kredit, m banking, mobile banking, bri, bni, bca, mandiri, bpr, investasi bodong, rentenir, pegadaian, restrukturisasi, dana nasabah, polis`,
		usual:  `pinjaman, agunan, bunga, koperasi, diblokir, terpotong, teller, penagih, nagih, investasi`,
		slight: `transfer, klaim, lunas, uang, utang, hutang, meneror`,
	},
	{
		code: "komunikasi",
		sure: `akun, facebook, fb, instagram, tiktok, internet, sinyal, wifi, bts, tower, telkom, telkomsel, indihome, indosat, xl, hoaks, hoax, judi online, situs, website, sms penipuan, spam, data pribadi, siaran tv, tv digital, siaran, provider, jaringan internet,
			kuota, pulsa, kominfo, diskominfo, komdigi, aplikasi error, hacker, diretas, medsos, media sosial, konten, pornografi, blank spot, starlink, fiber, kabel fiber, kabel internet, berita bohong, ujaran kebencian, stb`,
		usual:  `aplikasi, online, jaringan, server, telepon, lemot, gangguan, website desa, call center, ppid, informasi publik`,
		slight: `sms, hp, berita, grup, otp, login, informasi`,
	},
	{
		code: "pariwisata",
		sure: `wisata, wisatawan, turis, objek wisata, obyek wisata, tempat wisata, tiket masuk, candi, museum, hotel, homestay, pemandu, air terjun, cagar budaya, pengunjung, festival, destinasi, penginapan, villa, vila, dispar, situs sejarah,
			pariwisata, tour guide, disparbud, ekonomi kreatif, kebun binatang, karcis masuk`,
		usual:  `pantai, guide, promosi, taman rekreasi, rekreasi, tiket, kesenian, sanggar`,
		slight: `toilet, danau, gunung, budaya, pungutan`,
	},
	{
		code: "ketenagakerjaan",
		sure: `gaji, upah, umr, umk, ump, phk, di phk, pesangon, thr, lembur, karyawan, buruh, perusahaan, outsourcing, tki, tkw, pmi ilegal, pekerja migran, lowongan, lowongan kerja, lowker, loker, disnaker, kontrak kerja, magang, umkm,
			pedagang kaki lima, pkl, pedagang, prakerja, kartu prakerja, blk, pelatihan kerja, pengangguran, pekerja, serikat, mogok kerja, p2mi, bp2mi, hrd, majikan, tenaga kerja, tka, kios pasar, lapak, jam kerja perusahaan, cuti melahirkan`,
		usual:  `kerja, pt, usaha, modal, relokasi, kios, penyalur, agen, mandor, dipecat, kecelakaan kerja, bpjs ketenagakerjaan, waralaba`,
		slight: `pabrik, kontrak, digusur, bekerja, pasar, toko, tunjangan`,
	},
	{
		sure: `mohon bantuan, minta bantuan, butuh bantuan, perlu bantuan, tolong bantuan, kerja sama, rawan maling, jam kerja, tidak jalan, gak jalan, ga jalan, nggak jalan, tdk jalan, jalan keluar, uang jalan, jalan jalan, jalan kaki, tidak berjalan, rumah tangga, kebakaran jenggot, sumber air, air mata, minta air, anak buah,
			surat kabar, jalan terus, siapa tahu, salah jalan, tengah jalan, mati rasa, sekolah kehidupan, ke rumah, rumah warga, rumah ke rumah, motor jatuh, banyak motor jatuh`,
	},
}
