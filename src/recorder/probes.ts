import type { IncomingMessage, ServerResponse } from 'node:http';
import { formRefusal, requestIdHeader } from '../connections/refusal.ts';
import type { RequestReading } from '../connections/request-reading.ts';
import { readinessCheck, type ReadinessCheck } from '../kernel/readiness.ts';
import { logAnswer, type DebugLogger } from './answer-log.ts';
import { metricsContentType, writeFamilies, type Figures, type MetricFamily } from './figures.ts';
import type { ReaderQuestion } from './process-messages.ts';
import type { StorageHealth, StorageStatus } from './storage-health.ts';

export interface ProbesOptions {
  /** Null if callbacks are not this node's role. */
  readonly storage: { readonly health: StorageHealth; readonly status: StorageStatus } | null;
  /** Asks the reader; resolves with null if it does not answer. Null if queries are not this node's role. */
  readonly askReader: ((about: ReaderQuestion) => Promise<unknown>) | null;
  readonly stopping: () => boolean;
  readonly figures: Figures;
  readonly reading: RequestReading;
  readonly logger: DebugLogger;
}

/**
 * Answers the probes and `/metrics`, without a token: they reveal nothing of a callback. Those of taking callbacks depend on
 * this process alone; the others say so if the reader does not answer.
 */
export interface Probes {
  /** False if the request is for something else: then nothing was done. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Creates the probes of the node's roles; they need no closing. */
export function createProbes({ storage, askReader, stopping, figures, reading, logger }: ProbesOptions): Probes {
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

  const readiness = (checks: readonly ReadinessCheck[], more = {}): Answer => {
    const ready = checks.every(({ ok }) => ok);
    return json(ready ? 200 : 503, { ready, checks, ...more });
  };
  const routes: Readonly<Record<string, (() => Answer | Promise<Answer>) | undefined>> = {
    // Any answer proves that the event loop runs.
    '/healthz': () => json(200, { alive: true }),
    '/readyz': async () => readiness([connections(), ...receive(), ...(await query())], spool()),
    '/readyz/receive': storage === null ? undefined : () => readiness([connections(), ...receive()], spool()),
    '/readyz/query': askReader === null ? undefined : async () => readiness([connections(), ...(await query())]),
    '/metrics': async () => ({ status: 200, contentType: metricsContentType, body: await scrape() }),
  };

  return {
    handle(request, response) {
      const { method, url = '', headers, httpVersion } = request;
      const path = url.replace(/\?.*$/s, '');
      const route = routes[path];
      const hasHost = headers.host !== undefined || httpVersion === '1.0';
      if (route === undefined || !hasHost) return false;
      const requestId = reading.idOf(request);
      logAnswer(logger, { request, response }, { route: path, requestId });
      request.resume();
      if (method !== 'GET' && method !== 'HEAD') {
        send(response, refuseMethod(requestId));
        return true;
      }
      void Promise.resolve(route()).then(({ status, contentType, body }) => {
        send(response, {
          status,
          headers: {
            'cache-control': 'no-store',
            'content-type': contentType,
            'content-length': Buffer.byteLength(body),
            [requestIdHeader]: requestId,
          },
          body: method === 'HEAD' ? '' : body,
        });
      });
      return true;
    },
  };

  function send(response: ServerResponse, { status, headers, body }: Sent): void {
    if (response.destroyed || response.headersSent) return;
    response.writeHead(status, stopping() ? { ...headers, connection: 'close' } : headers).end(body);
  }
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

function json(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

function refuseMethod(requestId: string): Sent {
  const message = 'This route does not serve this method. Use one of those in the header Allow.';
  const formed = formRefusal({ status: 405, error: 'METHOD_NOT_ALLOWED', message }, requestId);
  return { ...formed, headers: { ...formed.headers, allow: 'GET, HEAD' } };
}

/** Everyone who asks before an answer is there gets the same one. */
function shareWhilePending<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let pending: Promise<Result> | null = null;
  return () =>
    (pending ??= make().finally(() => {
      pending = null;
    }));
}
