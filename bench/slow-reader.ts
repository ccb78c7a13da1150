/**
 * What does a subscriber cost that stops reading for a minute, while callbacks arrive as fast as possible and others read? Runs with and
 * without it, and compares the server's memory and the latency of the others.
 * Run: npm run bench:slow-reader (about ten minutes; --rounds N and --stopped-seconds N make it shorter).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchFlags } from './bench-flags.ts';
import type { Quantiles } from './measure.ts';
import { startSubject } from './live/subject.ts';
import type { Memory } from './process-tree.ts';
import type { ServerProcess } from './server-process.ts';
import { startSubscribers } from './live/start-subscribers.ts';
import type { Driven } from './live/subscribers.ts';
import { line, spread } from './table.ts';

const flags = benchFlags({
  rounds: { type: 'string', default: '3' },
  'stopped-seconds': { type: 'string', default: '60' },
});
const rounds = Number(flags.rounds);
const stoppedMs = Number(flags['stopped-seconds']) * 1_000;
const [warmUpMs, fastestMs, readingMs] = [3_000, 8_000, 15_000];

/** Subscribers that keep reading. Some measure the latency of each message. */
const others = { count: 20, readFully: 5 };

/** Callbacks in flight while the highest rate is measured, and the share of that rate then sent steadily. */
const [onTheirWay, steadyPart] = [1_000, 0.8];

const sampleEveryMs = 250;

interface Phase {
  readonly latency: Quantiles;
  /** The server's peak. */
  readonly memory: Memory;
}

interface Run {
  readonly stopped: Phase;
  readonly reading: Phase;
  /** From the last callback until the slow subscriber has received everything; NaN without one. */
  readonly behindMs: number;
  readonly messages: number;
}

async function fastestPerSecond(folder: string): Promise<number> {
  const subject = await startSubject('ours', folder);
  const all = startSubscribers();
  try {
    const { port } = subject;
    await all.open({ port, ...others });
    await all.drive({ port, ms: warmUpMs, pace: { onTheirWay } });
    const { callbacks, elapsedMs } = await all.drive({ port, ms: fastestMs, pace: { onTheirWay } });
    return (callbacks * 1_000) / elapsedMs;
  } finally {
    await all.end();
    await subject.end();
  }
}

async function watch(
  subject: ServerProcess,
  driving: Promise<Driven>,
): Promise<Phase & { readonly callbacks: number }> {
  let memory: Memory = { ownMb: 0, filesMb: 0 };
  const sampling = setInterval(() => {
    const { ownMb, filesMb } = subject.memory();
    memory = { ownMb: Math.max(memory.ownMb, ownMb), filesMb: Math.max(memory.filesMb, filesMb) };
  }, sampleEveryMs);
  try {
    const { latency, callbacks } = await driving;
    return { latency, memory, callbacks };
  } finally {
    clearInterval(sampling);
  }
}

async function run(folder: string, perSecond: number, hasSlow: boolean): Promise<Run> {
  const subject = await startSubject('ours', folder);
  const [all, slow] = [startSubscribers(), startSubscribers()];
  const { port } = subject;
  const drive = (ms: number) => watch(subject, all.drive({ port, ms, pace: { perSecond } }));
  try {
    await all.open({ port, ...others });
    if (hasSlow) await slow.open({ port, count: 1, readFully: 1 });
    const before = await drive(warmUpMs);
    if (hasSlow) await slow.pause();
    const stopped = await drive(stoppedMs);
    if (hasSlow) await slow.resume();
    const reading = await drive(readingMs);
    const messages = before.callbacks + stopped.callbacks + reading.callbacks;
    const sinceMs = performance.now();
    if (!hasSlow) return { stopped, reading, behindMs: NaN, messages };
    const [ofSlow, ofOther] = [await slow.firstAt(messages), await all.firstAt(messages)];
    if (!ofSlow.isInOrder || ofSlow.digest !== ofOther.digest || ofSlow.messages !== messages) {
      throw new Error('The slow subscriber received other messages than the others.');
    }
    return { stopped, reading, behindMs: performance.now() - sinceMs, messages };
  } finally {
    await slow.end();
    await all.end();
    await subject.end();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const [without, withSlow]: [Run[], Run[]] = [[], []];
try {
  const perSecond = Math.floor((await fastestPerSecond(folder)) * steadyPart);
  line([
    `${perSecond} callbacks a second to ${others.count} subscribers, and one that stops for ${stoppedMs / 1_000} s`,
    0,
  ]);
  for (let round = 0; round < rounds; round += 1) {
    for (const hasSlow of round % 2 === 0 ? [false, true] : [true, false]) {
      (hasSlow ? withSlow : without).push(await run(folder, perSecond, hasSlow));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

line(['', 26], ['p50 ms', 16], ['p99 ms', 16], ['worst ms', 18], ['own memory, MB', 18], ['mapped files, MB', 18]);
for (const phase of ['stopped', 'reading'] as const) {
  for (const [name, runs] of [
    [phase === 'stopped' ? 'while it has stopped' : 'while it reads on', withSlow],
    ['the same without it', without],
  ] as const) {
    const of = (pick: (one: Phase) => number) => spread(runs.map((one) => pick(one[phase])));
    line(
      [name, 26],
      [of((one) => one.latency.p50Ms), 16],
      [of((one) => one.latency.p99Ms), 16],
      [of((one) => one.latency.greatestMs), 18],
      [of((one) => one.memory.ownMb), 18],
      [of((one) => one.memory.filesMb), 18],
    );
  }
}
line([`It received all ${spread(withSlow.map(({ messages }) => messages))} callbacks once and in order,`, 0]);
line([`the last of them ${spread(withSlow.map(({ behindMs }) => behindMs / 1_000))} s after the others.`, 0]);
