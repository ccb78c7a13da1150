/**
 * What do many targets of forwarding cost the process that serves? Processor time while nothing comes and for each callback, and
 * memory: without targets, with targets of which one takes each callback, and with targets that each take all.
 * Run: npm run bench:forwarding (five minutes; --seconds N and --targets N,N make it shorter).
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openReceiver } from '../test/forwarding/receivers.ts';
import { endLedger, startLedger } from '../test/support/live-ledger-process.ts';
import { scrapeSample } from '../test/support/metrics.ts';
import { pushBody } from '../test/support/callback-bodies.ts';
import { makeTemporaryFolder } from '../test/support/temporary-folder.ts';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, targets: { type: 'string', default: '32,256' } },
});
const seconds = Number(flags.seconds);
const perSecond = 100;

/** Which callbacks a target takes: those of its own domain, or all. */
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
  const ledger = startLedger(['serve'], {
    ...{ PORT: '0', DATA_DIR: path.join(folder.path, 'data'), LOG_LEVEL: 'error' },
    ...(count > 0 && { FORWARD_FILE: file, FORWARD_ALLOW: 'loopback' }),
  });
  try {
    const url = await ledger.url();
    const cpuMs = async () => (await scrapeSample(url, 'process_cpu_seconds_total')) * 1_000;
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
    await receiver.close();
    folder.remove();
  }
}

const counts = flags.targets.split(',').map(Number);
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
