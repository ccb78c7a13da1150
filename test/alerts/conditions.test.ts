import { expect, test } from '@jest/globals';
import { keyOf, type Findings, type Sources, type Troubles } from '../../src/alerts/kinds/findings.ts';
import { auditStream, newAudited } from '../../src/audit/audit-events.ts';
import { nobody } from '../../src/log/author.ts';
import { arrivingLeast, filling } from '../../src/alerts/kinds/quarantined.ts';
import { quarantineBytesMax } from '../../src/quarantine/quarantine.ts';
import { RuleState } from '../../src/alerts/rule-runner.ts';
import { textOf } from '../../src/alerts/alert-messages.ts';
import type { AlertRule } from '../../src/alerts/alert-kinds.ts';
import { alertBegan, alertEnded } from '../../src/alerts/alert-events.ts';
import type { ReadModelReader } from '../../src/projecting/file/read-model-reader.ts';
import { Analyst } from '../../src/analysis/analyst-table.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { quarantine } from '../support/quarantined.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import { patientMs } from '../support/patience.ts';
import { relayBody } from '../support/relay-bodies.ts';
import { alertsTo } from './alerts-files.ts';

/** A rule of the file. */
function ruleOf(given: object): AlertRule {
  const [rule] = alertsTo('http://127.0.0.1/', { name: 'r', ...given }).alerts.rules;
  if (rule === undefined) throw new Error('There is no rule.');
  return rule;
}

/** A search that needs only some of its sources. */
const findWith = (rule: AlertRule, sources: Partial<Sources>) => rule.openFind(sources as Sources);

/** Times are in seconds after this one. */
const beganMs = Date.parse('2026-02-02T12:00:00Z');
const secondsOf = (seconds: number) => beganMs / 1_000 + seconds;

const push = (streamId: string, sequence: number, at: number, overrides = {}): TestArrival => ({
  body: pushBody({ stream_id: streamId, sequence: String(sequence), event_time: secondsOf(at), ...overrides }),
  receivedAtMs: beganMs + at * 1_000,
});
const end = (streamId: string, sequence: number, at: number, code = 8): TestArrival => ({
  body: interruptionBody({
    stream_id: streamId,
    sequence: String(sequence),
    event_time: secondsOf(at),
    errcode: code,
    push_duration: '1000',
  }),
  receivedAtMs: beganMs + at * 1_000,
});
const other = (event_type: number, at: number, more: object): TestArrival => ({
  body: { event_type, appid: 12_345_678, domain: 'test.domain.com', path: 'live', appname: 'live', ...more },
  receivedAtMs: beganMs + at * 1_000,
});
const relay = (at: number, event: string, msg: object = {}, overrides: object = {}): TestArrival => ({
  body: relayBody(event, msg, { ...overrides }),
  receivedAtMs: beganMs + at * 1_000,
});

interface Running {
  readonly find: (second: number) => Promise<Findings>;
  /** What meets the condition at a time, by a fact of it. */
  readonly at: (second: number) => Promise<(string | number | undefined)[]>;
  /** Whether nobody can say of a subject that does not meet it. */
  readonly isUnknown: (second: number) => Promise<boolean>;
  readonly record: (...arrivals: TestArrival[]) => Promise<void>;
}

/** A rule on a ledger of these arrivals. */
async function withRule(given: object, arrivals: TestArrival[], work: (rule: Running) => Promise<void>) {
  const rule = ruleOf(given);
  const fact = {
    RELAY_EXIT: 'exitCode',
    RELAY_ALARM: 'alarm',
    DOMAIN_SILENT: 'domain',
    QUARANTINE: 'reason',
    MISSING: 'reason',
    SERVICE: 'trouble',
  };
  const shown = Object.entries(fact).find(([when]) => when === rule.when)?.[1] ?? 'streamId';
  await withLedger(arrivals, async (ledger) => {
    const readModel = await ledger.projected();
    let known = (await ledger.events()).length;
    const limits = { isCancelled: () => false, nowMs: beganMs + 1e9, msMax: patientMs };
    const analyst = new Analyst(readModel.db);
    const noTroubles = { PROJECTION_STALLED: false, PROJECTION_BEHIND: false, POISONED: false };
    const troubles: Troubles = { ...noTroubles, FORWARDING: null, DISK: true };
    const find = readModel.read((reader) =>
      rule.openFind({
        readModel: reader,
        analyses: { ask: (questions) => Promise.resolve(analyst.answer(questions, limits)) },
        troubles: () => Promise.resolve(troubles),
        node: 'here',
      }),
    );
    const findAt = (second: number) => find(beganMs + second * 1_000);
    await work({
      find: findAt,
      at: async (second) => (await findAt(second)).current.map(({ facts }) => facts[shown]),
      isUnknown: async (second) => {
        const { current, isUnknown } = await findAt(second);
        return current.length === 0 && isUnknown((await findAt(second + 1e6)).current[0]?.key ?? '');
      },
      record: async (...more) => {
        await ledger.append(more);
        const events = await ledger.events();
        readModel.project(events.slice(known));
        known = events.length;
      },
    });
  });
}

test('PUSH_ENDED: streams whose newest push was ended by a side of the rule, within its time', async () => {
  const arrivals = [
    push('a', 1, 0),
    end('a', 1, 10),
    push('b', 2, 0),
    end('b', 2, 10, 1),
    push('c', 3, 0),
    end('c', 3, 5),
    push('c', 4, 6),
  ];
  await withRule({ when: 'PUSH_ENDED', withinSeconds: 60 }, arrivals, async ({ at, record }) => {
    expect(await at(20)).toEqual(['a']);
    expect(await at(71)).toEqual([]);
    await record(end('c', 4, 15));
    expect(await at(20)).toEqual(['c', 'a']);
    await record(push('a', 5, 18));
    expect(await at(20)).toEqual(['c']);
  });
  await withRule({ when: 'PUSH_ENDED', sides: ['CLIENT'] }, arrivals, async ({ at }) =>
    expect(await at(20)).toEqual(['b']),
  );
  await withRule({ when: 'PUSH_ENDED', filter: { streamIds: ['x'] } }, arrivals, async ({ at }) =>
    expect(await at(20)).toEqual([]),
  );
});

test('PUSH_ENDED: of pushes of one second the one with the greatest sequence is the newest, whichever arrived first', async () => {
  const arrivals = [push('a', 2, 0), push('a', 1, 0), end('a', 1, 10), push('b', 3, 0), push('b', 4, 0)];
  await withRule({ when: 'PUSH_ENDED' }, arrivals, async ({ at, record }) => {
    expect(await at(20)).toEqual([]);
    await record(end('a', 2, 15));
    expect(await at(20)).toEqual(['a']);
    await record(end('b', 3, 16));
    expect(await at(20)).toEqual(['a']);
  });
});

test('a filter is met by what has a value of each list that is set, domains in whatever case', async () => {
  const arrivals = [push('a', 1, 0), end('a', 1, 10), push('b', 2, 0, { app: 'other.domain.com' })];
  const found = async (filter: object) => {
    let streams: unknown = null;
    await withRule({ when: 'PUSH_ENDED', filter }, arrivals, async ({ at }) => {
      streams = await at(20);
    });
    return streams;
  };
  const { facts } = await factsOfFirst(arrivals);
  const { appId, domain, path } = facts as Record<string, string>;
  const all = { appIds: [appId], domains: [domain?.toUpperCase()], paths: [path], streamIds: ['a', 'x'] };
  expect(await found(all)).toEqual(['a']);
  for (const list of Object.keys(all)) expect([list, await found({ ...all, [list]: ['other'] })]).toEqual([list, []]);
});

async function factsOfFirst(arrivals: TestArrival[]) {
  const found: Findings['current'][number][] = [];
  await withRule({ when: 'PUSH_ENDED' }, arrivals, async ({ find }) => {
    found.push(...(await find(20)).current);
  });
  const [first] = found;
  if (first === undefined) throw new Error('Nothing meets the condition.');
  return first;
}

test('NOT_LIVE: a live stream of which nothing has been heard for hours is live; of a path, that path counts', async () => {
  const stream = { domain: 'test.domain.com', streamId: 'a' };
  const arrivals = [push('a', 1, 0)];
  await withRule({ when: 'NOT_LIVE', streams: [stream] }, arrivals, async ({ at }) =>
    expect(await at(12 * 3_600)).toEqual([]),
  );
  await withRule({ when: 'NOT_LIVE', streams: [{ ...stream, path: 'other' }] }, arrivals, async ({ at }) =>
    expect(await at(60)).toEqual(['a']),
  );
});

test('NOT_LIVE: streams of the list that are not live, within the schedule of its time zone', async () => {
  // 20:00 in Shanghai.
  const streams = ['a', 'b', 'never'].map((streamId) => ({ domain: 'TEST.domain.com', streamId }));
  const schedule = { timeZone: 'Asia/Shanghai', hours: [{ days: ['MON'], from: '20:00', to: '20:10' }] };
  const arrivals = [push('a', 1, -60), push('b', 2, -60), end('b', 2, -10)];
  await withRule({ when: 'NOT_LIVE', streams, schedule }, arrivals, async ({ at, record }) => {
    expect(await at(-1)).toEqual([]);
    expect(await at(0)).toEqual(['b', 'never']);
    await record(push('b', 3, 30), end('a', 1, 31));
    expect(await at(60)).toEqual(['a', 'never']);
    expect(await at(600)).toEqual([]);
    expect(await at(24 * 3_600)).toEqual([]);
  });
});

test('INCIDENT: an incident, again each time that it has doubled, until it is over', async () => {
  const twelve = Array.from({ length: 12 }, (_, number) => `s${number}`);
  const began = twelve.map((stream, number) => push(stream, number + 1, number - 40_000));
  const ended = (from: number, to: number) =>
    twelve.slice(from, to).map((stream, nth) => end(stream, from + nth + 1, 0, 5));
  await withRule({ when: 'INCIDENT' }, [...began, ...ended(0, 6)], async ({ find, record }) => {
    const [small, ...others] = (await find(10)).current;
    expect(others).toEqual([]);
    expect(small).toMatchObject({ facts: { side: 'PLATFORM', affected: 6, notBack: 6 } });
    await record(...ended(6, 12));
    const { current, isUnknown } = await find(20);
    expect(current).toMatchObject([{ facts: { affected: 12 } }]);
    // The first alert goes on beside the one that says that it has grown.
    expect(current[0]?.key).not.toBe(small?.key);
    expect(isUnknown(small?.key ?? '')).toBe(true);
    await record(...twelve.map((stream, number) => push(stream, number + 50, 30)));
    const over = await find(40);
    expect([over.current, over.isUnknown(small?.key ?? '')]).toEqual([[], false]);
    expect(over.summaryAtEnd?.({ ...small, id: 'i', beganAtMs: 0 } as never)).toMatch(
      /12 of 12 streams ended, all are back\.$/,
    );
  });
});

test('FLAPPING: streams of which so many pushes began within the time', async () => {
  const arrivals = [0, 1, 2].flatMap((nth) => [push('a', nth + 1, nth * 20), end('a', nth + 1, nth * 20 + 10)]);
  await withRule(
    { when: 'FLAPPING', threshold: 3, withinSeconds: 60 },
    [...arrivals, push('b', 9, 0)],
    async ({ at }) => {
      expect(await at(45)).toEqual(['a']);
      // Not counted again at once.
      expect(await at(50)).toEqual(['a']);
      expect(await at(90)).toEqual([]);
    },
  );
});

test('REFUSED: streams whose pushes were refused so often within the time, with the last code', async () => {
  const refused = [0, 10, 20].map((at) => end('a', at + 1, at, at === 20 ? 19 : 18));
  // Neither a push that began, nor too few.
  const others = [push('b', 90, 0), ...[1, 2, 3].map((at) => end('b', 90, at, 18)), end('c', 91, 5, 18)];
  const rule = { when: 'REFUSED', attempts: 3, withinSeconds: 60 };
  await withRule(rule, [...refused, ...others], async ({ at, find }) => {
    expect(await at(45)).toEqual(['a']);
    expect((await find(45)).current).toMatchObject([
      {
        summary: 'test.domain.com/live/a was refused 3 times within 60 seconds, last by 19.',
        facts: { attempts: 3, endCode: 19 },
      },
    ]);
    expect(await at(70)).toEqual([]);
  });
});

test('PUSH_ERRORS: streams with so many errors of one type within the time', async () => {
  const report = (stream: string, at: number, type: number, count: number) =>
    other(321, at, { stream_id: stream, data_time: 1_000 * secondsOf(at), abnormal_event: [{ type, count }] });
  const reports = [report('a', 1, 3, 6), report('a', 10, 3, 5), report('a', 10, 15, 2), report('b', 5, 15, 9)];
  const rule = { when: 'PUSH_ERRORS', withinSeconds: 60 };
  await withRule(rule, reports, async ({ at, find }) => {
    expect(await at(20)).toEqual(['a']);
    expect((await find(20)).current).toMatchObject([
      {
        summary: 'test.domain.com/live/a had 11 errors of the type 3 in its push within 60 seconds.',
        facts: { errors: 11, errorType: 3 },
      },
    ]);
    expect(await at(65)).toEqual([]);
  });
  await withRule({ ...rule, types: [15], errors: 2 }, reports, async ({ at }) => {
    expect(await at(20)).toEqual(['b', 'a']);
  });
});

test('RECORDING_FAILED: streams whose recording failed within the time, by what happened', async () => {
  const status = (stream: string, at: number, event: string) =>
    other(332, at, { stream_id: stream, event_time: secondsOf(at), record_event: event });
  const exception = { exception_level: 'error', timestamp: secondsOf(7), exception: { type: -104, occurs: 2 } };
  const reports = [
    status('a', 1, 'record_start_succeeded'),
    status('a', 5, 'record_error'),
    other(341, 7, { stream_id: 'b', ...exception }),
  ];
  await withRule({ when: 'RECORDING_FAILED', withinSeconds: 60 }, reports, async ({ find }) => {
    expect((await find(20)).current.map(({ summary }) => summary)).toEqual([
      'The recording of test.domain.com/live/b had trouble 2 times within 60 seconds: exception.',
      'The recording of test.domain.com/live/a had trouble 1 times within 60 seconds: record_error.',
    ]);
  });
  await withRule({ when: 'RECORDING_FAILED', events: ['record_start_succeeded'] }, reports, async ({ at }) => {
    expect(await at(20)).toEqual(['a']);
  });
});

test('DOMAIN_SILENT: domains of which nothing came; of the time before the first look nobody can say anything', async () => {
  const rule = { when: 'DOMAIN_SILENT', domains: ['Test.domain.com'], silentSeconds: 60 };
  await withRule(rule, [push('a', 1, -10)], async ({ at, isUnknown, record }) => {
    expect(await at(0)).toEqual([]);
    expect(await isUnknown(30)).toBe(true);
    await record(push('b', 2, 40));
    expect(await at(60)).toEqual([]);
    expect(await isUnknown(60)).toBe(false);
    expect(await at(100)).toEqual(['test.domain.com']);
    await record(push('c', 3, 101));
    expect(await at(102)).toEqual([]);
  });
  await withRule(rule, [], async ({ at }) => {
    await at(0);
    expect(await at(60)).toEqual(['test.domain.com']);
  });
  // A clock that was set back by an hour.
  await withRule(rule, [], async ({ at, record }) => {
    await at(3_600);
    expect(await at(0)).toEqual([]);
    expect(await at(60)).toEqual(['test.domain.com']);
    await record(push('a', 1, 3_600));
    expect(await at(61)).toEqual([]);
    expect(await at(121)).toEqual(['test.domain.com']);
  });
});

test('RELAY_EXIT: tasks whose newest run has exited with a code of the rule', async () => {
  const exit = (at: number, code: number, task: string) =>
    relay(at, 'TaskExit', { code, message: 'write packet error.' }, { task_id: task });
  const arrivals = [
    relay(0, 'TaskStart', {}, { task_id: '1' }),
    exit(10, -22, '1'),
    exit(11, 0, '2'),
    exit(12, -5, '3'),
  ];
  await withRule({ when: 'RELAY_EXIT' }, arrivals, async ({ at, record }) => {
    expect((await at(20)).sort()).toEqual([-22, -5]);
    await record(relay(21, 'TaskStart', {}, { task_id: '1', again: true }));
    expect(await at(22)).toEqual([-5]);
    expect(await at(3_700)).toEqual([]);
  });
  await withRule({ when: 'RELAY_EXIT', exitCodes: [-22] }, arrivals, async ({ at }) =>
    expect(await at(20)).toEqual([-22]),
  );
});

test('RELAY_ALARM: alarms of tasks, by task and kind, within the time', async () => {
  const alarm = (at: number, kind: string) => relay(at, 'TaskAlarm', { type: kind, alarm_type: kind });
  await withRule(
    { when: 'RELAY_ALARM', withinSeconds: 60 },
    [relay(0, 'TaskStart'), alarm(5, 'PullFileUnstable')],
    async ({ at, record }) => {
      expect(await at(10)).toEqual(['PullFileUnstable']);
      expect(await at(70)).toEqual([]);
      await record(alarm(80, 'PushStreamFailed'));
      expect(await at(90)).toEqual(['PushStreamFailed']);
    },
  );
});

test('MISSING: callbacks that should have come, as sure as the rule asks for', async () => {
  const arrivals = [push('a', 1, 0), push('a', 2, 10)];
  await withRule({ when: 'MISSING' }, arrivals, async ({ at }) => {
    expect(await at(20)).toEqual([]);
    // Until then CSS may still send it.
    expect(await at(3_600)).toEqual(['SUPERSEDED_WITHOUT_END']);
  });
});

test('MISSING: what was found is found again for a minute', async () => {
  await withRule({ when: 'MISSING' }, [push('a', 1, 0), push('a', 2, 10)], async ({ at, record }) => {
    expect(await at(3_600)).toEqual(['SUPERSEDED_WITHOUT_END']);
    await record(end('a', 1, 9));
    expect(await at(3_659)).toEqual(['SUPERSEDED_WITHOUT_END']);
    expect(await at(3_660)).toEqual([]);
  });
});

test('MISSING: what is expected until now is the same at each look', async () => {
  const rule = { when: 'MISSING', reasons: ['LIVE_BUT_SILENT'], sureness: ['POSSIBLE'], withinSeconds: 86_400 };
  await withRule(rule, [push('a', 1, 0)], async ({ find }) => {
    const keysAt = async (second: number) => (await find(second)).current.map(({ key }) => key);
    const keys = await keysAt(5e5);
    expect(keys).toHaveLength(1);
    expect(await keysAt(5e5 + 60)).toEqual(keys);
  });
});

/** One more than a rule looks at. */
const tooMany = Array.from({ length: 501 }, (_, nth) => `n${nth}`);

test('MISSING: what is not as sure as the rule asks for does not push out what is', async () => {
  const possible = tooMany.flatMap((streamId, nth) => [
    push(streamId, 2 * nth + 10, 3_580),
    push(streamId, 2 * nth + 11, 3_590),
  ]);
  await withRule({ when: 'MISSING' }, [push('a', 1, 0), push('a', 2, 10), ...possible], async ({ at, find }) => {
    expect(await at(3_600)).toEqual(['SUPERSEDED_WITHOUT_END']);
    expect((await find(3_600)).isUnknown('')).toBe(false);
  });
});

/** The subject of the first arrivals, and what is said of it once others have pushed it out of the list. */
async function isUnknownAfter(more: TestArrival[], { find, record }: Running) {
  const [first] = (await find(20)).current;
  await record(...more);
  const { current, isUnknown } = await find(40);
  expect([current.length, current.some(({ key }) => key === first?.key)]).toEqual([500, false]);
  return isUnknown(first?.key ?? '');
}

test('of what a list that was cut does not have, nobody can say anything', async () => {
  const ends = tooMany.flatMap((streamId, nth) => [push(streamId, nth + 10, 20), end(streamId, nth + 10, 30)]);
  await withRule({ when: 'PUSH_ENDED' }, [push('a', 1, 0), end('a', 1, 10)], async (running) => {
    expect(await isUnknownAfter(ends, running)).toBe(true);
    // Of what it has, one can.
    const last = (await running.find(41)).current.at(0);
    await running.record(push(String(last?.facts['streamId']), 2, 42));
    const { current, isUnknown } = await running.find(43);
    expect(current.some(({ key }) => key === last?.key) || isUnknown(last?.key ?? '')).toBe(false);
  });
  const relays =
    (event: string, at: number, msg = {}) =>
    (task: string) =>
      relay(at, event, msg, { task_id: task });
  const exits = tooMany.map(relays('TaskExit', 30, { code: -5 }));
  await withRule({ when: 'RELAY_EXIT' }, [relays('TaskExit', 10, { code: -22 })('a')], async (running) => {
    expect(await isUnknownAfter(exits, running)).toBe(true);
  });
  const alarms = relays('TaskAlarm', 30, { type: 'PullFileUnstable', alarm_type: 'PullFileUnstable' });
  await withRule({ when: 'RELAY_ALARM', withinSeconds: 60 }, [alarms('a')], async (running) => {
    expect(await isUnknownAfter(tooMany.map(alarms), running)).toBe(true);
    // Tasks beyond the list have not changed within the time.
    expect((await running.find(1_000)).isUnknown('')).toBe(false);
  });
});

test('QUARANTINE: a count that was not finished says nothing below the threshold', async () => {
  const rule = ruleOf({ when: 'QUARANTINE', threshold: 10 });
  const countOf = async (rows: number, cappedBy: 'ROW_BUDGET' | null) => {
    const readModel = {
      quarantined: () => ({ total: { rows, cappedBy } }),
      quarantine: { shares: () => [] },
    } as unknown as ReadModelReader;
    const { current, isUnknown } = await findWith(rule, { readModel })(0);
    return [current.length, isUnknown(keyOf('FORGED'))];
  };
  expect(await countOf(9, 'ROW_BUDGET')).toEqual([0, true]);
  expect(await countOf(10, 'ROW_BUDGET')).toEqual([4, false]);
  expect(await countOf(9, null)).toEqual([0, false]);
});

test('QUARANTINE: callbacks that begin to arrive are an alert within a minute, with what to do, though others have waited for weeks', async () => {
  const nowMs = 1_700_000_000_000;
  const rule = ruleOf({ when: 'QUARANTINE' });
  await withLedger([], async (ledger) => {
    const found = async () => {
      const readModel = await ledger.projected();
      const { current } = await readModel.read((reader) => findWith(rule, { readModel: reader })(nowMs));
      return current.map(({ key, summary }) => [key, summary.includes('add the new key, then release')]);
    };
    await quarantine(ledger, { body: pushBody(), receivedAtMs: nowMs - 14 * 86_400_000 }, 'FORGED');
    expect(await found()).toEqual([[keyOf('FORGED'), true]]);
    for (let count = 0; count < arrivingLeast; count += 1) {
      await quarantine(ledger, { body: pushBody(), receivedAtMs: nowMs - count * 1_000 }, 'FORGED');
    }
    expect(await found()).toEqual([
      [keyOf('FORGED'), true],
      [keyOf('ARRIVING', 'FORGED'), true],
    ]);
  });
});

test.each([
  ['half full', quarantineBytesMax.FORGED / 2, 0, 1],
  ['nearly half full, and growing little', quarantineBytesMax.FORGED * 0.49, 1_000, 0],
  ['full within the hour', quarantineBytesMax.FORGED / 4, quarantineBytesMax.FORGED / 3_600, 1],
  ['empty', 0, 0, 0],
])('QUARANTINE: a share that is %s', (_name, bytes, bytesPerSecond, alerts) => {
  const share = { reason: 'FORGED', events: 1, bytes, bytesPerSecond, recentEvents: 0 } as const;
  expect(filling(share)).toHaveLength(alerts);
});

test('SERVICE: trouble of a node ends with its evaluating, and that of the next node begins; of the log it goes on', async () => {
  const rule = ruleOf({ when: 'SERVICE' });
  const state = new RuleState(rule);
  const none = { PROJECTION_STALLED: false, PROJECTION_BEHIND: false, POISONED: true, FORWARDING: false, DISK: false };
  const longNames = 'b'.repeat(200);
  let nowMs = 0;
  /** What a node finds and says, as its alerts: those that end, and those that begin. */
  const evaluate = async (node: string, troubles: Partial<Troubles>) => {
    const find = findWith(rule, { node, troubles: () => Promise.resolve({ ...none, ...troubles }) });
    const said: string[][] = [[], []];
    // Once they are met, and once more when they have been for long enough.
    for (const atMs of [nowMs, nowMs + 3_600_000]) {
      const { began, ended, stillOpen } = state.step(await find(atMs), atMs);
      for (const [index, type, alerts] of [[0, alertEnded, ended] as const, [1, alertBegan, began] as const]) {
        if (alerts.length === 0) continue;
        state.apply(type, { atMs, alerts, stillOpen });
        said[index]?.push(...alerts.map(({ summary }) => summary));
      }
    }
    nowMs += 7_200_000;
    return said;
  };
  const before = { key: keyOf('DISK'), summary: 'Full.', facts: { trouble: 'DISK', node: 'a' }, id: '', beganAtMs: 0 };
  state.apply(alertBegan, { atMs: 0, alerts: [before], stillOpen: [] });
  // What an earlier version began goes on as an alert of its node.
  expect(await evaluate('a', { DISK: true })).toEqual([
    ['Full. Not known whether it is over there.'],
    expect.arrayContaining([expect.stringMatching(/nearly full.* Node: a\.$/)]),
  ]);
  const [endedOfA, begunOfB] = await evaluate(longNames, { DISK: true, PROJECTION_STALLED: true });
  expect(endedOfA).toEqual([expect.stringMatching(/Node: a\. Not known whether it is over there\.$/)]);
  expect(begunOfB).toHaveLength(2);
  expect(await evaluate(longNames, { PROJECTION_STALLED: null })).toEqual([
    [expect.stringMatching(/Node: b{128}…\.$/)],
    [],
  ]);
  const [endedOfB = []] = await evaluate('a', {});
  const alerts = endedOfB.map((summary) => ({ ...before, summary }));
  const event = { rule: 'r', when: 'SERVICE', atMs: 0, alerts, stillOpen: [] } as const;
  expect(textOf({ type: 'alert.ended', id: '', event })).toMatch(/Not known whether it is over there\.$/);
});

test('SERVICE: the troubles that the rule names', async () => {
  await withRule({ when: 'SERVICE' }, [], async ({ at }) => expect(await at(0)).toEqual(['DISK']));
  await withRule({ when: 'SERVICE' }, [], async ({ find }) => {
    const { isUnknown } = await find(0);
    expect([isUnknown(keyOf('FORWARDING')), isUnknown(keyOf('POISONED'))]).toEqual([true, false]);
  });
  // What another node had is not said to be over.
  await withRule({ when: 'SERVICE' }, [], async ({ find }) => {
    const { current, summaryAtEnd } = await find(0);
    const [disk] = current.map((subject) => ({ ...subject, id: '', beganAtMs: 0 }));
    if (disk === undefined) throw new Error('There is no trouble.');
    expect(disk.summary).toMatch(/nearly full.* Node: here\.$/);
    expect(disk.key).toBe(keyOf('DISK', 'here'));
    expect(summaryAtEnd?.({ ...disk, key: keyOf('DISK', 'there') })).toMatch(/Not known whether it is over there\.$/);
    expect(summaryAtEnd?.({ ...disk, summary: 'S', facts: { trouble: 'POISONED' } })).toBe('S');
  });
  await withRule({ when: 'SERVICE', troubles: ['POISONED'] }, [], async ({ at }) => expect(await at(0)).toEqual([]));
});

test('AUDIT: who has read or exported credentials, whatever they read, and sign-ins that were refused too often', async () => {
  const ada = { ...nobody, name: 'ada', role: 'admin', from: '192.0.2.1' };
  const entry = {
    object: null,
    outcome: 'DONE',
    code: null,
    reason: null,
    count: 1,
    begunId: null,
    author: ada,
  } as const;
  const refused = { ...entry, action: 'SIGN_IN', outcome: 'REFUSED', author: nobody } as const;
  await withLedger([], async (ledger) => {
    const found = async (second: number, rule: object = {}) => {
      const readModel = await ledger.projected();
      const audited = ruleOf({ when: 'AUDIT', ...rule });
      const find = readModel.read((reader) => findWith(audited, { readModel: reader })(beganMs + second * 1_000));
      return (await find).current.map(({ summary }) => summary);
    };
    const record = (at: number, given: object) =>
      ledger.store.append(auditStream, [newAudited({ ...refused, ...given, atMs: beganMs + at * 1_000 })], 'any');
    await record(0, { ...entry, action: 'READ_SECRETS', object: 'CallbackRecord.body' });
    await record(1, { ...entry, action: 'READ_SECRETS', object: 'StreamSession.streamParam' });
    await record(2, { ...entry, action: 'EXPORT' });
    await record(3, { count: 19 });
    expect(await found(10)).toEqual(['ada has read credentials: StreamSession.streamParam.']);
    expect(await found(10, { actions: ['APPLY_RETENTION'] })).toEqual([]);
    await record(4, {});
    const tooMany = '20 sign-ins were refused within 600 seconds. The audit has their addresses.';
    expect(await found(10, { actions: ['APPLY_RETENTION'] })).toEqual([tooMany]);
    expect(await found(700)).toEqual([]);
  });
});
