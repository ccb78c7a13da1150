/** Korean: from what the API concludes, and what else may be true, by its English text. */
export const conclusions = {
  'The vendor does not explain the code of the interruption, so its message is quoted as CSS sent it.':
    '공급사가 이 중단 코드를 설명하지 않으므로 CSS가 보낸 메시지를 그대로 인용합니다.',
  'The message "push url maybe invalid" meant this in a list of codes that the vendor published in 2016.':
    '공급사가 2016년에 공개한 코드 목록에서 메시지 “push url maybe invalid”는 이 뜻이었습니다.',
  'Another rule for the account, the domain, the stream or the address refused it.':
    '계정, 도메인, 스트림 또는 주소의 다른 규칙이 거부했습니다.',
  'CSS ended the push on request or for a newer one, and a newer push of the stream began within seconds.':
    'CSS가 요청에 따라 또는 새 송출 때문에 끝냈고, 몇 초 안에 그 스트림의 새 송출이 시작되었습니다.',
  'It was ended by API or in the console, and its encoder pushed again at once.':
    'API나 콘솔에서 끝냈고 인코더가 곧바로 다시 송출했습니다.',
  'CSS ended the push on request or for a newer one, and no newer push of the stream is recorded near that time.':
    'CSS가 요청에 따라 또는 새 송출 때문에 끝냈지만, 그 무렵 그 스트림의 새 송출은 기록되지 않았습니다.',
  'A newer push of the stream replaced it, and none of the callbacks of that push has arrived.':
    '그 스트림의 새 송출이 대체했지만 그 송출의 콜백이 하나도 도착하지 않았습니다.',
  'The callback names the push by its sequence.': '콜백이 sequence로 송출을 가리킵니다.',
  'Several accounts have a push of this sequence, and the callback names none of them.':
    '여러 계정에 이 sequence의 송출이 있고, 콜백은 계정을 밝히지 않습니다.',
  'The callback names the stream, and of its pushes only this one ran at that time.':
    '콜백이 스트림을 가리키고, 그 시각에 진행 중이던 송출은 이것뿐입니다.',
  'The callback names the stream, and what it reports lasted during this push.':
    '콜백이 스트림을 가리키고, 알리는 내용이 이 송출 동안 이어졌습니다.',
  'The callback names no domain, and of all streams of its name only this push ran at that time.':
    '콜백이 도메인을 밝히지 않지만, 같은 이름의 스트림 중 그 시각에 진행 중이던 송출은 이것뿐입니다.',
  'The callback names the stream, and its time is at most two minutes after the end of this push, before any other.':
    '콜백이 스트림을 가리키고, 그 시각이 이 송출이 끝난 뒤 2분 이내이며 다른 송출보다 앞섭니다.',
  'The callback names the stream, and this push ran at that time.':
    '콜백이 스트림을 가리키고, 그 시각에 이 송출이 진행 중이었습니다.',
  'Another push of the same stream ran at that time as well.': '같은 스트림의 다른 송출도 그 시각에 진행 중이었습니다.',
  'The callback names the stream but no domain, or not the whole of it.':
    '콜백이 스트림을 가리키지만 도메인이 없거나 일부만 있습니다.',
  'Another stream has the same name, and the callback fits it as well.':
    '같은 이름의 다른 스트림이 있고, 콜백은 그것에도 맞습니다.',
  'The callback has no time. It arrived after callbacks of this push, and before those of the next one.':
    '콜백에 시각이 없습니다. 이 송출의 콜백 뒤에, 다음 송출의 콜백 앞에 도착했습니다.',
  'It may be of an earlier push of the stream, if it came late.':
    '늦게 왔다면 그 스트림의 이전 송출의 것일 수 있습니다.',
  'The callback is of a relay task that pushes to the stream: see `relayTaskJoins`.':
    '이 스트림으로 보내는 릴레이 작업의 콜백입니다. 세부 정보의 ‘공급 릴레이’를 보십시오.',
  'The session is a push to the domain, path and stream of the task’s to_url, and by CSS’s clock it overlaps a run of the task, give or take 60 s.':
    '송출의 도메인, 경로, 스트림이 작업의 to_url과 같고, CSS의 시계로 작업의 실행과 겹칩니다(오차 60초).',
  'The session is a push to the domain, path and stream of the task’s to_url, and its callbacks arrived while a run of the task went on, give or take 60 s.':
    '송출의 도메인, 경로, 스트림이 작업의 to_url과 같고, 콜백이 작업 실행 중에 도착했습니다(오차 60초).',
  'Another task with the same target had a run at the same time.': '같은 대상의 다른 작업도 동시에 실행되었습니다.',
  'A time is missing by which CSS’s clock would say whether they overlap.':
    'CSS의 시계로 겹치는지 판단할 시각이 없습니다.',
  'A time is missing by which CSS’s clock would say whether they overlap. Another task with the same target had a run at the same time.':
    'CSS의 시계로 겹치는지 판단할 시각이 없습니다. 같은 대상의 다른 작업도 동시에 실행되었습니다.',
  'Something other than the task pushed this stream at the same time.':
    '작업이 아닌 다른 것이 동시에 이 스트림을 송출했습니다.',
} as const;
