import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { EventStoreDbAppender } from '../../src/log/eventstoredb/appender.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { readModelFileName, removeReadModel } from '../../src/projecting/file/read-model-file.ts';
import { copyFolder } from '../../src/node/data-dir.ts';
import { history } from '../callback-history.ts';
import { ask, end, hear, start } from '../processes.ts';
import { summarise } from '../measure.ts';
import { newPrefix, relayShare, type Bench } from './bench.ts';
import type { CatchUp, CaughtUp, Kind } from './catching-up-subject.ts';
import { line, shorten, spread } from '../table.ts';

/** Appends in flight while the log is filled. */
const inFlight = 512;

const subjects: readonly (readonly [kind: Kind, what: string])[] = [
  ['bare client', 'the bare client, which counts'],
  ['copy', 'the copy alone'],
  ['rows', 'the rows alone, from a whole copy'],
  ['query node', 'a query node: copy and rows'],
];

/** Measures how fast an empty query node catches up with a log, compared with the bare client subscribed to the same events. */
export async function measureCatchingUp({ url, folder, rounds, events }: Bench): Promise<void> {
  const prefix = newPrefix();
  const log = { url, prefix, end: String(await fill(url, prefix, events)) };
  const all: { readonly kind: Kind; readonly perSecond: number; readonly cpuUs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [copied, queried] = [mkdtempSync(path.join(folder, 'copied-')), mkdtempSync(path.join(folder, 'queried-'))];
    const measureKind = async (kind: Kind, dataDir: string) => {
      const { elapsedMs, cpuMs } = await catchUp({ ...log, kind, dataDir });
      all.push({ kind, perSecond: (events * 1_000) / elapsedMs, cpuUs: (cpuMs * 1_000) / events });
    };
    const steps = [
      () => measureKind('bare client', folder),
      () => measureKind('query node', queried),
      async () => {
        await measureKind('copy', copied);
        removeReadModel(readModelFileName(copyFolder(copied)));
        await measureKind('rows', copied);
      },
    ];
    // The first step runs on a colder machine, so the order alternates.
    for (const step of round % 2 === 0 ? steps : steps.reverse()) await step();
    for (const dataDir of [copied, queried]) rmSync(dataDir, { recursive: true });
  }
  line([`catching up with ${events} events`, -34], ['events/s', 22], ['to the client', 18], ['CPU µs each', 11]);
  for (const [kind, what] of subjects) {
    const of = (one: Kind) => all.filter((measured) => measured.kind === one);
    const client = of('bare client');
    line(
      [what, -34],
      [spread(of(kind).map((one) => one.perSecond)), 22],
      [spread(of(kind).map((one, round) => one.perSecond / (client[round]?.perSecond ?? NaN))), 18],
      [shorten(summarise(of(kind).map((one) => one.cpuUs)).median), 11],
    );
  }
}

/** Appends the simulator's callbacks in order; returns the position of the last event. */
async function fill(url: string, prefix: string, events: number): Promise<bigint> {
  const appender = new EventStoreDbAppender({ url, prefix, logger: silentLogger });
  await appender.answering();
  let last = 0n;
  let appends: Promise<void>[] = [];
  for (const { streamName, event } of history({ events, relayShare })) {
    const append = appender.append(streamName, [event], 'any').then(({ position }) => {
      if (position > last) last = position;
    });
    appends.push(append);
    if (appends.length < inFlight) continue;
    await Promise.all(appends);
    appends = [];
  }
  await Promise.all(appends);
  await appender.close();
  return last;
}

async function catchUp(given: CatchUp): Promise<CaughtUp> {
  const subject = start('eventstoredb/catching-up-subject.ts');
  try {
    await hear(subject);
    return await ask<CatchUp, CaughtUp>(subject, given);
  } finally {
    await end(subject);
  }
}
