import { rowsOfCallbackMax } from '../../../src/callbacks/types/typed-lists.ts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openPlan, recordOf } from '../../../src/operations/retention/plan.ts';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import { quarantineStreamOf } from '../../../src/quarantine/quarantine.ts';
import { retainedKinds, type RetentionRule } from '../../../src/operations/retention/retention-rules.ts';
import { openEventRemoval } from '../../../src/log/sqlite/event-removal.ts';
import { checkLogFile } from '../../../src/log/sqlite/digest-chain.ts';
import { openLedgerOnDisk, type Ledger, type TestArrival } from '../../support/ledger.ts';
import type { Dump } from '../../support/read-model.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { callbacksOfOneClock, timedRelayCallbacks } from '../../support/relay-scenarios.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../../support/scenarios.ts';

const dayMs = 24 * 3_600_000;
const beginsAtMs = 1_600_000_000_000;
const rule: RetentionRule = { what: retainedKinds, accounts: null, eventTypes: null, keepDays: 1 };

interface Removal {
  readonly rules?: readonly RetentionRule[];
  /** What was over before this moment falls out of a rule of one day. */
  readonly beforeMs: number;
  /** Memory has so many events at once. */
  readonly eventsMax?: number;
  /** Ends after so many steps, as a run that is killed does. */
  readonly stepsMax?: number;
}

/** Removes what falls out, while more of it is still looked for; returns the positions. */
function remove(
  ledger: Ledger,
  readModel: string,
  { rules = [rule], beforeMs, eventsMax = 1_000, stepsMax = Infinity }: Removal,
): number[] {
  const nowMs = beforeMs + dayMs;
  const plan = openPlan({ folder: ledger.folder, readModel }, rules, { nowMs, eventsMax });
  const removal = openEventRemoval(ledger.folder);
  const removed: number[] = [];
  try {
    const planned = [...plan.steps()].flatMap((step) => recordOf(step, rules, nowMs).positions);
    let steps = 0;
    for (const step of plan.steps()) {
      if (steps === stepsMax) break;
      const record = recordOf(step, rules, nowMs);
      removal.remove(record);
      removed.push(...record.positions);
      steps += 1;
    }
    if (stepsMax === Infinity) expect(removed).toEqual(planned);
    return removed;
  } finally {
    removal.close();
    plan.close();
  }
}

/** What a row is about: a session or a task, by its number in this read model. */
function ownerOf(table: string, row: Row): string {
  if (table === 'stream_sessions') return `session ${text(row['id'])}`;
  if (table === 'relay_tasks') return `task ${text(row['id'])}`;
  const session = row['session_id'] ?? null;
  return session === null ? `task ${text(row['task_row'])}` : `session ${text(session)}`;
}

type Row = Readonly<Record<string, unknown>>;
const text = (value: unknown) => JSON.stringify(value ?? null).replaceAll('"', '');

/** What is usual for a group is judged by the week before, so incidents near the cut may change: docs/retention.md says so. */
const ofIncidents = ['failures', 'failure_hours', 'uncounted_hours', 'failure_record', 'incidents'];

/**
 * Sessions of one stream and one second are listed by their sequences, at the positions of their first callbacks. Once some of them are removed, the
 * others share the positions that are left, in the same order: so what is compared is how many come before a session in its second.
 */
function rankOf(session: Row, sessions: readonly Row[]): number {
  const isEarlier = (other: Row) =>
    other['stream_key'] === session['stream_key'] &&
    other['ordered_at'] === session['ordered_at'] &&
    Number(text(other['list_position'])) < Number(text(session['list_position']));
  return sessions.filter(isEarlier).length;
}

/** The rows of a read model by what they are about, without what is of their making: row numbers, and when they changed. */
function rowsOf(dump: Dump, removed: readonly number[]): Dump {
  const { stream_sessions: sessions = [], relay_tasks: tasks = [], callbacks = [] } = dump;
  const gone = new Set(removed.map(String));
  const names = new Map<string, string>();
  for (const row of sessions)
    names.set(ownerOf('stream_sessions', row), `${text(row['app_id'])} ${text(row['sequence'])}`);
  for (const row of tasks) names.set(ownerOf('relay_tasks', row), `${text(row['app_id'])} ${text(row['task_id'])}`);
  const goneCallbacks = callbacks.filter(({ position }) => gone.has(text(position)));
  const goneOwners = new Set(goneCallbacks.map((row) => ownerOf('callbacks', row)));
  const isGone = (row: Row, owner: string) => {
    const ofEntry =
      row['entry'] === undefined ? undefined : String(BigInt(text(row['entry'])) / BigInt(rowsOfCallbackMax));
    const position = row['position'] ?? row['callback_position'] ?? row['exit_position'] ?? ofEntry;
    return position === undefined ? goneOwners.has(owner) : gone.has(text(position));
  };
  const ofMaking = ['id', 'session_id', 'task_row', 'changed_position', 'changed_ordinal'];
  return Object.fromEntries(
    Object.entries(dump)
      .filter(([table]) => !['progress', 'audit', ...ofIncidents].includes(table))
      .map(([table, rows]) => {
        const isLeft = (row: Row) => !isGone(row, ownerOf(table, row));
        const left = rows.filter(isLeft).map((row, _index, all) => {
          const rest = Object.entries(row).filter(([column]) => !ofMaking.includes(column));
          const ranked = table === 'stream_sessions' && { list_position: rankOf(row, all) };
          return { ...Object.fromEntries(rest), ...ranked, owner: names.get(ownerOf(table, row)) ?? null };
        });
        return [table, left.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))];
      }),
  );
}

/** A log of these arrivals is shortened: a read model of it has what the one before has, but for what fell out. */
async function expectTheRestUnchanged(arrivals: readonly TestArrival[], removal: Removal): Promise<number> {
  const ledger = openLedgerOnDisk();
  try {
    await ledger.append(arrivals);
    const before = await ledger.projected();
    const removed = remove(ledger, before.db.name, removal);
    const after = await ledger.projected();
    expect(rowsOf(after.dump(), [])).toEqual(rowsOf(before.dump(), removed));
    const checking = checkLogFile(ledger.folder);
    let step = checking.next();
    while (step.done !== true) step = checking.next();
    expect(step.value).toMatchObject({
      damages: 0,
      ...(removed.length > 0 && { removedByRetention: { events: removed.length } }),
    });
    return removed.length;
  } finally {
    await ledger.close();
  }
}

const cutWithin = (secondsMax: number) =>
  fc.record({
    beforeMs: fc.integer({ min: 0, max: secondsMax }).map((seconds) => beginsAtMs + seconds * 1_000),
    eventsMax: fc.oneof(fc.constant(1_000), fc.nat(12)),
    stepsMax: fc.oneof(fc.constant(Infinity), fc.nat(4)),
  });

/** The same history once more and later, of other tasks with the same sources. */
function later(arrivals: readonly TestArrival[], generation: number): TestArrival[] {
  const laterS = generation * 90;
  return arrivals.map(({ body, receivedAtMs }) => {
    const { task_id, event_time } = body;
    const named = typeof task_id === 'string' && { task_id: `${task_id}-${generation}` };
    const timed = typeof event_time === 'string' && { event_time: String(Number(event_time) + laterS) };
    return { body: { ...body, ...named, ...timed, generation }, receivedAtMs: receivedAtMs + laterS * 1_000 };
  });
}

describe('what is left is as it was', () => {
  test('property: of sessions, in any order of arrival, wherever it is cut and wherever a removal ends', async () => {
    const arrivals = scenario
      .chain(({ callbacks }) => redeliveriesOf(callbacks, 1).map((again) => [...callbacks, ...again]))
      .chain(permuted);
    await fc.assert(
      fc.asyncProperty(arrivals, cutWithin(50), async (given, at) => {
        await expectTheRestUnchanged(given, at);
      }),
      { ...inTime, numRuns: numRunsOf(40) },
    );
  });

  test('property: of relay tasks, where exits that name none are decided among several', async () => {
    const arrivals = fc
      .array(fc.oneof(timedRelayCallbacks, callbacksOfOneClock), { minLength: 1, maxLength: 3 })
      .map((histories) => histories.flatMap(later));
    await fc.assert(
      fc.asyncProperty(arrivals, cutWithin(450), async (given, at) => {
        await expectTheRestUnchanged(given, at);
      }),
      { ...inTime, numRuns: numRunsOf(40) },
    );
  });

  const at = (second: number) => ({ event_time: 1_600_000_000 + second });
  const heard = (second: number, body: Record<string, unknown>) => ({
    body,
    receivedAtMs: beginsAtMs + second * 1_000,
  });

  test('a session that was superseded is not live again: those after it stay as long as it does', async () => {
    const arrivals = [
      heard(40, pushBody({ sequence: '1', ...at(1) })),
      heard(2, pushBody({ sequence: '2', ...at(2) })),
      heard(3, interruptionBody({ sequence: '2', ...at(3) })),
    ];
    expect(await expectTheRestUnchanged(arrivals, { beforeMs: beginsAtMs + 20_000 })).toBe(0);
    expect(await expectTheRestUnchanged(arrivals, { beforeMs: beginsAtMs + 50_000 })).toBe(3);
  });

  test('an exit that may belong to either of two tasks is not given to the one that is left', async () => {
    const relay = (second: number, callback_event: string, task_id: string | null) =>
      heard(second, {
        appid: 4,
        event_type: 314,
        callback_event,
        msg: '{}',
        source_urls: '["http://a.example/1"]',
        ...at(second),
        ...(task_id !== null && { task_id }),
      });
    const arrivals = [
      relay(0, 'TaskStart', 'one'),
      relay(5, 'TaskStart', 'two'),
      relay(8, 'TaskExit', null),
      relay(10, 'TaskExit', 'one'),
    ];
    expect(await expectTheRestUnchanged(arrivals, { beforeMs: beginsAtMs + 20_000 })).toBe(0);
    const ended = [...arrivals, relay(15, 'TaskExit', 'two')];
    expect(await expectTheRestUnchanged(ended, { beforeMs: beginsAtMs + 20_000 })).toBe(5);
  });

  test('a service beside it can empty its write-ahead log between any two parts', async () => {
    const ledger = openLedgerOnDisk();
    try {
      await ledger.append([
        ...['1', '2'].flatMap((sequence) => [
          heard(1, pushBody({ sequence, stream_id: sequence, ...at(1) })),
          heard(2, interruptionBody({ sequence, stream_id: sequence, ...at(2) })),
        ]),
        ...['a', 'b'].map((stream_id) => heard(3, { appid: 5, event_type: 100, stream_id })),
      ]);
      const quarantine = { reason: 'FORGED', check: 'SIGN_MATCHES', field: 'sign' } as const;
      const arrival = { receivedAtMs: beginsAtMs, signature: 'INVALID', quarantine } as const;
      for (const remoteAddress of ['10.0.0.1', '10.0.0.2']) {
        await ledger.appendEvent(quarantineStreamOf('FORGED'), {
          metadata: writeArrival({ ...arrival, remoteAddress }),
        });
      }
      const { db } = await ledger.projected();
      const nowMs = beginsAtMs + 50_000 + dayMs;
      const plan = openPlan({ folder: ledger.folder, readModel: db.name }, [rule], { nowMs, eventsMax: 1 });
      const write = db.prepare('UPDATE progress SET position = position');
      let parts = 0;
      for (const step of plan.steps()) {
        parts += step.length;
        write.run();
        expect(db.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
      }
      plan.close();
      expect(parts).toBe(6);
    } finally {
      await ledger.close();
    }
  });

  test('a live session and a running task stay, however old, and a rule for ever keeps what a later one would not', async () => {
    const arrivals = [
      heard(1, pushBody({ sequence: '1', ...at(1) })),
      heard(1, { appid: 4, event_type: 314, callback_event: 'TaskStart', msg: '{}', task_id: 'one', ...at(1) }),
      heard(1, { appid: 5, event_type: 100, stream_id: 'a' }),
      heard(2, { appid: 5, event_type: 200, stream_id: 'a' }),
      heard(3, { appid: 6, event_type: 200, stream_id: 'a' }),
    ];
    const beforeMs = beginsAtMs + 50_000;
    expect(await expectTheRestUnchanged(arrivals, { beforeMs })).toBe(3);
    const rules: RetentionRule[] = [
      { what: ['CALLBACKS'], accounts: ['6'], eventTypes: null, keepDays: null },
      { what: ['CALLBACKS'], accounts: null, eventTypes: [200], keepDays: 1 },
    ];
    expect(await expectTheRestUnchanged(arrivals, { rules, beforeMs })).toBe(1);
  });
});
