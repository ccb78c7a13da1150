/** Indonesian: set-up. */
export const setUp = {
  setUp: {
    waiting: 'Belum ada callback dari CSS yang tiba',
    waitingAdvice: 'Masukkan URL di bawah ini di CSS. Callback pertama muncul di halaman ini begitu tiba.',
    arriving: 'Callback sedang tiba',
    newest: 'Waktu sejak yang terbaru:',
    address: 'URL callback',
    addressTitle: '1. URL callback',
    local:
      'Halaman ini dibuka di mesin yang menjalankan layanan. CSS hanya dapat menjangkaunya dengan nama publik: pakai nama itu sebagai ganti nama di atas.',
    noRole:
      'Proses ini tidak menerima callback: ROLES-nya tidak memuat receive. Masukkan URL proses yang memiliki peran itu.',
    tokenAdvice:
      'Ganti <token> dengan salah satu dari CSS_CALLBACK_TOKENS. Token bersifat rahasia, jadi tidak ditampilkan di halaman mana pun; mintalah kepada pengelola layanan.',
    secretsTitle: '2. Bukti bahwa callback berasal dari CSS',
    keys: 'Kunci callback',
    keysSet: 'Dipakai untuk memeriksa tanda tangan (sign) callback stream.',
    keysMissing:
      'Pilih sebuah kunci, setel sebagai CSS_CALLBACK_KEYS, dan masukkan kunci yang sama di CSS. Selama belum ada kunci atau token, siapa pun yang tahu URL-nya dapat mengirim callback palsu.',
    tokens: 'Token dalam URL',
    tokensSet:
      'Callback ke URL yang diakhiri salah satunya dipercaya. Callback relai memerlukannya, karena CSS tidak menandatanganinya.',
    tokensMissing:
      'Callback relai tidak ditandatangani: tanpa token semuanya masuk karantina, dan tidak dihitung sampai dilepas operator. Setel CSS_CALLBACK_TOKENS.',
    tokensMissingToo:
      'Jika memakai tugas relai, setel CSS_CALLBACK_TOKENS sebelum menyetel kunci: CSS tidak menandatangani callback-nya.',
    isSet: 'ada ({{n}})',
    isMissing: 'belum ada',
    cssTitle: '3. Yang dimasukkan di CSS',
    cssTemplate:
      'Di Event Center, Live Stream Callback, buat templat dengan URL ini untuk push dan interruption, serta untuk recording dan screenshot jika dipakai.',
    cssKey: 'Setel kunci callback templat ke salah satu dari CSS_CALLBACK_KEYS, persis seperti tertulis di sana.',
    cssDomain:
      'Hubungkan templat ke setiap domain push. Berlaku dalam beberapa menit, untuk push yang dimulai setelahnya.',
    cssRelay: 'Tugas relai (pull-and-push) punya URL callback sendiri: saat membuat tugas, masukkan URL dengan token.',
    testTitle: '4. Coba',
    testExplain:
      'Mengirim satu callback buatan ke layanan ini, ditandatangani seperti oleh CSS. Callback itu tetap ada di ledger selamanya sebagai “LiveLedgerTest” dan bukan milik stream mana pun. Ini menunjukkan bahwa kunci dan penyimpanan berfungsi, bukan bahwa CSS dapat menjangkau layanan.',
    send: 'Kirim callback uji',
    accepted: 'Diterima dan disimpan dalam {{duration}}. Muncul di bawah.',
    arrivals: 'Callback terbaru',
    received: 'Diterima',
    callback: 'Callback',
    stream: 'Stream',
    proof: 'Autentikasi',
    push: 'Push dimulai',
    interruption: 'Push berakhir',
    testCallback: 'Uji (LiveLedgerTest)',
    otherType: 'Jenis peristiwa {{type}}',
    signature: {
      VALID: 'Bertanda',
      EXPIRED: 'Bertanda, kedaluwarsa',
      INVALID: 'Tanda salah',
      UNSIGNED: 'Tidak ada',
      TOKEN: 'Token',
      NOT_CHECKED: 'Tidak diperiksa',
    },
  },
} as const;
