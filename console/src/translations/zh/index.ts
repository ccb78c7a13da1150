import { conclusions } from './conclusions.ts';
import { operators } from './operators.ts';
import { pushes } from './pushes.ts';
import { reports } from './reports.ts';
import { setUp } from './set-up.ts';
import { diagnoses, troubles } from './troubles.ts';
import { views } from './views.ts';

/** Chinese. Only the product name is the same in every language. */
export const texts = {
  ...operators,
  ...troubles,
  ...pushes,
  ...reports,
  ...views,
  ...setUp,
  skipToContent: '跳到内容',
  nav: {
    label: '视图',
    live: '正在直播',
    search: '搜索',
    endings: '中断',
    relays: '转推',
    health: '健康',
    setUp: '设置',
  },
  searchBox: { label: '搜索', placeholder: '搜索：流、sequence、地址、任务、时间' },
  zone: '时区：{{zone}}',
  zoneOfBrowser: '时区：{{zone}}（本浏览器）',
  zoneLabel: '时区',
  connection: {
    connecting: '正在连接',
    live: '实时更新中',
    liveExplain: '有变化时，本页会立即显示。',
    noAnswer: '服务器没有响应',
    asOf: '截至 {{time}}',
    asOfExplain: '本页内容读取于 {{time}}。',
    catchingUp: '正在追赶，落后 {{behind}}',
    catchingUpExplain: '回调仍在记录，但本页比最新的回调落后 {{behind}}。',
    lost: '连接已于 {{time}} 断开。正在重试；显示的是断开时的数据。',
    lostShort: '已断开 {{ago}}',
    stalled: '账本已停止：{{reason}}',
  },
  csv: '存为 CSV',
  spreadsheet: '存为电子表格',
  copy: '复制{{what}}',
  copied: '已复制',
  more: '更多',
  examined: '已搜索 10,000 次推流，没有匹配。点击“更多”继续搜索。',
  order: {
    label: '排序',
    newest: '最新的在前',
    oldest: '最早的在前',
    refused: '列表太长，无法这样排序',
    refusedAdvice: '需要排序的行超过 10,000 行。请用筛选条件或更短的时段缩小范围，或者：',
    usual: '恢复默认排序',
  },
  filters: { label: '筛选条件', remove: '移除筛选条件：{{filter}}' },
  close: '关闭',
  unknown: '未知',
  ago: '{{duration}}前',
  now: '刚刚',
  units: { d: '{{n}} 天', h: '{{n}} 小时', min: '{{n}} 分', s: '{{n}} 秒', ms: '{{n}} 毫秒' },
  state: {
    LIVE: '直播中',
    ENDED: '已结束',
    SUPERSEDED: '已被取代，结束未知',
    CLOSED: '由操作员关闭',
    SILENT: '无回调',
  },
  taskState: {
    RUNNING: '运行中',
    FINISHED: '已完成',
    EXITED: '已退出',
    EXITED_CODE: '已退出，退出码 {{code}}',
    UNKNOWN: '未知',
  },
  side: {
    CLIENT: '推流端',
    NETWORK: '网络',
    PLATFORM: 'CSS',
    CONFIGURATION: '配置',
    AUTH: '鉴权',
    OPERATOR: '操作员',
    TAKEOVER: '抢占',
    UNKNOWN: '未知',
  },
  sideMeans: {
    CLIENT: '推流端停止推流，或发送了 CSS 无法解析的内容。',
    NETWORK: '没有数据到达，或推流端的连接发生故障。',
    PLATFORM: '由 CSS 自身结束。',
    CONFIGURATION: '被账号、域名或流的规则或配额拒绝。',
    AUTH: '鉴权未通过。',
    OPERATOR: '有人通过 API 或控制台断开。',
    TAKEOVER: '被同一条流的新推流取代。',
    UNKNOWN: 'CSS 没有给出错误码，或其含义未知。',
  },
} as const;

/** Causes and advice of the API, by their English text. */
export const serverTexts = {
  ...diagnoses,
  ...conclusions,
  'CSS does not say why the push ended.': 'CSS 没有说明推流为何结束。',
  'CSS gave a code that is not in the vendor’s list, and no message that explains it.':
    'CSS 给出的错误码不在厂商的列表中，也没有可说明原因的消息。',
  'Look the code up in the vendor’s newest list of interruption codes.': '请在厂商最新的断流错误码列表中查找该错误码。',
  'CSS refused the push by a rule: its push URL has expired, or its signature is wrong.':
    'CSS 按规则拒绝了推流：推流地址已过期或签名错误。',
  'Compare txTime of the push URL with the clock, and txSecret with the key of the domain; issue a new URL.':
    '将推流地址的 txTime 与当前时间比较，将 txSecret 与域名的密钥比较；请生成新的推流地址。',
  'Read endMessage, and compare it with other sessions of the same pusher around that time.':
    '查看 CSS 的消息，并与同一推流端在该时间前后的其他推流比较。',
  'The pusher ended the stream or closed its connection.': '推流端主动结束了推流或关闭了连接。',
  'Nothing is wrong if the broadcast was over; otherwise look at the log of the encoder.':
    '如果直播已结束则无需处理；否则请查看编码器日志。',
  'CSS had an internal fault.': 'CSS 发生内部故障。',
  'Push again; if it happens again, give the vendor the sequence and the time.':
    '请重新推流；若再次发生，请将 sequence 和时间提供给厂商。',
  'The proxy layer of CSS was told to interrupt the push.': 'CSS 的代理层收到了中断推流的指令。',
  'The pusher sent RTMP content that CSS could not read.': '推流端发送了 CSS 无法解析的 RTMP 内容。',
  'Check the settings and the version of the encoder.': '请检查编码器的设置和版本。',
  'The pusher sent a frame above the size limit.': '推流端发送的帧超过大小上限。',
  'Lower the bit rate or shorten the key frame interval of the encoder.': '请降低编码器的码率或缩短关键帧间隔。',
  'No data arrived for a long time.': '长时间没有收到数据。',
  'Check the uplink of the pusher, and whether its encoder stalled.': '请检查推流端的上行网络，以及编码器是否卡住。',
  'A network fault on the connection of the pusher.': '推流端的连接发生网络故障。',
  'Check the uplink of the pusher; compare sessions of the same address and node.':
    '请检查推流端的上行网络；比较同一地址和接入点的其他推流。',
  'CSS refused the push by a rule: account, domain, stream, address list, push URL or quota.':
    'CSS 按规则拒绝了推流：账号、域名、流、地址名单、推流地址或配额。',
  'Look up the sub-code in the console: 1xx internal, 2xx account, 3xx domain or stream disabled, 4xx address lists, 5xx push URL expired or its signature wrong, 6xx too many streams.':
    '请在厂商控制台查看子错误码：1xx 内部，2xx 账号，3xx 域名或流被禁用，4xx 地址名单，5xx 推流地址过期或签名错误，6xx 流数过多。',
  'The third-party authentication refused the push.': '第三方鉴权拒绝了推流。',
  'Check the authentication service that the domain is configured with.': '请检查该域名配置的鉴权服务。',
  'The push was ended on request, or replaced by a newer push of the same stream.':
    '推流被主动断开，或被同一条流的新推流取代。',
  'If a newer session of the stream began at that time, it was a takeover; otherwise someone ended it by API or console.':
    '如果该流此时有新的推流开始，则是被抢占；否则是有人通过 API 或控制台断开。',
  'A newer push of the same stream replaced this one.': '同一条流的新推流取代了它。',
  'If that was not intended, look for a second encoder with the same push URL.':
    '如果并非有意，请查找使用同一推流地址的另一台编码器。',
  'The pusher sent an RTMP command (AMF) that CSS could not read.': '推流端发送了 CSS 无法解析的 RTMP 命令（AMF）。',
  'CSS stopped the stream because nobody was watching.': '因无人观看，CSS 停止了该流。',
  'Nothing is wrong; change the rule if the stream must continue without viewers.':
    '无异常；若无人观看时也需继续，请修改规则。',
} as const;
