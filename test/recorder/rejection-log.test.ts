import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RejectionLog, rejectionLogIntervalMs } from '../../src/recorder/rejection-log.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

describe('the log of what is not recorded', () => {
  let nowMs: number;
  let logged: ReturnType<typeof openRecordingLogger>;
  const open: RejectionLog[] = [];

  beforeEach(() => {
    nowMs = 0;
    logged = openRecordingLogger();
  });
  afterEach(() => {
    for (const log of open.splice(0)) log.close();
  });

  function openLog(intervalMs?: number): RejectionLog {
    const log = new RejectionLog(logged.logger, () => nowMs, intervalMs);
    open.push(log);
    return log;
  }

  const refused = (kind: string) => ({ outcome: 'REFUSED', kind, fields: {} }) as const;
  const lines = () => logged.lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  test('tells the first of a kind at once, and those that follow within a minute with the next after it', () => {
    const log = openLog();
    for (let count = 0; count < 4; count += 1) log.note(refused('A'));
    log.note(refused('B'));
    expect(lines()).toMatchObject([
      { kind: 'A', refusedSinceLastLine: 1, level: 40, msg: 'callbacks are refused' },
      { kind: 'B', refusedSinceLastLine: 1 },
    ]);
    nowMs = rejectionLogIntervalMs;
    log.note(refused('A'));
    expect(lines().slice(2)).toMatchObject([{ kind: 'A', refusedSinceLastLine: 4 }]);
  });

  test('tells the last of a burst an interval later, though nothing follows', async () => {
    const log = openLog(20);
    log.note(refused('A'));
    log.note(refused('A'));
    log.note({ ...refused('A'), fields: { field: 'newest' } });
    while (lines().length < 2) await new Promise(setImmediate);
    expect(lines()[1]).toMatchObject({ kind: 'A', refusedSinceLastLine: 2, field: 'newest' });
    // A line later is an interval later: the burst is over, and nothing more is logged of it.
    log.close();
    expect(lines()).toHaveLength(2);
  });

  test('tells what is untold when it is closed, and nothing twice', () => {
    const log = openLog();
    log.note(refused('A'));
    log.close();
    expect(lines()).toHaveLength(1);
    log.note(refused('A'));
    log.note(refused('A'));
    log.close();
    expect(lines().slice(1)).toMatchObject([{ refusedSinceLastLine: 1 }, { refusedSinceLastLine: 1 }]);
  });

  test('tells of quarantined ones apart from refused ones', () => {
    const log = openLog();
    log.note(refused('A'));
    log.note({ outcome: 'QUARANTINED', kind: 'A', fields: { field: 'sign' } });
    expect(lines()[1]).toMatchObject({
      kind: 'A',
      field: 'sign',
      quarantinedSinceLastLine: 1,
      msg: 'callbacks are kept in quarantine',
    });
  });
});
