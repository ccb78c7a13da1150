/**
 * How long after a callback's 200 do a thousand subscribers receive it, at several rates of callbacks?
 * Run: npm run bench:latency (--rounds N and --seconds N make it shorter, --rates 100,1000 picks rates).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchFlags } from './bench-flags.ts';
import type { Quantiles } from './measure.ts';
import { startSubject } from './live/subject.ts';
import { startSubscribers } from './live/start-subscribers.ts';
import { line, spread } from './table.ts';

const flags = benchFlags({
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '10' },
  subscribers: { type: 'string', default: '1000' },
  rates: { type: 'string', default: '10,100,300,1000' },
});
const [rounds, subscribers] = [Number(flags.rounds), Number(flags.subscribers)];
const ms = Number(flags.seconds) * 1_000;
const rates = flags.rates.split(',').map(Number);
const warmUpMs = 2_000;

/** Subscribers that measure latency, half of them the first to connect and half the last. */
const measuring = 20;

interface Measured {
  readonly callbacksPerSecond: number;
  readonly latency: Quantiles;
  readonly cpu: number;
}

async function measure(folder: string, perSecond: number): Promise<Measured> {
  const subject = await startSubject('ours', folder);
  // Measuring subscribers have their own process, which also posts the callbacks.
  const [few, most] = [startSubscribers(), startSubscribers()];
  try {
    const { port } = subject;
    const half = { port, count: measuring / 2, readFully: measuring / 2 };
    await few.open(half);
    await most.open({ port, count: subscribers - measuring, readFully: 0 });
    await few.open(half);
    const pace = { perSecond };
    await few.drive({ port, ms: warmUpMs, pace });
    const beforeMs = subject.cpuMs();
    const { latency, callbacks, elapsedMs } = await few.drive({ port, ms, pace });
    return {
      callbacksPerSecond: (callbacks * 1_000) / elapsedMs,
      latency,
      cpu: (subject.cpuMs() - beforeMs) / elapsedMs,
    };
  } finally {
    await few.end();
    await most.end();
    await subject.end();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const measured = new Map<number, Measured[]>(rates.map((rate) => [rate, []]));
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const rate of rates) measured.get(rate)?.push(await measure(folder, rate));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

line(
  ['callbacks/s', 18],
  ['messages/s', 11],
  ['p50 ms', 16],
  ['p99 ms', 16],
  ['worst ms', 16],
  ['cores of the server', 19],
);
for (const all of measured.values()) {
  const of = (pick: (one: Measured) => number) => spread(all.map(pick));
  const [{ callbacksPerSecond } = { callbacksPerSecond: NaN }] = all;
  line(
    [of((one) => one.callbacksPerSecond), 18],
    [Math.round(callbacksPerSecond * subscribers).toString(), 11],
    [of((one) => one.latency.p50Ms), 16],
    [of((one) => one.latency.p99Ms), 16],
    [of((one) => one.latency.greatestMs), 16],
    [of((one) => one.cpu), 19],
  );
}
