import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endLedger, startLedger } from '../../test/support/live-ledger-process.ts';
import type { Load, Loaded } from '../ingest/load.ts';
import { sum } from '../process-tree.ts';
import { ask, end, start } from '../processes.ts';
import { summarise } from '../measure.ts';
import { newPrefix, type Bench } from './bench.ts';
import { line, shorten, spread } from '../table.ts';

const connectionCounts = [64, 256, 512] as const;
const kinds = ['embedded', 'EventStoreDB'] as const;
type Kind = (typeof kinds)[number];

interface Received {
  readonly kind: Kind;
  readonly connections: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of all processes of the service, per callback. */
  readonly cpuUs: number;
  /** Callbacks not acknowledged, or acknowledged by the spool instead of the log. */
  readonly elsewhere: number;
}

/** Compares callbacks acknowledged a second over HTTP by a receiving node on EventStoreDB and by a process with the embedded log. */
export async function measureReceiving(bench: Bench): Promise<void> {
  const load = start('ingest/load.ts');
  const all: Received[] = [];
  try {
    for (let round = 0; round < bench.rounds; round += 1) {
      for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) {
        all.push(...(await measureKind(kind, { ...bench, load })));
      }
    }
  } finally {
    await end(load);
  }
  line(
    ['connections', 11],
    ['log', 12],
    ['acknowledged/s', 20],
    ['to embedded', 18],
    ['p50 ms', 7],
    ['p99 ms', 7],
    ['CPU µs each', 11],
    ['not in the log', 14],
  );
  for (const connections of connectionCounts) {
    const of = (kind: Kind) => all.filter((one) => one.kind === kind && one.connections === connections);
    for (const kind of kinds) {
      const median = (pick: (one: Received) => number) => summarise(of(kind).map(pick)).median;
      line(
        [String(connections), 11],
        [kind, 12],
        [spread(of(kind).map((one) => one.perSecond)), 20],
        [spread(of(kind).map((one, round) => one.perSecond / (of('embedded')[round]?.perSecond ?? NaN))), 18],
        [shorten(median((one) => one.p50Ms)), 7],
        [shorten(median((one) => one.p99Ms)), 7],
        [shorten(median((one) => one.cpuUs)), 11],
        [String(summarise(of(kind).map((one) => one.elsewhere)).greatest), 14],
      );
    }
  }
}

/** Measures one process with its own log at each number of connections in turn. */
async function measureKind(
  kind: Kind,
  { url, folder, ms, load }: Bench & { load: ReturnType<typeof start> },
): Promise<Received[]> {
  const dataDir = mkdtempSync(path.join(folder, 'data-'));
  const onEventStoreDb = { EVENT_STORE_URL: url, EVENT_STORE_PREFIX: newPrefix(), ROLES: 'receive' };
  const node = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: dataDir,
    ...(kind === 'EventStoreDB' ? onEventStoreDb : {}),
  });
  try {
    const nodeUrl = await node.url();
    const port = Number(new URL(nodeUrl).port);
    const metrics = async () => readMetrics(await (await fetch(`${nodeUrl}/metrics`)).text());
    await ask<Load, Loaded>(load, { port, connections: 16, ms: 1_000 });
    const received: Received[] = [];
    for (const connections of connectionCounts) {
      const before = await metrics();
      const { acknowledged, refused, latenciesMs } = await ask<Load, Loaded>(load, { port, connections, ms });
      const after = await metrics();
      const sorted = [...latenciesMs].sort((one, other) => one - other);
      const quantile = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
      received.push({
        kind,
        connections,
        perSecond: (acknowledged * 1_000) / ms,
        p50Ms: quantile(0.5),
        p99Ms: quantile(0.99),
        cpuUs: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / acknowledged,
        elsewhere: refused + after.spooled - before.spooled,
      });
    }
    return received;
  } finally {
    await endLedger(node);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function readMetrics(text: string): { readonly cpuSeconds: number; readonly spooled: number } {
  // Each process of the service has a sample of its own.
  const valueOf = (name: string) =>
    sum([...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value)));
  return {
    cpuSeconds: valueOf('process_cpu_seconds_total'),
    spooled: valueOf('live_ledger_spool_kept_total'),
  };
}
