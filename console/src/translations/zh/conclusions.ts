/** Chinese: from what the API concludes, and what else may be true, by its English text. */
export const conclusions = {
  'The vendor does not explain the code of the interruption, so its message is quoted as CSS sent it.':
    '厂商没有解释该断流错误码，因此按 CSS 发送的原样引用其消息。',
  'The message "push url maybe invalid" meant this in a list of codes that the vendor published in 2016.':
    '在厂商 2016 年公布的错误码列表中，消息“push url maybe invalid”即此含义。',
  'Another rule for the account, the domain, the stream or the address refused it.':
    '是账号、域名、流或地址的其他规则拒绝了它。',
  'CSS ended the push on request or for a newer one, and a newer push of the stream began within seconds.':
    'CSS 按请求或因新的推流结束了它，而该流的新推流在数秒内开始。',
  'It was ended by API or in the console, and its encoder pushed again at once.':
    '它由 API 或控制台断开，编码器随即重新推流。',
  'CSS ended the push on request or for a newer one, and no newer push of the stream is recorded near that time.':
    'CSS 按请求或因新的推流结束了它，而此时前后没有记录到该流的新推流。',
  'A newer push of the stream replaced it, and none of the callbacks of that push has arrived.':
    '该流的新推流取代了它，但那次推流的回调一条也没有到达。',
  'The callback names the push by its sequence.': '回调以 sequence 指明了推流。',
  'Several accounts have a push of this sequence, and the callback names none of them.':
    '多个账号有此 sequence 的推流，而回调没有指明账号。',
  'The callback names the stream, and of its pushes only this one ran at that time.':
    '回调指明了流，而此时该流只有这次推流在进行。',
  'The callback names the stream, and what it reports lasted during this push.':
    '回调指明了流，而它所报告的内容持续于这次推流期间。',
  'The callback names no domain, and of all streams of its name only this push ran at that time.':
    '回调没有指明域名，而此时同名的流中只有这次推流在进行。',
  'The callback names the stream, and its time is at most two minutes after the end of this push, before any other.':
    '回调指明了流，其时间在这次推流结束后两分钟内、其他推流之前。',
  'The callback names the stream, and this push ran at that time.': '回调指明了流，而此时这次推流在进行。',
  'Another push of the same stream ran at that time as well.': '此时同一条流的另一次推流也在进行。',
  'The callback names the stream but no domain, or not the whole of it.':
    '回调指明了流，但没有指明域名，或没有完整指明。',
  'Another stream has the same name, and the callback fits it as well.': '另一条流同名，回调也与之相符。',
  'The callback has no time. It arrived after callbacks of this push, and before those of the next one.':
    '回调没有时间。它在这次推流的回调之后、下一次推流的回调之前到达。',
  'It may be of an earlier push of the stream, if it came late.': '如果它迟到，也可能属于该流更早的推流。',
  'The callback is of a relay task that pushes to the stream: see `relayTaskJoins`.':
    '回调属于推送到该流的转推任务：见详情中的“转推来源”。',
  'The session is a push to the domain, path and stream of the task’s to_url, and by CSS’s clock it overlaps a run of the task, give or take 60 s.':
    '这次推流的域名、路径和流与任务的 to_url 相同，并且按 CSS 的时钟与任务的一次运行重叠（误差 60 秒）。',
  'The session is a push to the domain, path and stream of the task’s to_url, and its callbacks arrived while a run of the task went on, give or take 60 s.':
    '这次推流的域名、路径和流与任务的 to_url 相同，并且其回调在任务运行期间到达（误差 60 秒）。',
  'Another task with the same target had a run at the same time.': '同一目标的另一个任务也在同时运行。',
  'A time is missing by which CSS’s clock would say whether they overlap.':
    '缺少时间，无法按 CSS 的时钟判断它们是否重叠。',
  'A time is missing by which CSS’s clock would say whether they overlap. Another task with the same target had a run at the same time.':
    '缺少时间，无法按 CSS 的时钟判断它们是否重叠。同一目标的另一个任务也在同时运行。',
  'Something other than the task pushed this stream at the same time.': '同时有任务以外的来源推送了该流。',
} as const;
