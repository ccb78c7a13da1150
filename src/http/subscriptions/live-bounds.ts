import { graphqlBodyBytesMax } from '../limits.ts';

/** What connections that stay open may take. */
export interface LiveBounds {
  /** WebSockets and event streams open at a time. */
  readonly connectionsMax: number;
  /** Those of them that came with the same token; where no tokens are set, all are of one. */
  readonly connectionsOfTokenMax: number;
  /** Operations at a time on one WebSocket. */
  readonly operationsOfConnectionMax: number;
  /** Bytes of one message of a client. */
  readonly messageBytesMax: number;
  /** Milliseconds for `connection_init` to come. */
  readonly initWaitMsMax: number;
  /** Milliseconds that a WebSocket may be open without an operation. */
  readonly idleMsMax: number;
  /** Milliseconds between two pings, and of heartbeats on an event stream. */
  readonly pingEveryMs: number;
  /** Milliseconds without a sign of the other side: nothing heard on a WebSocket, nothing taken from an event stream. */
  readonly silentMsMax: number;
  /** Milliseconds that one connection may last. */
  readonly ageMsMax: number;
  /** Milliseconds for the other side to answer that the connection is closed. */
  readonly closeWaitMsMax: number;
  /** Milliseconds between two looks at all these times. */
  readonly checkEveryMs: number;
}

export const liveBounds: LiveBounds = {
  // Some 20 KB each: 160 MB where all are in use.
  connectionsMax: 8_192,
  // One web page that everybody has open uses one token; the rest of the room is for others.
  connectionsOfTokenMax: 6_000,
  // A page of 50 rows, each followed by itself, twice over.
  operationsOfConnectionMax: 100,
  messageBytesMax: graphqlBodyBytesMax,
  initWaitMsMax: 5_000,
  idleMsMax: 5 * 60_000,
  // Less than the minute after which proxies close what is silent.
  pingEveryMs: 25_000,
  // A reader that stops for a minute is kept: it answers no ping meanwhile.
  silentMsMax: 120_000,
  // A day: connections spread over the nodes anew, and a token that was taken away is of no use after that.
  ageMsMax: 24 * 60 * 60_000,
  closeWaitMsMax: 1_000,
  checkEveryMs: 1_000,
};
