/** Japanese: from what the API concludes, and what else may be true, by its English text. */
export const conclusions = {
  'The vendor does not explain the code of the interruption, so its message is quoted as CSS sent it.':
    'ベンダーはこの切断コードを説明していないため、CSS のメッセージをそのまま引用しています。',
  'The message "push url maybe invalid" meant this in a list of codes that the vendor published in 2016.':
    'ベンダーが 2016 年に公開したコード一覧では、メッセージ「push url maybe invalid」はこの意味でした。',
  'Another rule for the account, the domain, the stream or the address refused it.':
    'アカウント、ドメイン、ストリーム、アドレスのほかのルールが拒否しました。',
  'CSS ended the push on request or for a newer one, and a newer push of the stream began within seconds.':
    'CSS が要求により、または新しい配信のために終了させ、数秒以内に同じストリームの新しい配信が始まりました。',
  'It was ended by API or in the console, and its encoder pushed again at once.':
    'API またはコンソールで終了され、エンコーダーがすぐに再配信しました。',
  'CSS ended the push on request or for a newer one, and no newer push of the stream is recorded near that time.':
    'CSS が要求により、または新しい配信のために終了させましたが、その前後に新しい配信の記録はありません。',
  'A newer push of the stream replaced it, and none of the callbacks of that push has arrived.':
    '新しい配信に置き換わりましたが、その配信の通知が一つも届いていません。',
  'The callback names the push by its sequence.': '通知は sequence で配信を示しています。',
  'Several accounts have a push of this sequence, and the callback names none of them.':
    'この sequence の配信は複数のアカウントにあり、通知はアカウントを示していません。',
  'The callback names the stream, and of its pushes only this one ran at that time.':
    '通知はストリームを示し、その時刻に行われていた配信はこれだけです。',
  'The callback names the stream, and what it reports lasted during this push.':
    '通知はストリームを示し、その内容はこの配信の間に続いていました。',
  'The callback names no domain, and of all streams of its name only this push ran at that time.':
    '通知はドメインを示していませんが、同名のストリームのうちその時刻に行われていた配信はこれだけです。',
  'The callback names the stream, and its time is at most two minutes after the end of this push, before any other.':
    '通知はストリームを示し、その時刻はこの配信の終了から 2 分以内で、ほかの配信より前です。',
  'The callback names the stream, and this push ran at that time.':
    '通知はストリームを示し、その時刻にこの配信が行われていました。',
  'Another push of the same stream ran at that time as well.': '同じストリームの別の配信もその時刻に行われていました。',
  'The callback names the stream but no domain, or not the whole of it.':
    '通知はストリームを示していますが、ドメインがないか、一部しかありません。',
  'Another stream has the same name, and the callback fits it as well.':
    '同名の別のストリームがあり、通知はそちらにも当てはまります。',
  'The callback has no time. It arrived after callbacks of this push, and before those of the next one.':
    '通知に時刻がありません。この配信の通知より後、次の配信の通知より前に届きました。',
  'It may be of an earlier push of the stream, if it came late.':
    '遅れて届いたのであれば、以前の配信のものかもしれません。',
  'The callback is of a relay task that pushes to the stream: see `relayTaskJoins`.':
    'このストリームへ送る中継タスクの通知です。詳細の「中継元」を参照してください。',
  'The session is a push to the domain, path and stream of the task’s to_url, and by CSS’s clock it overlaps a run of the task, give or take 60 s.':
    '配信のドメイン、パス、ストリームがタスクの to_url と同じで、CSS の時計でタスクの実行と重なります（誤差 60 秒）。',
  'The session is a push to the domain, path and stream of the task’s to_url, and its callbacks arrived while a run of the task went on, give or take 60 s.':
    '配信のドメイン、パス、ストリームがタスクの to_url と同じで、通知がタスクの実行中に届きました（誤差 60 秒）。',
  'Another task with the same target had a run at the same time.': '同じ宛先の別のタスクも同時に実行されていました。',
  'A time is missing by which CSS’s clock would say whether they overlap.':
    'CSS の時計で重なりを判断するための時刻がありません。',
  'A time is missing by which CSS’s clock would say whether they overlap. Another task with the same target had a run at the same time.':
    'CSS の時計で重なりを判断するための時刻がありません。同じ宛先の別のタスクも同時に実行されていました。',
  'Something other than the task pushed this stream at the same time.':
    'タスク以外のものが同時にこのストリームを配信しました。',
} as const;
