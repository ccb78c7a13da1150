/**
 * How much memory do the product's processes take when idle, and while an hour of callbacks goes to a thousand subscribers, some of which
 * reconnect? Does it grow?
 * Run: npm run bench:memory (--minutes N makes it shorter; --subscribers N, --rate N callbacks a second).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { benchFlags } from './bench-flags.ts';
import { summarise } from './measure.ts';
import type { Posted, Question } from './memory/viewers.ts';
import { ask, end, start } from './processes.ts';
import type { Memory } from './process-tree.ts';
import { processNames, startProduct, type ServerProcess } from './server-process.ts';
import { line } from './table.ts';

const flags = benchFlags({
  minutes: { type: 'string', default: '60' },
  subscribers: { type: 'string', default: '1000' },
  rate: { type: 'string', default: '100' },
});
const [minutes, subscribers, rate] = [flags.minutes, flags.subscribers, flags.rate].map(Number) as [
  number,
  number,
  number,
];
const [minuteMs, sampleEveryMs] = [60_000, 1_000];

const kinds = ['resident', 'own'] as const;

/** MB of each process by its kind, process after process. */
type Row = readonly number[];

/** Medians of one sample a second. */
async function watch<Result>(server: ServerProcess, work: Promise<Result>): Promise<{ row: Row; result: Result }> {
  const looks = [toRow(server.memoryOfEach())];
  const looking = setInterval(() => looks.push(toRow(server.memoryOfEach())), sampleEveryMs);
  try {
    const result = await work;
    return { result, row: looks[0]?.map((_, at) => summarise(looks.map((row) => row[at] ?? NaN)).median) ?? [] };
  } finally {
    clearInterval(looking);
  }
}

function toRow(each: readonly Memory[]): Row {
  if (each.length !== names.length) throw new Error('The product has other processes than before.');
  return each.flatMap(({ ownMb, filesMb }) => [ownMb + filesMb, ownMb]);
}

const format = (mb: number) => mb.toFixed(1);
const [residentWidth, ownWidth] = [20, 6];

function print(minute: string, row: Row, counts: readonly number[] = []): void {
  const countWidths = [11, 14, 13, 9];
  line(
    [minute, -10],
    ...row.map((mb, at) => [format(mb), at % kinds.length === 0 ? residentWidth : ownWidth] as const),
    ...counts.map((count, at) => [String(count), countWidths[at] ?? 0] as const),
  );
}

/** MB a minute: the slope of the best-fitting line. */
function growth(values: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [meanAt, meanValue] = [(values.length - 1) / 2, mean(values)];
  const spreadAt = mean(values.map((_, at) => (at - meanAt) ** 2));
  return mean(values.map((value, at) => (at - meanAt) * (value - meanValue))) / spreadAt;
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const viewers = start('memory/viewers.ts');
const server = await startProduct(folder).catch(async (error: unknown) => {
  await end(viewers);
  throw error;
});
const names = processNames(server.processes().length);
try {
  const { port } = server;
  line(
    ['MB', -10],
    ...names.flatMap((name) => [[`${name}: resident`, residentWidth] as const, ['own', ownWidth] as const]),
    ['subscribers', 11],
    ['callbacks, all', 14],
    ['messages, all', 13],
    ['reconnects', 10],
  );
  print('started', toRow(server.memoryOfEach()));
  print('idle', (await watch(server, pause(minuteMs))).row);
  await ask<Question, 'done'>(viewers, { do: 'open', port, count: subscribers });
  print('connected', toRow(server.memoryOfEach()), [subscribers]);
  const rows: Row[] = [];
  let [callbacks, messages, reconnections] = [0, 0, 0];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const posting = ask<Question, Posted>(viewers, { do: 'post', port, ms: minuteMs, perSecond: rate });
    const { row, result } = await watch(server, posting);
    callbacks += result.callbacks;
    messages += result.messages;
    reconnections += result.reconnections;
    rows.push(row);
    print(String(minute), row, [subscribers, callbacks, messages, reconnections]);
  }
  await end(viewers);
  print('idle again', (await watch(server, pause(minuteMs))).row);
  const last = rows.slice(Math.floor(rows.length / 2));
  line([`\nMB more a minute, over the last ${last.length} minutes`, 0]);
  for (const [at, name] of names.flatMap((process) => kinds.map((kind) => `${process}: ${kind}`)).entries()) {
    line([name, -22], [growth(last.map((row) => row[at] ?? NaN)).toFixed(3), 8]);
  }
} finally {
  await end(viewers);
  await server.end();
  rmSync(folder, { recursive: true, force: true });
}
