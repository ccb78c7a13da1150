/** Japanese: outages, what is missing, and what is in quarantine. */
export const troubles = {
  outages: {
    title: '直近 24 時間のこのサービスの停止',
    none: 'ずっと通知を受け取れました。',
    began: '開始',
    lasted: '継続時間',
    because: '理由',
    refused: '受け取り拒否',
    node: 'ノード {{node}}。',
    cause: {
      LOST: '停止されずに終わったか、古い複製が復元されました。その直前までの通知は受け取られたかもしれません。',
      STOPPED: '停止され、再び起動されました。',
      STORE_OVERLOADED: 'ディスクへの書き込みを待つ通知が多すぎました。',
      STORE_UNAVAILABLE: 'ログに書き込めませんでした。',
    },
  },
  forwarding: {
    title: '転送とアラートの送信先',
    explain: '通知とアラートの送信先です。断念したものは自動では再送されません。',
    target: '送信先',
    behind: '遅れ',
    setAside: '断念',
    failed: '最後の失敗',
    state: { RUNNING: '稼働中', FAILING: '失敗中', PAUSED: '一時停止中' },
  },
  missing: {
    title: '直近 24 時間に届かなかった通知',
    explain: '届くはずだったことが他の通知から分かります。CSS が再送するのは 13 分間だけです。',
    none: '届いていないと分かっているものはありません。',
    what: '届かない通知',
    because: '根拠',
    until: '到着期限',
    any: '任意',
    reason: {
      SUPERSEDED_WITHOUT_END: 'ストリームの新しい配信が始まり、この配信の終了は届きませんでした。',
      END_WITHOUT_START: '開始のないまま終了が届きました。',
      LIVE_BUT_SILENT: '配信中ですが、一日何の知らせもありません。',
      RUN_WITHOUT_START: 'タスクの実行にファイル、アラームまたは終了があり、開始がありません。',
      FILE_WITHOUT_START: 'タスクのファイルが、開始のないまま終わりました。',
      DOMAIN_SILENT: 'いつもと違い、ドメインから通知がありません。',
    },
    sureness: {
      CERTAIN: '確実です。',
      LIKELY: 'おそらく。',
      POSSIBLE: '可能性があります。何も欠けていないかもしれません。',
    },
  },
} as const;

/** Proofs of callbacks, and what shows when a push began. */
export const proofs = {
  authentic: {
    VALID: '署名あり',
    EXPIRED: '署名あり、期限切れ',
    INVALID: '署名の誤り',
    UNSIGNED: '署名なし',
    TOKEN: 'token による',
    NOT_CHECKED: '未確認',
  },
  source: {
    DERIVED_FROM_DURATION: '終了時刻から長さを引いたもの。配信開始の通知はありません',
    UNKNOWN: '開始を示す通知がありません',
    PUSH_CALLBACK: '',
  },
} as const;

/** Diagnoses of what is in quarantine, and their advice. */
export const diagnoses = {
  'Not known whether it is over there.': 'そこで解消したかどうかは分かりません。',
  'The callback has a sign, but its t is not a whole number, and its URL has no listed token.':
    '通知に sign はありますが、t が整数でなく、URL に登録された token がありません。',
  'The callback has no sign, and its URL has no listed token.':
    '通知に sign がなく、URL に登録された token もありません。',
  'The sign of the callback matches none of the callback keys.': '通知の sign がどのコールバック鍵にも合いません。',
  'The sign of the callback is right for a key, but the key is bound to a domain other than its app.':
    '通知の sign はある鍵に合いますが、その鍵は app とは別のドメインに結び付いています。',
  'The body is empty.': '本文が空です。',
  'The body is not JSON.': '本文が JSON ではありません。',
  'The body is JSON, but not an object.': '本文は JSON ですが、オブジェクトではありません。',
  'The body is nested deeper than any callback.': '本文の入れ子がどの通知よりも深すぎます。',
  'It can not be released. Read bodyText, find out who else knows the callback URL with its token, and discard it.':
    '解放できません。bodyText を読み、token 付きの URL を他に誰が知っているかを調べ、破棄してください。',
  'Relay callbacks are not signed: end the callback URL of the task in a token of CSS_CALLBACK_TOKENS. For others, enter a key of CSS_CALLBACK_KEYS in their callback template in CSS. Release those of your own streams and tasks.':
    '中継の通知は署名されません。タスクのコールバック URL の末尾を CSS_CALLBACK_TOKENS の token にしてください。ほかの通知は、CSS のコールバックテンプレートに CSS_CALLBACK_KEYS の鍵を入力してください。自分のストリームとタスクのものは解放してください。',
  'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anyone may have sent it.':
    'CSS_CALLBACK_KEYS をテンプレートのコールバック鍵と比べ、欠けている鍵を加えてください。自分のものと分かるものだけを解放してください。誰でも送れたものです。',
  'If the template with this key also serves this domain, add the key for it (domain=key in CSS_CALLBACK_KEYS), and release.':
    'この鍵のテンプレートがこのドメインにも使われるなら、その鍵を加え（CSS_CALLBACK_KEYS の domain=key）、解放してください。',
  'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong. If the clock was right, an old t may mean that someone repeats a callback they have read.':
    'このサーバーの時計を NTP で合わせてください。CSS は t = その時刻 + 600 秒を送ります。時計が誤っていた間に来たものは解放してください。時計が正しかったなら、古い t は誰かが読んだ通知を繰り返しているのかもしれません。',
} as const;
