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
