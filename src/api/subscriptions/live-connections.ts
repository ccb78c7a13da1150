import { isDeepStrictEqual } from 'node:util';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { OnRefused } from '../../connections/refusals.ts';
import { steadyClock, systemClock, type Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { LiveOperations } from './live-operations.ts';
import type { AdmissionRules, ApiAccess, Caller } from '../access/admission.ts';
import type { UnreadAnswers } from '../http/unread-answers.ts';
import { type Metrics, askAtScrape } from '../../observing/metrics.ts';
import { defaultLiveConnectionsMax, graphqlBodyBytesMax } from '../../connections/limits.ts';

/** Bounds of the connections that stay open, WebSockets and event streams, of a node in production by default. */
export const liveBounds = {
  /** Connections of both kinds that may be open at a time. */
  connectionsMax: defaultLiveConnectionsMax,
  /** Of these, with the same token. */
  connectionsOfTokenMax: (defaultLiveConnectionsMax * 3) / 4,
  /** Operations at a time on one WebSocket: a page of 50 rows with a subscription each, twice over. */
  operationsOfConnectionMax: 100,
  /** Bytes of one message of a client. */
  messageBytesMax: graphqlBodyBytesMax,
  /** Milliseconds until `connection_init` must arrive. */
  initWaitMsMax: 5_000,
  /** Milliseconds that a WebSocket may be open without an operation. */
  idleMsMax: 5 * 60_000,
  /** Milliseconds between two pings, or two heartbeats of an event stream: less than the minute after which proxies close a silent connection. */
  pingEveryMs: 25_000,
  /**
   * Milliseconds without a message or pong on a WebSocket, or without anything read from an event stream: longer than a client that pauses for a
   * minute needs, which answers no ping meanwhile.
   */
  silentMsMax: 120_000,
  /** Milliseconds that one connection may last, a day: connections are spread over the nodes again, and a revoked token is of no use after it. */
  ageMsMax: 24 * 60 * 60_000,
  /** Milliseconds for the client to answer a close frame. */
  closeWaitMsMax: 1_000,
  /** Milliseconds between two checks of these times. */
  checkEveryMs: 1_000,
};

/** Such bounds with numbers of their own: a node sets how many connections it may have. */
export type LiveBounds = Readonly<typeof liveBounds>;

/** The limits of a node that may have this many connections. */
export function liveBoundsFor(connectionsMax: number): LiveBounds {
  // A web page that everybody has open uses one token; the remaining connections are for others.
  return { ...liveBounds, connectionsMax, connectionsOfTokenMax: Math.ceil((connectionsMax * 3) / 4) };
}

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

/** What WebSockets and event streams share. */
export interface LiveTransportOptions {
  readonly operations: LiveOperations;
  readonly admission: AdmissionRules;
  readonly connections: LiveConnections;
  readonly bounds: LiveBounds;
  readonly metrics: Metrics;
  readonly live: LiveMetrics;
  readonly unread: UnreadAnswers;
  readonly logger: Logger;
  readonly onRefused: OnRefused;
}

/** A WebSocket or an event stream, as far as it is counted, checked and closed. */
export interface LiveConnection {
  /** Which of its limits is exceeded at a time of `LiveConnections.nowMs`; null if none is. */
  overdue(nowMs: number): CloseReason | null;
  /** When the token of its client expires; null: never. */
  expiresAtMs(): number | null;
  /** Sends a ping or a heartbeat. */
  beat(): void;
  /** Sends the client why it is closed; resolves once the connection is gone. */
  close(reason: CloseReason): Promise<void>;
}

/** Intervals between two checks that count: a later check means that the process was stopped, or starved of the processor. */
const checksApartMax = 2;

/**
 * All connections that stay open, with their bounds. A timer checks their limits, and stops with `stop`. When `access` has
 * changed, all are closed, and when a token has expired, those of its bearer: their clients connect again, and those without a valid token stay away.
 */
export class LiveConnections {
  /** When each was opened, or was last sent a ping or a heartbeat. */
  private readonly connections = new Map<LiveConnection, number>();
  private readonly countByToken = new Map<string | null, number>();
  private readonly checking: NodeJS.Timeout;
  private isStopping = false;
  private checkedAccess: ApiAccess;
  private checkedAtMs: number;
  private stalledMs = 0;

  constructor(
    private readonly bounds: LiveBounds,
    private readonly access: ApiAccess,
    private readonly elapsedMs: Clock = steadyClock,
    private readonly clock: Clock = systemClock,
  ) {
    this.checkedAccess = { ...access };
    this.checkedAtMs = elapsedMs();
    this.checking = setInterval(() => this.check(), bounds.checkEveryMs);
  }

  /**
   * Milliseconds on the clock that limits are measured by. It hardly advances while this process does not run: what clients
   * sent meanwhile is still unread, so they must not seem silent.
   */
  nowMs(): number {
    return this.elapsedMs() - this.stalledMs;
  }

  open(): number {
    return this.connections.size;
  }

  stopping(): boolean {
    return this.isStopping;
  }

  /** False if there are too many. Otherwise it is counted and checked until `remove`. */
  add(connection: LiveConnection): boolean {
    if (this.connections.size >= this.bounds.connectionsMax) return false;
    this.connections.set(connection, this.nowMs());
    return true;
  }

  remove(connection: LiveConnection): void {
    this.connections.delete(connection);
  }

  /** False if the token of the caller has too many connections. Otherwise one more is counted, until `release`. */
  claim({ identity }: Caller): boolean {
    const count = this.countByToken.get(identity) ?? 0;
    // Without tokens, there is nobody else to leave room for.
    if (identity !== null && count >= this.bounds.connectionsOfTokenMax) return false;
    this.countByToken.set(identity, count + 1);
    return true;
  }

  release({ identity }: Caller): void {
    this.countByToken.set(identity, (this.countByToken.get(identity) ?? 1) - 1);
  }

  /** Closes all connections, also those that are added later. Resolves once the present ones are gone. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.checking);
    await Promise.all([...this.connections.keys()].map((connection) => connection.close('STOPPING')));
  }

  private check(): void {
    this.noteStall();
    const nowMs = this.nowMs();
    const isAccessChanged = !isDeepStrictEqual(this.access, this.checkedAccess);
    this.checkedAccess = { ...this.access };
    for (const [connection, beatenAtMs] of this.connections) {
      const isExpired = this.clock() >= (connection.expiresAtMs() ?? Infinity);
      const reason = isAccessChanged || isExpired ? 'TOKENS_CHANGED' : connection.overdue(nowMs);
      if (reason !== null) void connection.close(reason);
      else if (nowMs - beatenAtMs >= this.bounds.pingEveryMs) {
        this.connections.set(connection, nowMs);
        connection.beat();
      }
    }
  }

  private noteStall(): void {
    const sinceMs = this.elapsedMs() - this.checkedAtMs;
    this.checkedAtMs += sinceMs;
    this.stalledMs += Math.max(0, sinceMs - checksApartMax * this.bounds.checkEveryMs);
  }
}

export const transports = ['websocket', 'sse'] as const;
export type Transport = (typeof transports)[number];

/** Why a connection ended: CLIENT if the client closed it, else the server's reason. */
export type LiveEnd = CloseReason | 'CLIENT';

/** Counts connections that stay open, and the messages sent on them. */
type LiveMetrics = ReturnType<typeof observeLive>;

/** Registers the metrics of subscriptions. Every label takes its values from a closed list. */
export function observeLive(registry: Registry) {
  const registers = [registry];
  const connections = new Gauge({
    name: 'live_ledger_live_connections',
    help: 'Open WebSockets and event streams.',
    labelNames: ['transport'],
    registers,
  });
  const ended = new Counter({
    name: 'live_ledger_live_connections_ended_total',
    help: 'WebSockets and event streams that have ended: CLIENT where the client closed it, else the reason of this server.',
    labelNames: ['transport', 'end'],
    registers,
  });
  const subscribers = new Gauge({
    name: 'live_ledger_subscribers',
    help: 'Active subscriptions.',
    labelNames: ['transport'],
    registers,
  });
  // Plain numbers, because the path is hot. A scrape copies them to the counter.
  const messagesSent: Record<Transport, number> = { websocket: 0, sse: 0 };
  const sent = { name: 'live_messages_sent_total', help: 'Messages that were written to connections.' };
  askAtScrape(registry, { ...sent, labelNames: ['transport'] }, () =>
    transports.map((transport) => [{ transport }, messagesSent[transport]]),
  );
  for (const transport of transports) {
    connections.set({ transport }, 0);
    subscribers.set({ transport }, 0);
    for (const end of [...Object.keys(closeReasons), 'CLIENT']) ended.inc({ transport, end }, 0);
  }
  return {
    opened: (transport: Transport) => connections.inc({ transport }),
    closed: (transport: Transport, end: LiveEnd) => {
      connections.dec({ transport });
      ended.inc({ transport, end });
    },
    subscribed: (transport: Transport) => subscribers.inc({ transport }),
    unsubscribed: (transport: Transport) => subscribers.dec({ transport }),
    sent: (transport: Transport, count: number) => {
      messagesSent[transport] += count;
    },
  };
}
