/** Indonesian: from what the API concludes, and what else may be true, by its English text. */
export const conclusions = {
  'The vendor does not explain the code of the interruption, so its message is quoted as CSS sent it.':
    'Vendor tidak menjelaskan kode interupsi itu, jadi pesannya dikutip sebagaimana dikirim CSS.',
  'The message "push url maybe invalid" meant this in a list of codes that the vendor published in 2016.':
    'Pesan “push url maybe invalid” berarti ini dalam daftar kode yang diterbitkan vendor pada 2016.',
  'Another rule for the account, the domain, the stream or the address refused it.':
    'Aturan lain untuk akun, domain, stream, atau alamat menolaknya.',
  'CSS ended the push on request or for a newer one, and a newer push of the stream began within seconds.':
    'CSS mengakhiri push atas permintaan atau demi push yang lebih baru, dan push baru dari stream itu dimulai dalam hitungan detik.',
  'It was ended by API or in the console, and its encoder pushed again at once.':
    'Push diakhiri lewat API atau konsol, dan enkodernya langsung melakukan push lagi.',
  'CSS ended the push on request or for a newer one, and no newer push of the stream is recorded near that time.':
    'CSS mengakhiri push atas permintaan atau demi push yang lebih baru, dan tidak ada push baru dari stream itu yang tercatat sekitar waktu itu.',
  'A newer push of the stream replaced it, and none of the callbacks of that push has arrived.':
    'Push yang lebih baru dari stream itu menggantikannya, dan tidak satu pun callback push itu tiba.',
  'The callback names the push by its sequence.': 'Callback menyebut push itu dengan sequence-nya.',
  'Several accounts have a push of this sequence, and the callback names none of them.':
    'Beberapa akun memiliki push dengan sequence ini, dan callback tidak menyebut akunnya.',
  'The callback names the stream, and of its pushes only this one ran at that time.':
    'Callback menyebut stream itu, dan dari semua push-nya hanya yang ini berjalan pada waktu itu.',
  'The callback names the stream, and what it reports lasted during this push.':
    'Callback menyebut stream itu, dan yang dilaporkannya berlangsung selama push ini.',
  'The callback names no domain, and of all streams of its name only this push ran at that time.':
    'Callback tidak menyebut domain, dan dari semua stream dengan nama itu hanya push ini berjalan pada waktu itu.',
  'The callback names the stream, and its time is at most two minutes after the end of this push, before any other.':
    'Callback menyebut stream itu, dan waktunya paling lama dua menit setelah push ini berakhir, sebelum push lain.',
  'The callback names the stream, and this push ran at that time.':
    'Callback menyebut stream itu, dan push ini berjalan pada waktu itu.',
  'Another push of the same stream ran at that time as well.':
    'Push lain dari stream yang sama juga berjalan pada waktu itu.',
  'The callback names the stream but no domain, or not the whole of it.':
    'Callback menyebut stream itu tetapi tidak domainnya, atau tidak seluruhnya.',
  'Another stream has the same name, and the callback fits it as well.':
    'Stream lain memiliki nama yang sama, dan callback itu cocok juga dengannya.',
  'The callback has no time. It arrived after callbacks of this push, and before those of the next one.':
    'Callback itu tidak punya waktu. Ia tiba setelah callback push ini, dan sebelum callback push berikutnya.',
  'It may be of an earlier push of the stream, if it came late.':
    'Mungkin milik push sebelumnya dari stream itu, jika datang terlambat.',
  'The callback is of a relay task that pushes to the stream: see `relayTaskJoins`.':
    'Callback itu milik tugas relai yang mengirim ke stream ini: lihat “Disuplai relai” pada fakta.',
  'The session is a push to the domain, path and stream of the task’s to_url, and by CSS’s clock it overlaps a run of the task, give or take 60 s.':
    'Push itu menuju domain, path, dan stream pada to_url tugas, dan menurut jam CSS bertumpang tindih dengan satu jalannya tugas (kurang lebih 60 dtk).',
  'The session is a push to the domain, path and stream of the task’s to_url, and its callbacks arrived while a run of the task went on, give or take 60 s.':
    'Push itu menuju domain, path, dan stream pada to_url tugas, dan callback-nya tiba selagi tugas berjalan (kurang lebih 60 dtk).',
  'Another task with the same target had a run at the same time.':
    'Tugas lain dengan tujuan yang sama berjalan pada waktu yang sama.',
  'A time is missing by which CSS’s clock would say whether they overlap.':
    'Tidak ada waktu yang menunjukkan menurut jam CSS apakah keduanya bertumpang tindih.',
  'A time is missing by which CSS’s clock would say whether they overlap. Another task with the same target had a run at the same time.':
    'Tidak ada waktu yang menunjukkan menurut jam CSS apakah keduanya bertumpang tindih. Tugas lain dengan tujuan yang sama berjalan pada waktu yang sama.',
  'Something other than the task pushed this stream at the same time.':
    'Sesuatu selain tugas itu mengirim stream ini pada waktu yang sama.',
} as const;
