/** Chinese: outages, what is missing, and what is in quarantine. */
export const troubles = {
  outages: {
    title: '最近 24 小时本服务的中断',
    none: '一直可以接收回调。',
    began: '开始',
    lasted: '持续',
    because: '原因',
    refused: '拒收',
    node: '节点 {{node}}。',
    cause: {
      LOST: '未经停止就结束，或恢复了旧的副本。此前不久的回调可能仍被接收。',
      STOPPED: '被停止后又重新启动。',
      STORE_OVERLOADED: '等待写入磁盘的回调过多。',
      STORE_UNAVAILABLE: '日志无法写入。',
    },
  },
  forwarding: {
    title: '转发和告警的目标',
    explain: '回调和告警消息发往的目标。已放弃的不会自动重发。',
    target: '目标',
    behind: '落后',
    setAside: '已放弃',
    failed: '上次失败',
    state: { RUNNING: '运行中', FAILING: '失败中', PAUSED: '已暂停' },
  },
  missing: {
    title: '最近 24 小时缺失的回调',
    explain: '其他回调表明这些本应到达。CSS 只在 13 分钟内重试。',
    none: '没有已知缺失的回调。',
    what: '缺失',
    because: '依据',
    until: '应到时间',
    any: '任意',
    reason: {
      SUPERSEDED_WITHOUT_END: '该流已有新的推流开始，而这次推流的结束回调从未到达。',
      END_WITHOUT_START: '只有结束，没有开始。',
      LIVE_BUT_SILENT: '仍在直播，但一天没有任何消息。',
      RUN_WITHOUT_START: '该任务的一次运行有文件、告警或退出，却没有开始。',
      FILE_WITHOUT_START: '任务的一个文件已完成，却从未开始。',
      DOMAIN_SILENT: '该域名一反常态，没有回调。',
    },
    sureness: { CERTAIN: '确定。', LIKELY: '很可能。', POSSIBLE: '有可能；也许没有缺失。' },
  },
} as const;

/** Proofs of callbacks, and what shows when a push began. */
export const proofs = {
  authentic: {
    VALID: '已签名',
    EXPIRED: '已签名，过期',
    INVALID: '签名错误',
    UNSIGNED: '未签名',
    TOKEN: '地址含 token',
    NOT_CHECKED: '未检查',
  },
  source: {
    DERIVED_FROM_DURATION: '由结束时间减去时长得出；推流回调缺失',
    UNKNOWN: '没有回调说明开始时间',
    PUSH_CALLBACK: '',
  },
} as const;

/** Diagnoses of what is in quarantine, and their advice. */
export const diagnoses = {
  'Not known whether it is over there.': '不清楚那里是否已恢复。',
  'The callback has a sign, but its t is not a whole number, and its URL has no listed token.':
    '回调有 sign，但 t 不是整数，且地址中没有已登记的 token。',
  'The callback has no sign, and its URL has no listed token.': '回调没有 sign，且地址中没有已登记的 token。',
  'The sign of the callback matches none of the callback keys.': '回调的 sign 与任何回调密钥都不符。',
  'The sign of the callback is right for a key, but the key is bound to a domain other than its app.':
    '回调的 sign 与某个密钥相符，但该密钥绑定的域名与其 app 不同。',
  'The body is empty.': '内容为空。',
  'The body is not JSON.': '内容不是 JSON。',
  'The body is JSON, but not an object.': '内容是 JSON，但不是对象。',
  'The body is nested deeper than any callback.': '内容的嵌套深度超过任何回调。',
  'It can not be released. Read bodyText, find out who else knows the callback URL with its token, and discard it.':
    '不能放行。请查看 bodyText，查明还有谁知道带 token 的回调地址，然后丢弃。',
  'Relay callbacks are not signed: end the callback URL of the task in a token of CSS_CALLBACK_TOKENS. For others, enter a key of CSS_CALLBACK_KEYS in their callback template in CSS. Release those of your own streams and tasks.':
    '转推回调没有签名：请让任务的回调地址以 CSS_CALLBACK_TOKENS 中的一个 token 结尾。其他回调请在 CSS 的回调模板中填写 CSS_CALLBACK_KEYS 中的密钥。放行属于自己的流和任务的回调。',
  'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anyone may have sent it.':
    '请将 CSS_CALLBACK_KEYS 与模板中的回调密钥比对，补上缺少的密钥。只放行确知属于自己的：任何人都可能发送它。',
  'If the template with this key also serves this domain, add the key for it (domain=key in CSS_CALLBACK_KEYS), and release.':
    '如果使用该密钥的模板也服务于此域名，请为它添加密钥（CSS_CALLBACK_KEYS 中的 domain=key），然后放行。',
  'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong. If the clock was right, an old t may mean that someone repeats a callback they have read.':
    '请用 NTP 校准本服务器的时钟；CSS 发送的 t = 其时间 + 600 秒。放行时钟有误期间到达的回调。如果时钟无误，过旧的 t 可能意味着有人重复发送其读到的回调。',
} as const;
