/** Korean: outages, what is missing, and what is in quarantine. */
export const troubles = {
  outages: {
    title: '최근 24시간 이 서비스의 중단',
    none: '계속 콜백을 받을 수 있었습니다.',
    began: '시작',
    lasted: '지속 시간',
    because: '이유',
    refused: '거부',
    node: '노드 {{node}}.',
    cause: {
      LOST: '정지되지 않고 끝났거나 오래된 사본이 복원되었습니다. 그 직전까지의 콜백은 받았을 수 있습니다.',
      STOPPED: '정지된 뒤 다시 시작되었습니다.',
      STORE_OVERLOADED: '디스크에 쓰이기를 기다리는 콜백이 너무 많았습니다.',
      STORE_UNAVAILABLE: '로그에 쓸 수 없었습니다.',
    },
  },
  forwarding: {
    title: '전달 및 경보 대상',
    explain: '콜백과 경보 메시지를 보내는 곳입니다. 포기한 것은 저절로 다시 보내지지 않습니다.',
    target: '대상',
    behind: '뒤처짐',
    setAside: '포기',
    failed: '마지막 실패',
    state: { RUNNING: '작동 중', FAILING: '실패 중', PAUSED: '일시 중지' },
  },
  missing: {
    title: '최근 24시간에 누락된 콜백',
    explain: '다른 콜백으로 보아 도착했어야 하는 것입니다. CSS는 13분 동안만 다시 보냅니다.',
    none: '누락된 것으로 알려진 콜백이 없습니다.',
    what: '누락',
    because: '근거',
    until: '기한',
    any: '임의',
    reason: {
      SUPERSEDED_WITHOUT_END: '스트림의 새 송출이 시작되었으나 이 송출의 종료는 오지 않았습니다.',
      END_WITHOUT_START: '시작 없이 종료가 왔습니다.',
      LIVE_BUT_SILENT: '송출 중이지만 하루 동안 아무 소식이 없습니다.',
      RUN_WITHOUT_START: '작업의 실행에 파일, 알람 또는 종료가 있으나 시작이 없습니다.',
      FILE_WITHOUT_START: '작업의 파일이 시작 없이 끝났습니다.',
      DOMAIN_SILENT: '도메인이 평소와 달리 조용합니다.',
    },
    sureness: { CERTAIN: '확실함.', LIKELY: '가능성 높음.', POSSIBLE: '가능성 있음. 누락이 아닐 수도 있습니다.' },
  },
} as const;

/** Proofs of callbacks, and what shows when a push began. */
export const proofs = {
  authentic: {
    VALID: '서명됨',
    EXPIRED: '서명됨, 만료',
    INVALID: '서명 오류',
    UNSIGNED: '서명 없음',
    TOKEN: 'token 으로',
    NOT_CHECKED: '확인 안 함',
  },
  source: {
    DERIVED_FROM_DURATION: '종료에서 길이를 뺀 값. 송출 콜백이 없습니다',
    UNKNOWN: '시작을 알리는 콜백이 없습니다',
    PUSH_CALLBACK: '',
  },
} as const;

/** Diagnoses of what is in quarantine, and their advice. */
export const diagnoses = {
  'Not known whether it is over there.': '그곳에서 해소되었는지는 알 수 없습니다.',
  'The callback has a sign, but its t is not a whole number, and its URL has no listed token.':
    '콜백에 sign 이 있으나 t 가 정수가 아니고, URL 에 등록된 token 이 없습니다.',
  'The callback has no sign, and its URL has no listed token.': '콜백에 sign 이 없고, URL 에 등록된 token 도 없습니다.',
  'The sign of the callback matches none of the callback keys.': '콜백의 sign 이 어느 콜백 키와도 맞지 않습니다.',
  'The sign of the callback is right for a key, but the key is bound to a domain other than its app.':
    '콜백의 sign 은 어떤 키와 맞지만, 그 키는 app 과 다른 도메인에 묶여 있습니다.',
  'The body is empty.': '본문이 비어 있습니다.',
  'The body is not JSON.': '본문이 JSON 이 아닙니다.',
  'The body is JSON, but not an object.': '본문이 JSON 이지만 객체가 아닙니다.',
  'The body is nested deeper than any callback.': '본문의 중첩이 어떤 콜백보다도 깊습니다.',
  'It can not be released. Read bodyText, find out who else knows the callback URL with its token, and discard it.':
    '해제할 수 없습니다. bodyText 를 읽고, token 이 있는 콜백 URL 을 누가 더 아는지 알아낸 뒤 폐기하십시오.',
  'Relay callbacks are not signed: end the callback URL of the task in a token of CSS_CALLBACK_TOKENS. For others, enter a key of CSS_CALLBACK_KEYS in their callback template in CSS. Release those of your own streams and tasks.':
    '릴레이 콜백은 서명되지 않습니다. 작업의 콜백 URL 을 CSS_CALLBACK_TOKENS 의 token 으로 끝나게 하십시오. 다른 콜백은 CSS 의 콜백 템플릿에 CSS_CALLBACK_KEYS 의 키를 입력하십시오. 자신의 스트림과 작업의 것은 해제하십시오.',
  'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anyone may have sent it.':
    'CSS_CALLBACK_KEYS 를 템플릿의 콜백 키와 비교하고 빠진 키를 추가하십시오. 자신의 것임을 아는 것만 해제하십시오. 누구나 보낼 수 있었습니다.',
  'If the template with this key also serves this domain, add the key for it (domain=key in CSS_CALLBACK_KEYS), and release.':
    '이 키의 템플릿이 이 도메인에도 쓰인다면 그 키를 추가하고(CSS_CALLBACK_KEYS 의 domain=key) 해제하십시오.',
  'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong. If the clock was right, an old t may mean that someone repeats a callback they have read.':
    '이 서버의 시계를 NTP 로 맞추십시오. CSS 는 t = 그 시각 + 600 초를 보냅니다. 시계가 틀린 동안 온 것은 해제하십시오. 시계가 맞았다면 오래된 t 는 누군가 읽은 콜백을 되풀이하는 것일 수 있습니다.',
} as const;
