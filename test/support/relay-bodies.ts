/** A relay callback as CSS writes it: `msg` and `source_urls` as JSON in strings. Named after its task. */
export function relayBody(
  callbackEvent: string,
  msg: unknown = {},
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    appid: 4,
    callback_event: callbackEvent,
    event_type: 314,
    interface: 'general_callback',
    msg: typeof msg === 'string' ? msg : JSON.stringify(msg),
    product_name: 'pullpush',
    source_urls: sourceUrlsAsSent('http://source.example/live/one.flv'),
    stream_id: 'one',
    task_id: '1',
    to_url: 'rtmp://push.example/live/one',
    ...overrides,
  };
}

/** `source_urls` with the trailing newline of every sample. */
export function sourceUrlsAsSent(...urls: string[]): string {
  return `${JSON.stringify(urls)}\n`;
}
