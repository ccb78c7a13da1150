import type { GraphQLFormattedError } from 'graphql';
import { Counter, Gauge, register as processRegistry, Registry } from 'prom-client';
import { closeReasons, type CloseReason } from '../api/subscriptions/live-bounds.ts';
import { wrongTokensHelp } from '../connections/wrong-tokens.ts';
import { errorCodes, type ErrorCode } from '../kernel/errors.ts';
import type { MetricFamily, MetricValue } from './figures.ts';
import { askAtScrape } from './part-metrics.ts';

export const transports = ['websocket', 'sse'] as const;
export type Transport = (typeof transports)[number];

/** Why a connection ended: CLIENT if the client closed it, else the server's reason. */
export type LiveEnd = CloseReason | 'CLIENT';

/** Counts connections that stay open, and the messages sent on them. */
export interface LiveMetrics {
  opened(transport: Transport): void;
  closed(transport: Transport, end: LiveEnd): void;
  subscribed(transport: Transport): void;
  unsubscribed(transport: Transport): void;
  sent(transport: Transport, messages: number): void;
}

/** Registers the metrics of subscriptions. Every label takes its values from a closed list. */
export function observeLive(registry: Registry): LiveMetrics {
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
    opened: (transport) => connections.inc({ transport }),
    closed: (transport, end) => {
      connections.dec({ transport });
      ended.inc({ transport, end });
    },
    subscribed: (transport) => subscribers.inc({ transport }),
    unsubscribed: (transport) => subscribers.dec({ transport }),
    sent: (transport, count) => {
      messagesSent[transport] += count;
    },
  };
}

/** The counters of the reader. Every label takes its values from a closed list, never from input. */
export interface Metrics {
  /** Only this server's: several may run in one process. */
  readonly registry: Registry;
  /** All metrics of this process as data, for the recorder, which answers `/metrics`. */
  families(): Promise<MetricFamily[]>;
  /** Counts a GraphQL operation: `OK` if its answer has no errors, else the code of the first. */
  operationAnswered(outcome: ErrorCode | 'OK'): void;
  /** Counts a refused request to neither callbacks nor GraphQL, such as one without a route, or one that is not HTTP. */
  requestRefused(code: ErrorCode): void;
  /** Counts a token that is not listed. */
  wrongToken(): void;
}

/** The codes of refused requests to neither callbacks nor GraphQL, and of refused connections without a request. */
const requestRefusals = [
  'REQUEST_INVALID',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'ORIGIN_NOT_ALLOWED',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Registers every metric of a reader in a new registry. docs/metrics.md lists names and labels. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  return {
    registry,
    async families() {
      const [ours, ofProcess] = [await readFamilies(registry), await readFamilies(processRegistry)];
      // The recorder reports the same of itself.
      const label = (value: MetricValue) => ({ ...value, labels: { ...value.labels, process: 'reader' } });
      return [...ours, ...ofProcess.map((family) => ({ ...family, values: family.values.map(label) }))];
    },
    ...observeRequests([registry]),
  };
}

async function readFamilies(registry: Registry): Promise<MetricFamily[]> {
  const all = await registry.getMetricsAsJSON();
  return all.map(({ name, help, type, values }) => ({
    name,
    help,
    type: String(type),
    values: values as MetricValue[],
  }));
}

function observeRequests(registers: Registry[]): Pick<Metrics, 'operationAnswered' | 'requestRefused' | 'wrongToken'> {
  const operations = new Counter({
    name: 'live_ledger_graphql_operations_total',
    help: 'GraphQL operations by outcome: OK, or the error code of the first error.',
    labelNames: ['outcome'],
    registers,
  });
  const refused = new Counter({
    name: 'live_ledger_requests_refused_total',
    help: 'Refused requests to neither callbacks nor GraphQL, and connections without a request, by error code.',
    labelNames: ['code'],
    registers,
  });
  const wrong = new Counter({
    name: 'live_ledger_wrong_tokens_total',
    help: wrongTokensHelp,
    registers,
  });
  for (const outcome of ['OK', 'INTERNAL']) operations.inc({ outcome }, 0);
  for (const code of requestRefusals) refused.inc({ code }, 0);
  return {
    operationAnswered: (outcome) => operations.inc({ outcome }),
    requestRefused: (code) => refused.inc({ code }),
    wrongToken: () => wrong.inc(),
  };
}

/** The code of the first error as a metric label, always from the closed list. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | 'OK' {
  const [first] = errors ?? [];
  if (first === undefined) return 'OK';
  const code = String(first.extensions?.['code']);
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL';
}
