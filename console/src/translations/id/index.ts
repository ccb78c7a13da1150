import { conclusions } from './conclusions.ts';
import { operators } from './operators.ts';
import { pushes } from './pushes.ts';
import { reports } from './reports.ts';
import { setUp } from './set-up.ts';
import { diagnoses, troubles } from './troubles.ts';
import { views } from './views.ts';

/** Indonesian. Only the product name is the same in every language. */
export const texts = {
  ...operators,
  ...troubles,
  ...pushes,
  ...reports,
  ...views,
  ...setUp,
  skipToContent: 'Ke isi',
  nav: {
    label: 'Tampilan',
    live: 'Live',
    search: 'Cari',
    endings: 'Gangguan',
    relays: 'Relai',
    health: 'Kesehatan',
    setUp: 'Penyiapan',
  },
  searchBox: { label: 'Cari', placeholder: 'Cari: stream, sequence, alamat, tugas, waktu' },
  zone: 'Waktu dalam {{zone}}',
  zoneOfBrowser: 'Waktu dalam {{zone}} (peramban ini)',
  zoneLabel: 'Zona waktu',
  connection: {
    connecting: 'Menyambung',
    live: 'Diperbarui langsung',
    liveExplain: 'Setiap perubahan langsung tampil di halaman ini.',
    noAnswer: 'Server tidak menjawab',
    asOf: 'Per {{time}}',
    asOfExplain: 'Isi halaman ini dibaca pada {{time}}.',
    catchingUp: 'Mengejar, tertinggal {{behind}}',
    catchingUpExplain: 'Callback terus dicatat, tetapi halaman ini tertinggal {{behind}} dari callback terbaru.',
    lost: 'Koneksi terputus pada {{time}}. Mencoba lagi; yang terlihat adalah keadaan saat itu.',
    lostShort: 'Terputus {{ago}} lalu',
    stalled: 'Ledger berhenti: {{reason}}',
  },
  csv: 'Simpan CSV',
  spreadsheet: 'Simpan untuk spreadsheet',
  copy: 'Salin {{what}}',
  copied: 'Tersalin',
  more: 'Lainnya',
  examined: '10.000 push sudah diperiksa dan tidak ada yang cocok. “Lainnya” melanjutkan dari sana.',
  order: {
    label: 'Urutan',
    newest: 'Terbaru dulu',
    oldest: 'Terlama dulu',
    refused: 'Daftar ini terlalu panjang untuk urutan ini',
    refusedAdvice:
      'Lebih dari 10.000 baris harus diurutkan. Persempit dengan filter atau periode yang lebih pendek, atau kembali:',
    usual: 'Urutan biasa',
  },
  filters: { label: 'Filter', remove: 'Hapus filter: {{filter}}' },
  close: 'Tutup',
  unknown: 'tidak diketahui',
  ago: '{{duration}} lalu',
  now: 'baru saja',
  units: { d: '{{n}} hari', h: '{{n}} jam', min: '{{n}} mnt', s: '{{n}} dtk', ms: '{{n}} md' },
  state: {
    LIVE: 'Live',
    ENDED: 'Berakhir',
    SUPERSEDED: 'Digantikan, akhir tidak diketahui',
    CLOSED: 'Ditutup operator',
    SILENT: 'Tanpa callback',
  },
  taskState: {
    RUNNING: 'Berjalan',
    FINISHED: 'Selesai',
    EXITED: 'Keluar',
    EXITED_CODE: 'Keluar, kode {{code}}',
    UNKNOWN: 'Tidak diketahui',
  },
  side: {
    CLIENT: 'Pengirim',
    NETWORK: 'Jaringan',
    PLATFORM: 'CSS',
    CONFIGURATION: 'Konfigurasi',
    AUTH: 'Autentikasi',
    OPERATOR: 'Operator',
    TAKEOVER: 'Pengambilalihan',
    UNKNOWN: 'Tidak diketahui',
  },
  sideMeans: {
    CLIENT: 'Pengirim berhenti, atau mengirim isi yang tidak terbaca oleh CSS.',
    NETWORK: 'Tidak ada data yang tiba, atau koneksi pengirim terganggu.',
    PLATFORM: 'CSS sendiri yang mengakhirinya.',
    CONFIGURATION: 'Ditolak aturan atau kuota akun, domain, atau stream.',
    AUTH: 'Ditolak autentikasi.',
    OPERATOR: 'Seseorang mengakhirinya lewat API atau konsol.',
    TAKEOVER: 'Digantikan push yang lebih baru dari stream yang sama.',
    UNKNOWN: 'CSS tidak memberi kode, atau arti kodenya tidak diketahui.',
  },
} as const;

/** Causes and advice of the API, by their English text. */
export const serverTexts = {
  ...diagnoses,
  ...conclusions,
  'CSS does not say why the push ended.': 'CSS tidak menyebutkan mengapa push berakhir.',
  'CSS gave a code that is not in the vendor’s list, and no message that explains it.':
    'CSS memberi kode yang tidak ada dalam daftar vendor, dan tidak ada pesan yang menjelaskannya.',
  'Look the code up in the vendor’s newest list of interruption codes.':
    'Cari kode itu dalam daftar kode interupsi terbaru dari vendor.',
  'CSS refused the push by a rule: its push URL has expired, or its signature is wrong.':
    'CSS menolak push karena sebuah aturan: URL push kedaluwarsa atau tanda tangannya salah.',
  'Compare txTime of the push URL with the clock, and txSecret with the key of the domain; issue a new URL.':
    'Bandingkan txTime pada URL push dengan jam, dan txSecret dengan kunci domain; terbitkan URL baru.',
  'Read endMessage, and compare it with other sessions of the same pusher around that time.':
    'Baca pesan CSS, lalu bandingkan dengan push lain dari pengirim yang sama pada waktu itu.',
  'The pusher ended the stream or closed its connection.': 'Pengirim mengakhiri stream atau menutup koneksinya.',
  'Nothing is wrong if the broadcast was over; otherwise look at the log of the encoder.':
    'Tidak ada masalah jika siaran memang selesai; jika tidak, periksa log encoder.',
  'CSS had an internal fault.': 'CSS mengalami gangguan internal.',
  'Push again; if it happens again, give the vendor the sequence and the time.':
    'Push lagi; jika terulang, berikan sequence dan waktunya kepada vendor.',
  'The proxy layer of CSS was told to interrupt the push.': 'Lapisan proksi CSS diperintahkan memutus push.',
  'The pusher sent RTMP content that CSS could not read.': 'Pengirim mengirim konten RTMP yang tidak dapat dibaca CSS.',
  'Check the settings and the version of the encoder.': 'Periksa pengaturan dan versi encoder.',
  'The pusher sent a frame above the size limit.': 'Pengirim mengirim frame yang melebihi batas ukuran.',
  'Lower the bit rate or shorten the key frame interval of the encoder.':
    'Turunkan bit rate atau perpendek interval key frame encoder.',
  'No data arrived for a long time.': 'Tidak ada data yang tiba dalam waktu lama.',
  'Check the uplink of the pusher, and whether its encoder stalled.':
    'Periksa uplink pengirim, dan apakah encodernya macet.',
  'A network fault on the connection of the pusher.': 'Gangguan jaringan pada koneksi pengirim.',
  'Check the uplink of the pusher; compare sessions of the same address and node.':
    'Periksa uplink pengirim; bandingkan push dari alamat dan titik akses yang sama.',
  'CSS refused the push by a rule: account, domain, stream, address list, push URL or quota.':
    'CSS menolak push karena suatu aturan: akun, domain, stream, daftar alamat, URL push, atau kuota.',
  'Look up the sub-code in the console: 1xx internal, 2xx account, 3xx domain or stream disabled, 4xx address lists, 5xx push URL expired or its signature wrong, 6xx too many streams.':
    'Lihat subkode di konsol vendor: 1xx internal, 2xx akun, 3xx domain atau stream dinonaktifkan, 4xx daftar alamat, 5xx URL push kedaluwarsa atau tanda tangannya salah, 6xx terlalu banyak stream.',
  'The third-party authentication refused the push.': 'Autentikasi pihak ketiga menolak push.',
  'Check the authentication service that the domain is configured with.':
    'Periksa layanan autentikasi yang dikonfigurasi pada domain.',
  'The push was ended on request, or replaced by a newer push of the same stream.':
    'Push diakhiri atas permintaan, atau digantikan push yang lebih baru dari stream yang sama.',
  'If a newer session of the stream began at that time, it was a takeover; otherwise someone ended it by API or console.':
    'Jika push baru dari stream itu dimulai saat itu, ini pengambilalihan; jika tidak, seseorang mengakhirinya lewat API atau konsol.',
  'A newer push of the same stream replaced this one.':
    'Push yang lebih baru dari stream yang sama menggantikan yang ini.',
  'If that was not intended, look for a second encoder with the same push URL.':
    'Jika tidak disengaja, cari encoder kedua dengan URL push yang sama.',
  'The pusher sent an RTMP command (AMF) that CSS could not read.':
    'Pengirim mengirim perintah RTMP (AMF) yang tidak dapat dibaca CSS.',
  'CSS stopped the stream because nobody was watching.': 'CSS menghentikan stream karena tidak ada yang menonton.',
  'Nothing is wrong; change the rule if the stream must continue without viewers.':
    'Tidak ada masalah; ubah aturannya jika stream harus berlanjut tanpa penonton.',
} as const;
