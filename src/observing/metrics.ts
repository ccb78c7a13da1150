import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GraphQLFormattedError } from 'graphql';
import { collectDefaultMetrics, Counter, Gauge, register, Registry } from 'prom-client';
import { wrongTokensHelp } from '../connections/wrong-tokens.ts';
import { errorCodes, type ErrorCode } from '../kernel/errors.ts';
import type { MetricFamily, MetricValue } from './figures.ts';
import type { GraphqlPorts, StandbyStatus } from '../api/ports.ts';
import type { Clock } from '../kernel/clock.ts';

/** The counters of the reader. */
export type Metrics = ReturnType<typeof createMetrics>;

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

/**
 * Registers every metric of a reader in a new registry. docs/metrics.md lists names and labels. Every label takes its values from a closed list,
 * never from input.
 */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
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
  const wrong = new Counter({ name: 'live_ledger_wrong_tokens_total', help: wrongTokensHelp, registers });
  for (const outcome of ['OK', 'INTERNAL']) operations.inc({ outcome }, 0);
  for (const code of requestRefusals) refused.inc({ code }, 0);
  return {
    /** Only this server's: several may run in one process. */
    registry,
    /** All metrics of this process as data, for the recorder, which answers `/metrics`. */
    async families(): Promise<MetricFamily[]> {
      const [ours, ofProcess] = [await readFamilies(registry), await readFamilies(register)];
      // The recorder reports the same of itself.
      const label = (value: MetricValue) => ({ ...value, labels: { ...value.labels, process: 'reader' } });
      return [...ours, ...ofProcess.map((family) => ({ ...family, values: family.values.map(label) }))];
    },
    /** Counts a GraphQL operation: `OK` if its answer has no errors, else the code of the first. */
    operationAnswered: (outcome: ErrorCode | 'OK') => operations.inc({ outcome }),
    /** Counts a refused request to neither callbacks nor GraphQL, such as one without a route, or one that is not HTTP. */
    requestRefused: (code: ErrorCode) => refused.inc({ code }),
    /** Counts a token that is not listed. */
    wrongToken: () => wrong.inc(),
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

/** The code of the first error as a metric label, always from the closed list. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | 'OK' {
  const [first] = errors ?? [];
  if (first === undefined) return 'OK';
  const code = String(first.extensions?.['code']);
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL';
}

/** Milliseconds between two checks of the event loop. Shorter delays do no harm. */
const resolutionMs = 10;

/** Each is the sum of another gauge of prom-client, which counts by type. `_total` is for counters only. */
const gaugesNamedAsCounters = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const percentiles = { '0.5': 50, '0.99': 99, '1': 100 } as const;

/** Adds to prom-client's global registry, which every server serves too. Call it once: the observers run until the process ends. */
export function observeProcess(version: string): void {
  collectDefaultMetrics();
  for (const name of gaugesNamedAsCounters) register.removeSingleMetric(name);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  new Gauge({
    name: 'live_ledger_event_loop_delay_seconds',
    help: 'By how much the event loop of the main thread was late since the last scrape: median, 99th percentile, maximum.',
    // Not `quantile`: that label belongs to summaries.
    labelNames: ['percentile'],
    collect() {
      for (const [percentile, value] of Object.entries(percentiles)) {
        // The delay is in nanoseconds and includes the time between two checks. It is 0 right after a scrape.
        this.set({ percentile }, Math.max(0, delay.percentile(value) / 1e9 - resolutionMs / 1_000));
      }
      delay.reset();
    },
  });
  new Gauge({
    name: 'live_ledger_build_info',
    help: 'Always 1; the labels are the versions of the product and of Node.',
    labelNames: ['version', 'node_version'],
  }).set({ version, node_version: process.version }, 1);
}

/** A name that ends in `_total` makes a counter. */
interface Asked {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

type Values = Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/** Registers a metric whose values are computed at each scrape. */
export function askAtScrape(
  registry: Registry,
  { name, help, labelNames = [] }: Asked,
  values: () => number | Values | Promise<number | Values>,
): void {
  const collect = async (metric: Counter | Gauge) => {
    const all = await values();
    metric.reset();
    for (const [labels, value] of typeof all === 'number' ? ([[{}, all]] as const) : all) metric.inc(labels, value);
  };
  const Kind = name.endsWith('_total') ? Counter : Gauge;
  const metric: Counter | Gauge = new Kind({
    name: `live_ledger_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect: () => collect(metric),
  });
}

const projected = {
  events: 'Events of the log that were projected since the start.',
  callbacks: 'First deliveries of callbacks among them.',
  redeliveries: 'Redeliveries of callbacks among them.',
  poisoned: 'Events among them that could not be projected and were skipped.',
  damaged: 'Events among those that were skipped because they are not what was recorded.',
} as const;

/** Registers the lag and the counts of the projector. */
export function observeProjection(registry: Registry, progress: () => GraphqlPorts['progress']): void {
  const lag = () =>
    progress()
      .lag()
      .catch(() => ({ events: NaN, ms: NaN }));
  const events = 'Events of the log that are not projected yet. NaN where the log cannot be read.';
  const age = 'Age of the oldest event that is not projected yet; 0 where there is none.';
  const stalled = '1 while the projector cannot write and retries, else 0.';
  askAtScrape(registry, { name: 'projection_lag_events', help: events }, async () => (await lag()).events);
  askAtScrape(registry, { name: 'projection_lag_seconds', help: age }, async () => (await lag()).ms / 1_000);
  askAtScrape(registry, { name: 'projector_stalled', help: stalled }, () =>
    progress().stalledBecause() === null ? 0 : 1,
  );
  for (const [name, help] of Object.entries(projected) as [keyof typeof projected, string][]) {
    askAtScrape(registry, { name: `projection_${name}_total`, help }, () => progress().counts()[name]);
  }
}

/** Registers how far a standby is behind its primary. */
export function observeStandby(
  registry: Registry,
  { standby, clock }: { readonly standby: () => StandbyStatus; readonly clock: Clock },
): void {
  const events = 'Events that this standby lacked when its primary answered last. NaN if it never did.';
  const behind = 'Seconds since this standby last had everything; 0 while it follows.';
  const unanswered = 'Seconds since the primary has not answered this standby; 0 while it does.';
  askAtScrape(registry, { name: 'standby_events_behind', help: events }, () => standby().eventsBehind ?? NaN);
  askAtScrape(registry, { name: 'standby_behind_seconds', help: behind }, () => standby().behindMs / 1_000);
  askAtScrape(registry, { name: 'standby_primary_unanswered_seconds', help: unanswered }, () => {
    const { unansweredSinceMs } = standby();
    return unansweredSinceMs === null ? 0 : Math.max(0, clock() - unansweredSinceMs) / 1_000;
  });
}

type ForwardingControl = GraphqlPorts['forwarding'];
type ForwardTargetStatus = Awaited<ReturnType<ForwardingControl['targets']>>[number];

/** Registers the progress of each forwarding target, by its name in the settings. */
export function observeForwarding(registry: Registry, { targets }: Pick<ForwardingControl, 'targets'>): void {
  observeTargets(registry, targets, { prefix: 'forward', what: 'Callbacks' });
}

/** Registers the open alerts of each rule, and the progress of each alert target. */
export function observeAlerts(registry: Registry, alerts: GraphqlPorts['alerts']): void {
  const open = { name: 'alerts', help: 'Alerts that have begun and not ended.', labelNames: ['rule'] };
  askAtScrape(registry, open, () => alerts.counts().map(({ rule, alerts: count }) => [{ rule }, count]));
  observeTargets(registry, () => alerts.targets(), { prefix: 'alert_target', what: 'Messages' });
}

/** Registers the metrics of both kinds of targets. Their names begin with `prefix`; `what` is the help's word for the messages. */
function observeTargets(
  registry: Registry,
  targets: ForwardingControl['targets'],
  { prefix, what }: { readonly prefix: string; readonly what: string },
): void {
  let asked: Promise<readonly ForwardTargetStatus[]> | null = null;
  // All metrics of a scrape share one answer. If the log cannot be read, these have no values, and the scrape still succeeds.
  const known = () =>
    (asked ??= targets()
      .catch(() => [])
      .finally(() => {
        asked = null;
      }));
  const ask = (name: string, help: string, valueOf: (target: ForwardTargetStatus) => number) =>
    askAtScrape(registry, { name: `${prefix}_${name}`, help, labelNames: ['target'] }, async () =>
      (await known()).map((target) => [{ target: target.name }, valueOf(target)]),
    );
  ask('lag_events', 'Events of the log that are not done for the target.', ({ lagEvents }) => lagEvents);
  ask('lag_seconds', 'Age of the oldest of them; 0 where there is none.', ({ lagMs }) => lagMs / 1_000);
  ask('active', '1 on the node that forwards to the target, else 0.', ({ isActiveHere }) => (isActiveHere ? 1 : 0));
  ask('paused', '1 while an operator has paused the target, else 0.', ({ state }) => (state === 'PAUSED' ? 1 : 0));
  ask('failing', '1 while the last attempts have all failed, else 0.', ({ state }) => (state === 'FAILING' ? 1 : 0));
  ask('attempts_total', 'Requests to the target.', ({ attempts }) => attempts);
  ask('delivered_total', `${what} that the target took.`, ({ delivered }) => delivered);
  ask(
    'set_aside_total',
    `${what} that were given up, since the target was set up.`,
    ({ setAsideTotal }) => setAsideTotal,
  );
  const failed = { name: `${prefix}_failures_total`, help: 'Attempts that failed, by what was wrong.' };
  askAtScrape(registry, { ...failed, labelNames: ['target', 'fault'] }, async () =>
    (await known()).flatMap(({ name: target, failures }) =>
      Object.entries(failures).map(([fault, attempts]) => [{ target, fault }, attempts] as const),
    ),
  );
}
