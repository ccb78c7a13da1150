/**
 * Why the server closes a connection that stays open, each with its WebSocket close code. After any of these a client
 * may connect again and continue after its last cursor; after 4403 only with another token.
 */
export const closeReasons = {
  STOPPING: { code: 1001, words: 'the server is stopping' },
  TOKENS_CHANGED: { code: 1012, words: 'the tokens have changed, connect again' },
  TOO_MANY: { code: 1013, words: 'too many connections, try again later' },
  FORBIDDEN: { code: 4403, words: 'Forbidden' },
  NO_INIT: { code: 4408, words: 'no connection_init in time' },
  IDLE: { code: 4410, words: 'no operation for too long' },
  SILENT: { code: 4411, words: 'the client does not respond' },
  TOO_LONG: { code: 4412, words: 'open for too long' },
} as const;

export type CloseReason = keyof typeof closeReasons;

/** Bytes of a close frame's reason (RFC 6455, 5.5). */
const reasonBytesMax = 123;

/** The reason of a close frame, with the details if there are any and they fit, such as the cursor to continue after. */
export function closeWords(reason: CloseReason, details: string): string {
  const { words } = closeReasons[reason];
  const whole = details === '' ? words : `${words}; ${details}`;
  return Buffer.byteLength(whole) <= reasonBytesMax ? whole : words;
}
