import type { GraphQLFormattedError } from 'graphql';
import { Counter, Registry, register as processRegistry } from 'prom-client';
import { errorCodes, type ErrorCode } from '../kernel/errors.ts';
import type { MetricFamily, MetricValue } from './figures.ts';

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

/** Registers every metric of a reader in a new registry. docs/operations.md lists names and labels. */
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

function observeRequests(registers: Registry[]): Pick<Metrics, 'operationAnswered' | 'requestRefused'> {
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
  for (const outcome of ['OK', 'INTERNAL']) operations.inc({ outcome }, 0);
  for (const code of requestRefusals) refused.inc({ code }, 0);
  return {
    operationAnswered: (outcome) => operations.inc({ outcome }),
    requestRefused: (code) => refused.inc({ code }),
  };
}

/** The code of the first error as a metric label, always from the closed list. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | 'OK' {
  const [first] = errors ?? [];
  if (first === undefined) return 'OK';
  const code = String(first.extensions?.['code']);
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL';
}
