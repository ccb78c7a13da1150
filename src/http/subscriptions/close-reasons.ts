/**
 * Why the server ends a connection that stays open, each with its WebSocket close code. A client may connect again after
 * each of them and go on after its last cursor, but for 4403, which wants another token.
 */
export const closeReasons = {
  STOPPING: { code: 1001, words: 'the server stops' },
  TOO_MANY: { code: 1013, words: 'too many connections' },
  FORBIDDEN: { code: 4403, words: 'Forbidden' },
  IDLE: { code: 4410, words: 'idle' },
  SILENT: { code: 4411, words: 'no sign of life' },
  TOO_LONG: { code: 4412, words: 'open for too long' },
} as const;

export type CloseReason = keyof typeof closeReasons;

/** Bytes of a close frame's reason, by the protocol of WebSockets. */
const reasonBytesMax = 123;

/** The words of a close frame, and the cursor to go on after where there is one and it fits. */
export function closeWords(reason: CloseReason, cursor: string | null): string {
  const { words } = closeReasons[reason];
  const whole = cursor === null ? words : `${words}; after ${cursor}`;
  return Buffer.byteLength(whole) <= reasonBytesMax ? whole : words;
}
