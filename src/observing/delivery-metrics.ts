import { Counter, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../api/context.ts';
import { askAtScrape } from './process-metrics.ts';

/** How an export ended: it is whole, either side closed the connection early, or a page could not be read. */
export const exportEnds = ['WHOLE', 'CLOSED', 'FAILED'] as const;
export type ExportEnd = (typeof exportEnds)[number];

/** Counts exports and their rows by the name of the table, never by the parameters of the request. */
export interface ExportMetrics {
  ended(table: string, end: ExportEnd): void;
  rows(table: string, count: number): void;
}

/** Registers the metrics of exports; `tables` are the values of the label. */
export function observeExports(registry: Registry, tables: Iterable<string>, open: () => number): ExportMetrics {
  const registers = [registry];
  askAtScrape(registry, { name: 'exports_open', help: 'Exports of tables that are being sent.' }, open);
  const ended = new Counter({
    name: 'live_ledger_exports_total',
    help: 'Exports of tables that have ended: WHOLE, CLOSED where the connection was closed before, FAILED where a page could not be read.',
    labelNames: ['table', 'end'],
    registers,
  });
  const rows = new Counter({
    name: 'live_ledger_export_rows_total',
    help: 'Rows of tables that were written.',
    labelNames: ['table'],
    registers,
  });
  for (const table of tables) {
    rows.inc({ table }, 0);
    for (const end of exportEnds) ended.inc({ table, end }, 0);
  }
  return {
    ended: (table, end) => ended.inc({ table, end }),
    rows: (table, count) => rows.inc({ table }, count),
  };
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
