/** Indonesian: outages, what is missing, and what is in quarantine. */
export const troubles = {
  outages: {
    title: 'Gangguan layanan ini dalam 24 jam terakhir',
    none: 'Callback dapat diterima sepanjang waktu.',
    began: 'Mulai',
    lasted: 'Lamanya',
    because: 'Sebab',
    refused: 'Ditolak',
    node: 'Node {{node}}.',
    cause: {
      LOST: 'Berakhir tanpa dihentikan, atau salinan lama dipulihkan. Callback mungkin masih diterima sampai sesaat sebelumnya.',
      STOPPED: 'Dihentikan, lalu dijalankan lagi.',
      STORE_OVERLOADED: 'Terlalu banyak callback menunggu ditulis ke disk.',
      STORE_UNAVAILABLE: 'Log tidak dapat ditulis.',
    },
  },
  forwarding: {
    title: 'Tujuan penerusan dan peringatan',
    explain:
      'Ke mana callback dan pesan peringatan diteruskan. Yang ditinggalkan tidak dikirim ulang dengan sendirinya.',
    target: 'Tujuan',
    behind: 'Tertinggal',
    setAside: 'Ditinggalkan',
    failed: 'Gagal terakhir',
    state: { RUNNING: 'Berjalan', FAILING: 'Gagal', PAUSED: 'Dijeda' },
  },
  missing: {
    title: 'Callback yang hilang dalam 24 jam terakhir',
    explain: 'Callback lain menunjukkan bahwa ini seharusnya tiba. CSS mengulang pengiriman hanya selama 13 menit.',
    none: 'Tidak ada yang diketahui hilang.',
    what: 'Yang hilang',
    because: 'Petunjuk',
    until: 'Batas tiba',
    any: 'apa pun',
    reason: {
      SUPERSEDED_WITHOUT_END: 'Push yang lebih baru dari stream ini dimulai, dan akhir push ini tidak pernah tiba.',
      END_WITHOUT_START: 'Akhirnya tiba tanpa awalnya.',
      LIVE_BUT_SILENT: 'Masih live, tetapi sehari tidak ada kabar.',
      RUN_WITHOUT_START: 'Satu jalannya tugas punya berkas, alarm atau keluar, tanpa awal.',
      FILE_WITHOUT_START: 'Satu berkas tugas selesai tanpa pernah dimulai.',
      DOMAIN_SILENT: 'Domain ini diam, tidak seperti biasanya.',
    },
    sureness: {
      CERTAIN: 'Pasti.',
      LIKELY: 'Kemungkinan besar.',
      POSSIBLE: 'Mungkin; bisa jadi tidak ada yang hilang.',
    },
  },
} as const;

/** Proofs of callbacks, and what shows when a push began. */
export const proofs = {
  authentic: {
    VALID: 'bertanda',
    EXPIRED: 'bertanda, kedaluwarsa',
    INVALID: 'tanda salah',
    UNSIGNED: 'tanpa tanda',
    TOKEN: 'dengan token',
    NOT_CHECKED: 'tidak diperiksa',
  },
  source: {
    DERIVED_FROM_DURATION: 'dari akhir dikurangi durasi; callback push tidak ada',
    UNKNOWN: 'tidak ada callback yang menyebutkannya',
    PUSH_CALLBACK: '',
  },
} as const;

/** Diagnoses of what is in quarantine, and their advice. */
export const diagnoses = {
  'Not known whether it is over there.': 'Tidak diketahui apakah sudah selesai di sana.',
  'The callback has a sign, but its t is not a whole number, and its URL has no listed token.':
    'Callback punya sign, tetapi t bukan bilangan bulat, dan URL-nya tanpa token terdaftar.',
  'The callback has no sign, and its URL has no listed token.':
    'Callback tanpa sign, dan URL-nya tanpa token terdaftar.',
  'The sign of the callback matches none of the callback keys.':
    'Sign callback tidak cocok dengan kunci callback mana pun.',
  'The sign of the callback is right for a key, but the key is bound to a domain other than its app.':
    'Sign callback benar untuk sebuah kunci, tetapi kunci itu terikat pada domain selain app-nya.',
  'The body is empty.': 'Isinya kosong.',
  'The body is not JSON.': 'Isinya bukan JSON.',
  'The body is JSON, but not an object.': 'Isinya JSON, tetapi bukan objek.',
  'The body is nested deeper than any callback.': 'Isinya bersarang lebih dalam dari callback mana pun.',
  'It can not be released. Read bodyText, find out who else knows the callback URL with its token, and discard it.':
    'Tidak dapat dilepas. Baca bodyText, cari tahu siapa lagi yang tahu URL callback dengan tokennya, lalu buang.',
  'Relay callbacks are not signed: end the callback URL of the task in a token of CSS_CALLBACK_TOKENS. For others, enter a key of CSS_CALLBACK_KEYS in their callback template in CSS. Release those of your own streams and tasks.':
    'Callback relai tidak ditandatangani: akhiri URL callback tugas dengan token dari CSS_CALLBACK_TOKENS. Untuk callback lain, masukkan kunci dari CSS_CALLBACK_KEYS di templat callback-nya di CSS. Lepas yang milik stream dan tugas Anda sendiri.',
  'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anyone may have sent it.':
    'Bandingkan CSS_CALLBACK_KEYS dengan kunci callback templat, dan tambahkan kunci yang kurang. Lepas hanya yang Anda tahu milik Anda: siapa pun bisa mengirimnya.',
  'If the template with this key also serves this domain, add the key for it (domain=key in CSS_CALLBACK_KEYS), and release.':
    'Jika templat dengan kunci ini juga melayani domain ini, tambahkan kuncinya (domain=key di CSS_CALLBACK_KEYS), lalu lepas.',
  'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong. If the clock was right, an old t may mean that someone repeats a callback they have read.':
    'Setel jam server ini dengan NTP; CSS mengirim t = waktunya + 600 detik. Lepas yang tiba selama jam salah. Jika jam benar, t yang lama bisa berarti seseorang mengulang callback yang pernah dibacanya.',
} as const;
