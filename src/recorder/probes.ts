import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  formRefusal,
  methodNotAllowed,
  noHost,
  requestIdHeader,
  tooManyWrongTokens,
  type OnRefused,
  type Refusal,
} from '../connections/refusals.ts';
import { steadyClock, type Clock } from '../kernel/clock.ts';
import { storeFailureCountsForMs } from '../connections/limits.ts';
import { bearerOf, isRecorderPath, type RequestReading, isOwnHost } from '../connections/request-reading.ts';
import type { WrongTokens } from '../connections/wrong-tokens.ts';
import { readinessCheck, type ReadinessCheck } from '../kernel/errors.ts';
import type { SpoolFigures } from '../log/spool/spool.ts';
import { metricsContentType, writeFamilies, type Figures, type MetricFamily } from '../observing/figures.ts';
import { logAnswer, sendAnswer, type Answer, type DebugLogger } from './door.ts';
import type { ReaderQuestion } from './process-messages.ts';

/** Whether callbacks can be made durable, in the log or in the spool. */
export interface StorageStatus {
  /** False while the log is not available and no spool accepts callbacks. */
  canStore(): boolean;
  /** The events that wait in the spool; null without a spool. */
  spooled(): SpoolFigures | null;
}

type StoreFailure = 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED';

/**
 * Judges the store by the outcome of the newest callback, which says more than a trial write. A load balancer sends no
 * callbacks to a node that is not ready, so none could prove it ready again. A failure therefore counts for a bounded time.
 */
export class StorageHealth {
  private failed: { readonly failure: StoreFailure; readonly atMs: number } | null = null;

  constructor(
    private readonly canStore: () => boolean,
    private readonly elapsedMs: Clock = steadyClock,
  ) {}

  /** Call it for every callback that was made durable. */
  noteStored(): void {
    this.failed = null;
  }

  /** Call it for every callback that could not be made durable. */
  noteNotStored(failure: StoreFailure): void {
    this.failed = { failure, atMs: this.elapsedMs() };
  }

  check(): ReadinessCheck {
    if (!this.canStore()) return readinessCheck('store', 'STORE_UNAVAILABLE');
    const { failed } = this;
    const counts = failed !== null && this.elapsedMs() - failed.atMs < storeFailureCountsForMs;
    return readinessCheck('store', counts ? failed.failure : null);
  }
}

/** Who may read the metrics. */
export interface MetricsAccess {
  /** Whether HOST is loopback. Then, without tokens, a page of a domain that resolves to this machine reads nothing. */
  readonly isLocal: boolean;
  /** Bearer tokens; empty: none is needed. */
  readonly tokens: readonly string[];
}

interface ProbesOptions {
  readonly metricsAccess: MetricsAccess;
  /** Null if callbacks are not this node's role. */
  readonly storage: { readonly health: StorageHealth; readonly status: StorageStatus } | null;
  /** Asks the reader; resolves with null if it does not answer. Null if queries are not this node's role. */
  readonly askReader: ((about: ReaderQuestion) => Promise<unknown>) | null;
  /** Then callbacks are refused with where to send them. */
  readonly isStandby: boolean;
  readonly stopping: () => boolean;
  readonly figures: Figures;
  readonly reading: RequestReading;
  readonly wrongTokens: WrongTokens;
  readonly onRefused: OnRefused;
  readonly logger: DebugLogger;
}

/**
 * Answers the probes, without a token, and `/metrics`: they reveal nothing of a callback. Those of taking callbacks depend on
 * this process alone; the others say so if the reader does not answer. What is returned answers a request; false if that is
 * the reader's: then nothing was done. What is neither's gets a 404.
 */
export function createProbes(options: ProbesOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { storage, askReader, stopping, figures, reading, onRefused, logger } = options;
  const connections = () => readinessCheck('connections', stopping() ? 'STOPPING' : null);
  const query = async (): Promise<readonly ReadinessCheck[]> => {
    const answer = askReader === null ? [] : await askReader('readiness');
    // The reader is this same program: it answers with checks.
    return answer === null ? [readinessCheck('reader', 'READER_UNAVAILABLE')] : (answer as ReadinessCheck[]);
  };
  const receive = () => (storage === null ? [] : [storage.health.check()]);
  const spool = () => {
    const figuresOfSpool = storage?.status.spooled() ?? null;
    if (figuresOfSpool === null) return {};
    const { events, bytes, oldestAgeMs } = figuresOfSpool;
    return { spool: { events, bytes, oldestAgeMs } };
  };
  const scrape = shareWhilePending(async () => {
    const ofReader = (askReader && ((await askReader('metrics')) as MetricFamily[] | null)) ?? [];
    return writeFamilies([...figures.families(), ...ofReader]);
  });

  const readiness = (checks: readonly ReadinessCheck[], more = {}): ProbeAnswer => {
    const ready = checks.every(({ ok }) => ok);
    return json(ready ? 200 : 503, { ready, checks, ...more });
  };
  const routes: Readonly<Record<string, (() => ProbeAnswer | Promise<ProbeAnswer>) | undefined>> = {
    // Any answer proves that the event loop runs.
    '/healthz': () => json(200, { alive: true }),
    '/readyz': async () => {
      const [checks, standby] = await Promise.all([query(), askReader?.('standby') ?? null]);
      return readiness([connections(), ...receive(), ...checks], { ...spool(), ...(standby !== null && { standby }) });
    },
    '/readyz/receive': storage === null ? undefined : () => readiness([connections(), ...receive()], spool()),
    '/readyz/query': askReader === null ? undefined : async () => readiness([connections(), ...(await query())]),
    '/metrics': async () => ({ status: 200, contentType: metricsContentType, body: await scrape() }),
  };

  return (request, response) => {
    const { method, url = '', headers, httpVersion } = request;
    const path = url.replace(/\?.*$/s, '');
    const route = routes[path];
    if (askReader !== null && !isRecorderPath(url)) return false;
    const requestId = reading.idOf(request);
    // Not what else a path may be: it may have a token.
    logAnswer(logger, { request, response }, { route: route === undefined ? 'none' : path, requestId });
    const hasHost = headers.host !== undefined || httpVersion === '1.0';
    const refusal =
      refusalOf(route !== undefined, method, hasHost) ??
      (path === '/metrics' ? refusalOfScrape(request, options) : null);
    if (route === undefined || refusal !== null) {
      const isCallback = options.isStandby && /^\/+callbacks(\/|$)/i.test(path);
      const refusing = isCallback ? standbyTakesNone : (refusal ?? notFound);
      onRefused(refusing, requestId);
      sendAnswer(request, response, {
        ...refused(refusing, requestId),
        isLast: stopping() || refusal === noHost,
      });
      return true;
    }
    request.resume();
    void Promise.resolve(route()).then((found) => {
      const body = method === 'HEAD' ? '' : found.body;
      sendAnswer(request, response, { ...found, headers: headersOf(found, requestId), body, isLast: stopping() });
    });
    return true;
  };
}

interface ProbeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

function headersOf({ contentType, body }: ProbeAnswer, requestId: string): Answer['headers'] {
  return {
    'cache-control': 'no-store',
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    [requestIdHeader]: requestId,
  };
}

function json(status: number, body: unknown): ProbeAnswer {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

/** What is wrong with a request; null if nothing is. */
function refusalOf(isRoute: boolean, method: string | undefined, hasHost: boolean): Refusal | null {
  if (!hasHost) return noHost;
  if (!isRoute) return notFound;
  return method === 'GET' || method === 'HEAD' ? null : methodNotAllowed;
}

function refusalOfScrape(
  request: IncomingMessage,
  { metricsAccess: { isLocal, tokens }, reading, wrongTokens }: ProbesOptions,
): Refusal | null {
  const { headers } = request;
  // Without a token, as GraphQL without API_TOKENS.
  if (tokens.length === 0) return isLocal && !isOwnHost(headers) ? foreignHost : null;
  const bearer = bearerOf(headers.authorization) ?? '';
  const compared = wrongTokens.compare(reading.addressOf(request), bearer, tokens);
  return { LISTED: null, WRONG: noToken, TOO_MANY: tooManyWrongTokens }[compared];
}

const foreignHost: Refusal = {
  status: 401,
  error: 'UNAUTHENTICATED',
  message: 'Without METRICS_TOKENS, only localhost, 127.0.0.1 and [::1] are served. Use one, or set METRICS_TOKENS.',
};

const noToken: Refusal = {
  status: 401,
  error: 'UNAUTHENTICATED',
  message: 'Send the header Authorization: Bearer with one of METRICS_TOKENS.',
};

function refused(refusal: Refusal, requestId: string): Answer {
  const formed = formRefusal(refusal, requestId);
  const more = { 405: { allow: 'GET, HEAD' }, 401: { 'www-authenticate': 'Bearer' } }[refusal.status];
  return more === undefined ? formed : { ...formed, headers: { ...formed.headers, ...more } };
}

const standbyTakesNone: Refusal = {
  status: 503,
  error: 'STANDBY',
  message: 'This node is a standby, and records nothing. Send callbacks to its primary, which its PRIMARY_URL names.',
};

const notFound: Refusal = {
  status: 404,
  error: 'NOT_FOUND',
  message: 'There is no such route on this node: see its ROLES.',
};

/** Everyone who asks before an answer is there gets the same one. */
function shareWhilePending<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let pending: Promise<Result> | null = null;
  return () =>
    (pending ??= make().finally(() => {
      pending = null;
    }));
}
