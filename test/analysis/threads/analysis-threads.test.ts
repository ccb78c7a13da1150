import { afterEach, describe, expect, test } from '@jest/globals';
import { copyFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { AnalysisThreads, type AnalysisQuestion } from '../../../src/analysis/threads/start.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { patientMs } from '../../support/patience.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';

const beganMs = Date.parse('2018-12-18T06:49:50Z');
const question: AnalysisQuestion = {
  kind: 'concurrency',
  condition: { and: [] },
  window: { fromMs: beganMs, toMs: beganMs + 60_000 },
  stepMs: 60_000,
};
const never = new AbortController().signal;

const opened: { readonly ledger: Ledger; readonly threads: AnalysisThreads }[] = [];
afterEach(async () => {
  for (const { threads, ledger } of opened.splice(0)) {
    await threads.close();
    await ledger.close();
  }
});

/** A read model of one session, and threads that read it. */
async function openThreads() {
  const ledger = openLedger();
  await ledger.append([pushBody(), interruptionBody()].map((body) => ({ body, receivedAtMs: beganMs })));
  const readModel = await ledger.projected();
  const damaged: string[] = [];
  const { logger } = openRecordingLogger();
  const threads = new AnalysisThreads({
    clock: () => beganMs + 1e9,
    logger,
    msMax: patientMs,
    onDamaged: (file) => damaged.push(path.basename(file)),
  });
  opened.push({ ledger, threads });
  threads.readFrom(readModel.db.name);
  return { ledger, readModel, threads, damaged };
}

describe('analysis threads', () => {
  test('answer several questions from one state, and many at once in turn', async () => {
    const { threads } = await openThreads();
    const asked = Array.from({ length: 20 }, () => threads.ask([question, question], never));
    for (const { answers } of await Promise.all(asked)) {
      expect(answers).toMatchObject([{ peak: { atMs: beganMs, live: 1 } }, { peak: { atMs: beganMs, live: 1 } }]);
    }
  });

  test('see what was projected since the last answer', async () => {
    const { threads, ledger, readModel } = await openThreads();
    const before = await threads.ask([question], never);
    const body = pushBody({ sequence: '7000000000000000001', stream_id: 'other' });
    await ledger.append([{ body, receivedAtMs: beganMs }]);
    readModel.project((await ledger.events()).slice(-1));
    const after = await threads.ask([question], never);
    expect(after.checkpoint).toBeGreaterThan(before.checkpoint ?? 0n);
    expect(after.answers).toMatchObject([{ peak: { live: 2 } }]);
  });

  test('more than may wait are refused', async () => {
    const { threads } = await openThreads();
    const asked = Array.from({ length: 150 }, () =>
      threads.ask([question], never).then(
        () => 'answered',
        (error: unknown) => (error as { code?: string }).code,
      ),
    );
    const outcomes = await Promise.all(asked);
    expect(new Set(outcomes)).toEqual(new Set(['answered', 'QUERIES_OVERLOADED']));
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(102);
  });

  test('where one client has used up what may wait, there is room for another', async () => {
    const { threads } = await openThreads();
    const ask = (client: string) =>
      threads.ask([question], never, { scope: null, client }).then(
        () => 'answered',
        (error: unknown) => (error as { code?: string }).code,
      );
    const noisy = Array.from({ length: 102 }, () => ask('noisy'));
    expect(await ask('quiet')).toBe('answered');
    const outcomes = await Promise.all(noisy);
    expect(outcomes.filter((outcome) => outcome === 'QUERIES_OVERLOADED')).toHaveLength(1);
  });

  test('a question whose client has gone is not answered, and those after it are', async () => {
    const { threads } = await openThreads();
    const abort = new AbortController();
    const long = threads.ask(
      Array.from({ length: 3_000 }, (_, index) => ({
        ...question,
        window: { fromMs: beganMs - index, toMs: beganMs },
      })),
      abort.signal,
    );
    const gone = expect(long).rejects.toMatchObject({ code: 'OPERATION_TIMEOUT' });
    // It has begun: threads answer one after the other, and this one asks no less.
    abort.abort();
    await gone;
    await expect(threads.ask([question], AbortSignal.abort())).rejects.toMatchObject({ code: 'OPERATION_TIMEOUT' });
    expect((await threads.ask([question], never)).answers).toHaveLength(1);
  });

  test('another file is read from then on; without one, and from a damaged one, nothing is answered', async () => {
    const { threads, ledger, readModel, damaged } = await openThreads();
    await threads.ask([question], never);
    const empty = ledger.openReadModel();
    threads.readFrom(empty.db.name);
    expect(await threads.ask([question], never)).toMatchObject({ checkpoint: null, answers: [{ peak: { live: 0 } }] });
    threads.readFrom(null);
    await expect(threads.ask([question], never)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    readModel.db.pragma('wal_checkpoint(TRUNCATE)');
    const copy = path.join(ledger.folder, 'damaged.sqlite');
    copyFileSync(readModel.db.name, copy);
    truncateSync(copy, 8_192);
    threads.readFrom(copy);
    await expect(threads.ask([question], never)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(damaged).toEqual(['damaged.sqlite']);
    threads.readFrom(path.join(ledger.folder, 'gone.sqlite'));
    await expect(threads.ask([question], never)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
