import { defaultLiveConnectionsMax, graphqlBodyBytesMax } from '../../connections/limits.ts';

/** Bounds of the connections that stay open: WebSockets and event streams. */
export interface LiveBounds {
  /** Connections of both kinds that may be open at a time. */
  readonly connectionsMax: number;
  /** Of these, with the same token. */
  readonly connectionsOfTokenMax: number;
  /** Operations at a time on one WebSocket. */
  readonly operationsOfConnectionMax: number;
  /** Bytes of one message of a client. */
  readonly messageBytesMax: number;
  /** Milliseconds until `connection_init` must arrive. */
  readonly initWaitMsMax: number;
  /** Milliseconds that a WebSocket may be open without an operation. */
  readonly idleMsMax: number;
  /** Milliseconds between two pings, or two heartbeats of an event stream. */
  readonly pingEveryMs: number;
  /** Milliseconds without a message or pong on a WebSocket, or without anything read from an event stream. */
  readonly silentMsMax: number;
  /** Milliseconds that one connection may last. */
  readonly ageMsMax: number;
  /** Milliseconds for the client to answer a close frame. */
  readonly closeWaitMsMax: number;
  /** Milliseconds between two checks of these times. */
  readonly checkEveryMs: number;
}

/** The limits of a node that may have this many connections. */
export function liveBoundsFor(connectionsMax: number): LiveBounds {
  // A web page that everybody has open uses one token; the remaining connections are for others.
  return { ...liveBounds, connectionsMax, connectionsOfTokenMax: Math.ceil((connectionsMax * 3) / 4) };
}

/** The limits of a node in production, by default. */
export const liveBounds: LiveBounds = {
  connectionsMax: defaultLiveConnectionsMax,
  connectionsOfTokenMax: (defaultLiveConnectionsMax * 3) / 4,
  // A page of 50 rows with a subscription each, twice over.
  operationsOfConnectionMax: 100,
  messageBytesMax: graphqlBodyBytesMax,
  initWaitMsMax: 5_000,
  idleMsMax: 5 * 60_000,
  // Less than the minute after which proxies close a silent connection.
  pingEveryMs: 25_000,
  // Longer than a client that pauses for a minute needs: it answers no ping meanwhile.
  silentMsMax: 120_000,
  // A day: connections are spread over the nodes again, and a revoked token is of no use after it.
  ageMsMax: 24 * 60 * 60_000,
  closeWaitMsMax: 1_000,
  checkEveryMs: 1_000,
};

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
