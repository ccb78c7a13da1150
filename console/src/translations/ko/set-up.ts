/** Korean: set-up. */
export const setUp = {
  setUp: {
    waiting: 'CSS의 콜백이 아직 도착하지 않았습니다',
    waitingAdvice: '아래 URL을 CSS에 입력하십시오. 첫 콜백이 도착하면 이 페이지에 나타납니다.',
    arriving: '콜백이 도착하고 있습니다',
    newest: '최신 콜백 이후 지난 시간:',
    address: '콜백 URL',
    addressTitle: '1. 콜백 URL',
    local:
      '이 페이지를 서비스가 실행되는 기기에서 열었습니다. CSS는 공개된 이름으로만 접근할 수 있으므로 위의 이름을 그것으로 바꾸십시오.',
    noRole:
      '이 프로세스는 콜백을 받지 않습니다. ROLES에 receive가 없습니다. 그 역할이 있는 프로세스의 URL을 입력하십시오.',
    tokenAdvice:
      '<token>을 CSS_CALLBACK_TOKENS 중 하나로 바꾸십시오. token은 비밀이므로 어느 페이지에도 표시되지 않으며, 서비스 관리자가 가지고 있습니다.',
    secretsTitle: '2. CSS의 콜백임을 증명하는 것',
    keys: '콜백 키',
    keysSet: '스트림 콜백의 서명(sign)을 확인합니다.',
    keysMissing:
      '키를 정해 CSS_CALLBACK_KEYS로 설정하고, 같은 키를 CSS에 입력하십시오. 키나 token을 설정하기 전에는 URL을 아는 누구나 가짜 콜백을 보낼 수 있습니다.',
    tokens: 'URL의 token',
    tokensSet:
      '이 중 하나로 끝나는 URL로 온 콜백은 신뢰합니다. CSS는 릴레이 콜백에 서명하지 않으므로 릴레이에는 이것이 필요합니다.',
    tokensMissing:
      '릴레이 콜백에는 서명이 없어 token이 없으면 모두 격리되고, 운영자가 해제하기 전에는 집계되지 않습니다. CSS_CALLBACK_TOKENS를 설정하십시오.',
    tokensMissingToo:
      '릴레이 작업을 쓴다면 키보다 먼저 CSS_CALLBACK_TOKENS를 설정하십시오. CSS는 릴레이 콜백에 서명하지 않습니다.',
    isSet: '설정됨({{n}}개)',
    isMissing: '없음',
    cssTitle: '3. CSS에 입력할 것',
    cssTemplate:
      'Event Center의 Live Stream Callback에서 이 URL로 템플릿을 만드십시오. 대상은 송출 시작과 송출 중단, 사용한다면 녹화와 스크린샷입니다.',
    cssKey: '템플릿의 콜백 키를 CSS_CALLBACK_KEYS 중 하나와 정확히 같게 하십시오.',
    cssDomain: '템플릿을 각 송출 도메인에 연결하십시오. 몇 분 안에 적용되며, 그 뒤에 시작되는 송출에 유효합니다.',
    cssRelay:
      '릴레이(pull-and-push) 작업에는 별도의 콜백 URL이 있습니다. 작업을 만들 때 token이 있는 URL을 입력하십시오.',
    testTitle: '4. 시험',
    testExplain:
      'CSS와 같은 방식으로 서명한 가상의 콜백 하나를 이 서비스에 보냅니다. “LiveLedgerTest”로 원장에 영구히 남으며 어느 스트림에도 속하지 않습니다. 키와 저장이 작동함을 보여 주지만, CSS가 이 서비스에 접근할 수 있음을 보여 주지는 않습니다.',
    send: '시험 콜백 보내기',
    accepted: '{{duration}} 만에 받아 저장했습니다. 아래에 나타납니다.',
    arrivals: '최신 콜백',
    received: '수신',
    callback: '콜백',
    stream: '스트림',
    proof: '인증',
    push: '송출 시작',
    interruption: '송출 중단',
    testCallback: '시험 (LiveLedgerTest)',
    otherType: '이벤트 유형 {{type}}',
    signature: {
      VALID: '서명됨',
      EXPIRED: '서명됨, 만료',
      INVALID: '서명 오류',
      UNSIGNED: '없음',
      TOKEN: 'Token',
      NOT_CHECKED: '확인 안 함',
    },
  },
} as const;
