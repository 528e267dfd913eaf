-- +goose Up

-- The areas that a register starts with; an operator adds and retires them
-- with 'kentongan category'.
insert into categories (code, name) values
    ('pendidikan', 'Pendidikan dan pengajaran'),
    ('kesehatan', 'Kesehatan'),
    ('kemaritiman', 'Kemaritiman'),
    ('tempat-tinggal', 'Tempat tinggal'),
    ('perbankan', 'Perbankan'),
    ('pertanian', 'Pertanian'),
    ('komunikasi', 'Komunikasi dan informasi'),
    ('perhubungan', 'Perhubungan'),
    ('hukum', 'Hukum dan keamanan'),
    ('lingkungan', 'Lingkungan hidup'),
    ('jaminan-sosial', 'Jaminan sosial'),
    ('reformasi-birokrasi', 'Reformasi birokrasi'),
    ('bencana', 'Penanggulangan bencana'),
    ('infrastruktur', 'Infrastruktur'),
    ('sumber-daya-alam', 'Sumber daya alam'),
    ('pembangunan-desa', 'Pembangunan desa'),
    ('pariwisata', 'Pariwisata'),
    ('ketenagakerjaan', 'Ketenagakerjaan dan usaha'),
    ('energi', 'Energi'),
    ('lainnya', 'Area strategis lainnya')
on conflict (code) do nothing;
