import { conclusions } from './conclusions.ts';
import { operators } from './operators.ts';
import { pushes } from './pushes.ts';
import { reports } from './reports.ts';
import { setUp } from './set-up.ts';
import { diagnoses, troubles } from './troubles.ts';
import { views } from './views.ts';

/** Japanese. Only the product name is the same in every language. */
export const texts = {
  ...operators,
  ...troubles,
  ...pushes,
  ...reports,
  ...views,
  ...setUp,
  skipToContent: '本文へ',
  nav: {
    label: '表示',
    live: '配信中',
    search: '検索',
    endings: '中断',
    relays: '中継',
    health: '状態',
    setUp: '設定',
  },
  searchBox: { label: '検索', placeholder: '検索：ストリーム、sequence、アドレス、タスク、時刻' },
  zone: '時刻は {{zone}}',
  zoneOfBrowser: '時刻は {{zone}}（このブラウザー）',
  zoneLabel: 'タイムゾーン',
  connection: {
    connecting: '接続中',
    live: '自動更新中',
    liveExplain: '変化があると、このページにすぐ表示されます。',
    noAnswer: 'サーバーが応答しません',
    asOf: '{{time}} 時点',
    asOfExplain: 'このページの内容は {{time}} に読み込んだものです。',
    catchingUp: '追いつき中、{{behind}} 遅れ',
    catchingUpExplain: '通知は記録されていますが、このページは最新の通知より {{behind}} 遅れています。',
    lost: '{{time}} に接続が切れました。再試行中です。表示はその時点のものです。',
    lostShort: '{{ago}}前に切断',
    stalled: '記録が止まっています：{{reason}}',
  },
  csv: 'CSV で保存',
  spreadsheet: '表計算用に保存',
  copy: '{{what}}をコピー',
  copied: 'コピーしました',
  more: 'さらに表示',
  examined: '10,000 件の配信を調べましたが、一致するものはありません。「さらに表示」で続きを調べます。',
  order: {
    label: '並び順',
    newest: '新しい順',
    oldest: '古い順',
    refused: '一覧が長すぎて、この順に並べられません',
    refusedAdvice: '10,000 行を超える並べ替えになります。絞り込むか期間を短くするか、次を選んでください：',
    usual: '通常の順に戻す',
  },
  filters: { label: '絞り込み', remove: '絞り込みを解除：{{filter}}' },
  close: '閉じる',
  unknown: '不明',
  ago: '{{duration}}前',
  now: 'たった今',
  units: { d: '{{n}} 日', h: '{{n}} 時間', min: '{{n}} 分', s: '{{n}} 秒', ms: '{{n}} ミリ秒' },
  state: {
    LIVE: '配信中',
    ENDED: '終了',
    SUPERSEDED: '置き換え、終了は不明',
    CLOSED: '運用者が終了',
    SILENT: '通知なし',
  },
  taskState: {
    RUNNING: '実行中',
    FINISHED: '完了',
    EXITED: '終了',
    EXITED_CODE: '終了、コード {{code}}',
    UNKNOWN: '不明',
  },
  side: {
    CLIENT: '配信元',
    NETWORK: 'ネットワーク',
    PLATFORM: 'CSS',
    CONFIGURATION: '設定',
    AUTH: '認証',
    OPERATOR: '運用者',
    TAKEOVER: '乗っ取り',
    UNKNOWN: '不明',
  },
  sideMeans: {
    CLIENT: '配信元が止めたか、CSS が読めない内容を送りました。',
    NETWORK: 'データが届かないか、配信元の接続に障害がありました。',
    PLATFORM: 'CSS 自身が終えました。',
    CONFIGURATION: 'アカウント、ドメイン、ストリームの規則や上限が拒みました。',
    AUTH: '認証が拒みました。',
    OPERATOR: '誰かが API かコンソールで終えました。',
    TAKEOVER: '同じストリームの新しい配信に置き換わりました。',
    UNKNOWN: 'CSS がコードを示していないか、意味の分からないコードです。',
  },
} as const;

/** Causes and advice of the API, by their English text. */
export const serverTexts = {
  ...diagnoses,
  ...conclusions,
  'CSS does not say why the push ended.': 'CSS は配信が終わった理由を示していません。',
  'CSS gave a code that is not in the vendor’s list, and no message that explains it.':
    'CSS のコードはベンダーの一覧になく、理由を説明するメッセージもありません。',
  'Look the code up in the vendor’s newest list of interruption codes.':
    'ベンダーの最新の切断コード一覧でこのコードを調べてください。',
  'CSS refused the push by a rule: its push URL has expired, or its signature is wrong.':
    'CSS がルールにより配信を拒否しました。配信 URL の期限が切れているか、署名が誤っています。',
  'Compare txTime of the push URL with the clock, and txSecret with the key of the domain; issue a new URL.':
    '配信 URL の txTime を現在時刻と、txSecret をドメインの鍵と比べ、新しい URL を発行してください。',
  'Read endMessage, and compare it with other sessions of the same pusher around that time.':
    'CSS のメッセージを読み、同じ配信元の前後の配信と比べてください。',
  'The pusher ended the stream or closed its connection.': '配信元が配信を終えたか、接続を閉じました。',
  'Nothing is wrong if the broadcast was over; otherwise look at the log of the encoder.':
    '放送が終わっていたのなら問題ありません。そうでなければエンコーダーのログを見てください。',
  'CSS had an internal fault.': 'CSS の内部で障害が起きました。',
  'Push again; if it happens again, give the vendor the sequence and the time.':
    'もう一度配信してください。再発したら、sequence と時刻をベンダーに伝えてください。',
  'The proxy layer of CSS was told to interrupt the push.': 'CSS のプロキシ層が配信の中断を指示されました。',
  'The pusher sent RTMP content that CSS could not read.': '配信元が送った RTMP の内容を CSS が読めませんでした。',
  'Check the settings and the version of the encoder.': 'エンコーダーの設定と版を確かめてください。',
  'The pusher sent a frame above the size limit.': '配信元が上限を超える大きさのフレームを送りました。',
  'Lower the bit rate or shorten the key frame interval of the encoder.':
    'エンコーダーのビットレートを下げるか、キーフレーム間隔を短くしてください。',
  'No data arrived for a long time.': '長い間データが届きませんでした。',
  'Check the uplink of the pusher, and whether its encoder stalled.':
    '配信元の上り回線と、エンコーダーが止まっていないかを確かめてください。',
  'A network fault on the connection of the pusher.': '配信元の接続でネットワーク障害が起きました。',
  'Check the uplink of the pusher; compare sessions of the same address and node.':
    '配信元の上り回線を確かめ、同じアドレスと接続点の配信と比べてください。',
  'CSS refused the push by a rule: account, domain, stream, address list, push URL or quota.':
    'CSS が規則により配信を拒みました（アカウント、ドメイン、ストリーム、アドレスリスト、配信 URL、上限のいずれか）。',
  'Look up the sub-code in the console: 1xx internal, 2xx account, 3xx domain or stream disabled, 4xx address lists, 5xx push URL expired or its signature wrong, 6xx too many streams.':
    'ベンダーのコンソールでサブコードを調べてください。1xx 内部、2xx アカウント、3xx ドメインまたはストリームが無効、4xx アドレスリスト、5xx 配信 URL の期限切れか署名の誤り、6xx ストリームが多すぎる。',
  'The third-party authentication refused the push.': '外部の認証が配信を拒みました。',
  'Check the authentication service that the domain is configured with.':
    'ドメインに設定された認証サービスを確かめてください。',
  'The push was ended on request, or replaced by a newer push of the same stream.':
    '配信は要求により終わったか、同じストリームの新しい配信に置き換わりました。',
  'If a newer session of the stream began at that time, it was a takeover; otherwise someone ended it by API or console.':
    'その時に同じストリームの新しい配信が始まっていれば乗っ取りです。そうでなければ誰かが API かコンソールで終えました。',
  'A newer push of the same stream replaced this one.': '同じストリームの新しい配信に置き換わりました。',
  'If that was not intended, look for a second encoder with the same push URL.':
    '意図したものでなければ、同じ配信 URL を使う別のエンコーダーを探してください。',
  'The pusher sent an RTMP command (AMF) that CSS could not read.':
    '配信元が送った RTMP コマンド（AMF）を CSS が読めませんでした。',
  'CSS stopped the stream because nobody was watching.': '視聴者がいないため CSS がストリームを止めました。',
  'Nothing is wrong; change the rule if the stream must continue without viewers.':
    '異常ではありません。視聴者がいなくても続けるなら規則を変えてください。',
} as const;
