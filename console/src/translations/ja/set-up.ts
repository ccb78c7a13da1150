/** Japanese: set-up. */
export const setUp = {
  setUp: {
    waiting: 'CSS からの通知はまだ届いていません',
    waitingAdvice: '下の URL を CSS に入力してください。最初の通知が届くと、このページに現れます。',
    arriving: '通知が届いています',
    newest: '最新の通知からの経過：',
    address: 'コールバック URL',
    addressTitle: '1. コールバック URL',
    local:
      'このページは、サービスを動かしているマシンで開かれています。CSS は公開された名前でしか到達できません。上の名前をそれに置き換えてください。',
    noRole:
      'このプロセスは通知を受け取りません。ROLES に receive がありません。その役割を持つプロセスの URL を入力してください。',
    tokenAdvice:
      '<token> を CSS_CALLBACK_TOKENS の一つに置き換えてください。token は秘密のため、どのページにも表示されません。サービスの管理者が持っています。',
    secretsTitle: '2. CSS からの通知であることの証明',
    keys: 'コールバックキー',
    keysSet: 'ストリームの通知の署名（sign）を確かめます。',
    keysMissing:
      'キーを決めて CSS_CALLBACK_KEYS に設定し、同じキーを CSS に入力してください。キーも token も設定されていない間は、URL を知る誰もが偽の通知を送れます。',
    tokens: 'URL の token',
    tokensSet:
      'このどれかで終わる URL への通知は信頼されます。CSS は中継の通知に署名しないため、中継にはこれが必要です。',
    tokensMissing:
      '中継の通知には署名がありません。token がないとすべて隔離され、運用者が解放するまで数えられません。CSS_CALLBACK_TOKENS を設定してください。',
    tokensMissingToo:
      '中継タスクを使うなら、キーより先に CSS_CALLBACK_TOKENS を設定してください。CSS は中継の通知に署名しません。',
    isSet: '設定済み（{{n}}）',
    isMissing: '未設定',
    cssTitle: '3. CSS に入力するもの',
    cssTemplate:
      'Event Center の Live Stream Callback で、この URL のテンプレートを作ります。対象は配信開始と配信中断、使っていれば録画とスクリーンショットです。',
    cssKey: 'テンプレートのコールバックキーを、CSS_CALLBACK_KEYS の一つと完全に同じにします。',
    cssDomain: 'テンプレートを各配信ドメインに結び付けます。数分で有効になり、その後に始まる配信に効きます。',
    cssRelay:
      '中継（pull-and-push）タスクには専用のコールバック URL があります。タスクを作るときに token 付きの URL を入力します。',
    testTitle: '4. 試す',
    testExplain:
      'CSS と同じ方法で署名した架空の通知を 1 件、このサービスに送ります。「LiveLedgerTest」として台帳に永久に残り、どのストリームにも属しません。キーと保存が正しいことは示しますが、CSS がこのサービスに到達できることは示しません。',
    send: 'テスト通知を送る',
    accepted: '{{duration}}で受け入れて保存しました。下に現れます。',
    arrivals: '最新の通知',
    received: '受信',
    callback: '通知',
    stream: 'ストリーム',
    proof: '認証',
    push: '配信開始',
    interruption: '配信中断',
    testCallback: 'テスト（LiveLedgerTest）',
    otherType: 'イベント種別 {{type}}',
    signature: {
      VALID: '署名あり',
      EXPIRED: '署名あり、期限切れ',
      INVALID: '署名の誤り',
      UNSIGNED: 'なし',
      TOKEN: 'Token',
      NOT_CHECKED: '未確認',
    },
  },
} as const;
