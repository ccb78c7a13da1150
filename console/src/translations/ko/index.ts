import { conclusions } from './conclusions.ts';
import { operators } from './operators.ts';
import { pushes } from './pushes.ts';
import { reports } from './reports.ts';
import { setUp } from './set-up.ts';
import { diagnoses, troubles } from './troubles.ts';
import { views } from './views.ts';

/** Korean. Only the product name is the same in every language. */
export const texts = {
  ...operators,
  ...troubles,
  ...pushes,
  ...reports,
  ...views,
  ...setUp,
  skipToContent: '본문으로',
  nav: {
    label: '보기',
    live: '라이브',
    search: '검색',
    endings: '중단',
    relays: '릴레이',
    health: '상태',
    setUp: '설정',
  },
  searchBox: { label: '검색', placeholder: '검색: 스트림, sequence, 주소, 작업, 시각' },
  zone: '시간대 {{zone}}',
  zoneOfBrowser: '시간대 {{zone}} (이 브라우저)',
  zoneLabel: '시간대',
  connection: {
    connecting: '연결 중',
    live: '실시간 갱신 중',
    liveExplain: '변경되는 내용이 이 페이지에 바로 나타납니다.',
    noAnswer: '서버가 응답하지 않습니다',
    asOf: '{{time}} 기준',
    asOfExplain: '이 페이지의 내용은 {{time}}에 읽은 것입니다.',
    catchingUp: '따라잡는 중, {{behind}} 뒤처짐',
    catchingUpExplain: '콜백은 기록되고 있으나 이 페이지는 최신 콜백보다 {{behind}} 뒤처져 있습니다.',
    lost: '{{time}}에 연결이 끊겼습니다. 다시 시도 중이며, 표시된 내용은 그때의 것입니다.',
    lostShort: '{{ago}} 전 끊김',
    stalled: '기록이 멈췄습니다: {{reason}}',
  },
  csv: 'CSV로 저장',
  spreadsheet: '스프레드시트용으로 저장',
  copy: '{{what}} 복사',
  copied: '복사됨',
  more: '더 보기',
  examined: '송출 10,000건을 검색했으나 일치하는 것이 없습니다. “더 보기”로 이어서 검색합니다.',
  order: {
    label: '정렬',
    newest: '최신순',
    oldest: '오래된순',
    refused: '목록이 너무 길어 이 순서로 정렬할 수 없습니다',
    refusedAdvice: '10,000행이 넘게 정렬해야 합니다. 필터나 더 짧은 기간으로 좁히거나 다음을 누르십시오:',
    usual: '기본 순서로',
  },
  filters: { label: '필터', remove: '필터 해제: {{filter}}' },
  close: '닫기',
  unknown: '알 수 없음',
  ago: '{{duration}} 전',
  now: '방금',
  units: { d: '{{n}}일', h: '{{n}}시간', min: '{{n}}분', s: '{{n}}초', ms: '{{n}}밀리초' },
  state: {
    LIVE: '라이브',
    ENDED: '종료',
    SUPERSEDED: '대체됨, 종료 시각 모름',
    CLOSED: '운영자가 종료',
    SILENT: '콜백 없음',
  },
  taskState: {
    RUNNING: '실행 중',
    FINISHED: '완료',
    EXITED: '종료',
    EXITED_CODE: '종료, 코드 {{code}}',
    UNKNOWN: '알 수 없음',
  },
  side: {
    CLIENT: '송출기',
    NETWORK: '네트워크',
    PLATFORM: 'CSS',
    CONFIGURATION: '설정',
    AUTH: '인증',
    OPERATOR: '운영자',
    TAKEOVER: '교체',
    UNKNOWN: '알 수 없음',
  },
  sideMeans: {
    CLIENT: '송출기가 멈췄거나 CSS가 읽을 수 없는 내용을 보냈습니다.',
    NETWORK: '데이터가 오지 않았거나 송출기의 연결에 장애가 있었습니다.',
    PLATFORM: 'CSS가 스스로 끝냈습니다.',
    CONFIGURATION: '계정, 도메인, 스트림의 규칙이나 한도가 거부했습니다.',
    AUTH: '인증이 거부했습니다.',
    OPERATOR: '누군가 API나 콘솔로 끝냈습니다.',
    TAKEOVER: '같은 스트림의 새 송출로 대체되었습니다.',
    UNKNOWN: 'CSS가 코드를 주지 않았거나 뜻을 알 수 없는 코드입니다.',
  },
} as const;

/** Causes and advice of the API, by their English text. */
export const serverTexts = {
  ...diagnoses,
  ...conclusions,
  'CSS does not say why the push ended.': 'CSS가 송출이 끝난 이유를 알려 주지 않았습니다.',
  'CSS gave a code that is not in the vendor’s list, and no message that explains it.':
    'CSS가 준 코드는 공급사의 목록에 없으며, 이유를 설명하는 메시지도 없습니다.',
  'Look the code up in the vendor’s newest list of interruption codes.':
    '공급사의 최신 송출 중단 코드 목록에서 이 코드를 찾아보십시오.',
  'CSS refused the push by a rule: its push URL has expired, or its signature is wrong.':
    'CSS가 규칙에 따라 송출을 거부했습니다. 송출 URL이 만료되었거나 서명이 잘못되었습니다.',
  'Compare txTime of the push URL with the clock, and txSecret with the key of the domain; issue a new URL.':
    '송출 URL의 txTime을 현재 시각과, txSecret을 도메인의 키와 비교하고 새 URL을 발급하십시오.',
  'Read endMessage, and compare it with other sessions of the same pusher around that time.':
    'CSS의 메시지를 읽고, 같은 송출기의 그 무렵 다른 송출과 비교하십시오.',
  'The pusher ended the stream or closed its connection.': '송출기가 송출을 끝냈거나 연결을 닫았습니다.',
  'Nothing is wrong if the broadcast was over; otherwise look at the log of the encoder.':
    '방송이 끝난 것이라면 문제가 없습니다. 아니라면 인코더의 로그를 확인하십시오.',
  'CSS had an internal fault.': 'CSS에 내부 장애가 발생했습니다.',
  'Push again; if it happens again, give the vendor the sequence and the time.':
    '다시 송출하십시오. 또 발생하면 sequence와 시각을 공급사에 전달하십시오.',
  'The proxy layer of CSS was told to interrupt the push.': 'CSS의 프록시 계층이 송출 중단 지시를 받았습니다.',
  'The pusher sent RTMP content that CSS could not read.': '송출기가 CSS가 읽을 수 없는 RTMP 내용을 보냈습니다.',
  'Check the settings and the version of the encoder.': '인코더의 설정과 버전을 확인하십시오.',
  'The pusher sent a frame above the size limit.': '송출기가 크기 한도를 넘는 프레임을 보냈습니다.',
  'Lower the bit rate or shorten the key frame interval of the encoder.':
    '인코더의 비트레이트를 낮추거나 키 프레임 간격을 줄이십시오.',
  'No data arrived for a long time.': '오랫동안 데이터가 도착하지 않았습니다.',
  'Check the uplink of the pusher, and whether its encoder stalled.':
    '송출기의 업링크와 인코더가 멈추지 않았는지 확인하십시오.',
  'A network fault on the connection of the pusher.': '송출기의 연결에 네트워크 장애가 발생했습니다.',
  'Check the uplink of the pusher; compare sessions of the same address and node.':
    '송출기의 업링크를 확인하고, 같은 주소와 접속 지점의 송출과 비교하십시오.',
  'CSS refused the push by a rule: account, domain, stream, address list, push URL or quota.':
    'CSS가 규칙에 따라 송출을 거부했습니다: 계정, 도메인, 스트림, 주소 목록, 송출 URL 또는 할당량.',
  'Look up the sub-code in the console: 1xx internal, 2xx account, 3xx domain or stream disabled, 4xx address lists, 5xx push URL expired or its signature wrong, 6xx too many streams.':
    '공급사 콘솔에서 하위 코드를 확인하십시오: 1xx 내부, 2xx 계정, 3xx 도메인 또는 스트림 비활성, 4xx 주소 목록, 5xx 송출 URL 만료 또는 서명 오류, 6xx 스트림 과다.',
  'The third-party authentication refused the push.': '외부 인증이 송출을 거부했습니다.',
  'Check the authentication service that the domain is configured with.': '도메인에 설정된 인증 서비스를 확인하십시오.',
  'The push was ended on request, or replaced by a newer push of the same stream.':
    '송출이 요청에 따라 끝났거나 같은 스트림의 새 송출로 대체되었습니다.',
  'If a newer session of the stream began at that time, it was a takeover; otherwise someone ended it by API or console.':
    '그때 스트림의 새 송출이 시작되었다면 교체된 것이고, 아니라면 누군가 API나 콘솔로 끝낸 것입니다.',
  'A newer push of the same stream replaced this one.': '같은 스트림의 새 송출이 이것을 대체했습니다.',
  'If that was not intended, look for a second encoder with the same push URL.':
    '의도한 것이 아니라면 같은 송출 URL을 쓰는 다른 인코더를 찾으십시오.',
  'The pusher sent an RTMP command (AMF) that CSS could not read.':
    '송출기가 CSS가 읽을 수 없는 RTMP 명령(AMF)을 보냈습니다.',
  'CSS stopped the stream because nobody was watching.': '시청자가 없어 CSS가 스트림을 중지했습니다.',
  'Nothing is wrong; change the rule if the stream must continue without viewers.':
    '이상이 없습니다. 시청자 없이도 계속해야 한다면 규칙을 바꾸십시오.',
} as const;
