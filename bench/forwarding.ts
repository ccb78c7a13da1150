/**
 * What do many forwarding targets cost the serving process? Measures CPU time when idle and for each callback, and memory: without targets,
 * with one target taking each callback, and with all targets taking every callback. With `--event-store` the log is in the stand-in for
 * EventStoreDB, and the leases' requests to the server are counted too, in a separate period.
 * Run: npm run bench:forwarding (five minutes; --seconds N and --targets N,N make it shorter).
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchFlags } from './bench-flags.ts';
import { startStandIn } from '../test/eventstoredb-stand-in/server/stand-in.ts';
import { targetWith } from '../test/forwarding/forwarding-fixture.ts';
import { openLeaseFixture } from '../test/forwarding/lease/lease-fixture.ts';
import { openReceiver } from '../test/forwarding/receivers.ts';
import { endLedger, startLedger } from '../test/support/live-ledger-process.ts';
import { scrapeSample } from '../test/support/metrics.ts';
import { pushBody } from '../test/support/callback-bodies.ts';
import { makeTemporaryFolder } from '../test/support/temporary-folder.ts';

const flags = benchFlags({
  seconds: { type: 'string', default: '10' },
  targets: { type: 'string', default: '32,256' },
  'event-store': { type: 'boolean', default: false },
});
const seconds = Number(flags.seconds);
const perSecond = 100;

/** Seconds for which reads and appends are counted: long enough for several turns of 256 targets. */
const leaseSeconds = 60;

/** The callbacks that a target takes: those of its own domain, or all. */
type Kind = 'one takes' | 'all take';

interface Cost {
  readonly idleMs: number;
  readonly callbackMs: number;
  readonly megabytes: number;
}

const domainOf = (index: number) => `push-${index}.example.com`;

async function run(count: number, kind: Kind): Promise<Cost> {
  const folder = makeTemporaryFolder();
  const receiver = await openReceiver();
  const targets = Array.from({ length: count }, (_, index) => ({
    name: `target-${index}`,
    url: receiver.url,
    ...(kind === 'one takes' && { filter: { domains: [domainOf(index)] } }),
  }));
  const file = path.join(folder.path, 'targets.json');
  writeFileSync(file, JSON.stringify({ targets }));
  const server = flags['event-store'] ? await startStandIn() : null;
  const ledger = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'data'),
    LOG_LEVEL: 'error',
    ...(server !== null && { EVENT_STORE_URL: server.url }),
    ...(count > 0 && { FORWARD_FILE: file, FORWARD_ALLOW: 'loopback' }),
  });
  try {
    const url = await ledger.url();
    const cpuOf = (name: string) => scrapeSample(url, `process_cpu_seconds_total{process="${name}"}`);
    const cpuMs = async () => ((await cpuOf('recorder')) + (await cpuOf('reader'))) * 1_000;
    await sleep(5_000);
    const begun = await cpuMs();
    await sleep(seconds * 1_000);
    const idle = await cpuMs();
    const callbacks = seconds * perSecond;
    const posts: Promise<unknown>[] = [];
    for (let sent = 0; sent < callbacks; sent += 1) {
      const body = JSON.stringify(
        pushBody({ app: domainOf(sent % Math.max(1, count)), sequence: String(sent), stream_id: `s-${sent}` }),
      );
      posts.push(fetch(`${url}/callbacks/css`, { method: 'POST', body }).then((answer) => answer.text()));
      await sleep(1_000 / perSecond);
    }
    await Promise.all(posts);
    await receiver.arrived(callbacks * (kind === 'all take' ? count : Math.min(1, count)));
    await sleep(1_000);
    const loaded = await cpuMs();
    const bytes = await scrapeSample(url, 'process_resident_memory_bytes');
    return { idleMs: (idle - begun) / seconds, callbackMs: (loaded - idle) / callbacks, megabytes: bytes / 1024 ** 2 };
  } finally {
    await endLedger(ledger);
    await server?.close();
    await receiver.close();
    folder.remove();
  }
}

/** Reads and appends a second of a forwarding node and of one beside it, when idle and with one callback a second. */
async function leaseCosts(count: number): Promise<readonly string[]> {
  const targets = Array.from({ length: count }, (_, index) => targetWith({ name: `target-${index}` }));
  const fixture = openLeaseFixture(targets[0]);
  const nodes = [fixture.openNode('forwards', targets)];
  await fixture.pass(5_000);
  nodes.push(fixture.openNode('beside', targets));
  await fixture.pass(5_000);
  const costs: string[] = [];
  for (const isIdle of [true, false]) {
    const begun = nodes.map(({ calls }) => ({ ...calls }));
    for (let second = 0; second < leaseSeconds; second += 1) {
      if (!isIdle) await fixture.record(`stream-${second % 7}`);
      await fixture.pass(1_000);
    }
    for (const [index, { calls }] of nodes.entries()) {
      for (const call of ['reads', 'appends'] as const) {
        costs.push(((calls[call] - (begun[index]?.[call] ?? 0)) / leaseSeconds).toFixed(1).padStart(8));
      }
    }
  }
  await Promise.all(nodes.flatMap(({ all }) => all.map((leased) => leased.close())));
  return costs;
}

const counts = flags.targets.split(',').map(Number);
if (flags['event-store']) {
  process.stdout.write('            nothing comes                       a callback a second\n');
  process.stdout.write('            forwards          beside            forwards          beside\n');
  process.stdout.write(`targets ${'   reads appends'.repeat(4).replaceAll('appends', ' appends')}\n`);
  for (const count of counts) process.stdout.write(`${String(count).padEnd(8)}${(await leaseCosts(count)).join('')}\n`);
}
process.stdout.write('targets             CPU ms a second, idle   CPU ms a callback, at 100/s   memory MB\n');
for (const [count, kind] of [
  [0, 'one takes'],
  ...counts.map((count) => [count, 'one takes'] as const),
  [Math.min(...counts), 'all take'],
] as const) {
  const { idleMs, callbackMs, megabytes } = await run(count, kind);
  const figures = [
    idleMs.toFixed(1).padStart(18),
    callbackMs.toFixed(2).padStart(29),
    megabytes.toFixed(0).padStart(17),
  ];
  process.stdout.write(`${String(count).padEnd(4)} ${kind.padEnd(10)}${figures.join('')}\n`);
}
