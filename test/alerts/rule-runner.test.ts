import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alertBegan, alertEnded, alertStreamOf } from '../../src/alerts/alert-events.ts';
import type { AlertRule } from '../../src/alerts/alert-kinds.ts';
import { found, type FindSubjects, type Sources } from '../../src/alerts/kinds/findings.ts';
import { readAlertEvent, writeAlertEvent } from '../../src/alerts/recorded-alerts.ts';
import { createRuleRunner } from '../../src/alerts/rule-runner.ts';
import { StoreUnavailable, type EventStore } from '../../src/log/event-store.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../support/in-memory-event-store.ts';
import { newEvent } from '../support/log-events.ts';

const rule = (given: Partial<AlertRule>, find: FindSubjects): AlertRule => ({
  name: 'r',
  when: 'QUARANTINE',
  subjectsLeast: 1,
  forSeconds: 0,
  quietSeconds: 0,
  groupSeconds: 1,
  targets: [],
  openFind: () => find,
  ...given,
});
const { signal } = new AbortController();

/** A rule on a log in memory whose appends fail as the test says, and the revisions from which its stream was read. */
function startRunner(given: Partial<AlertRule> = {}) {
  const store = openInMemoryEventStore(createInMemoryLog(), () => 0);
  const readFrom: bigint[] = [];
  const runner = {
    store,
    readFrom,
    met: ['a'],
    appendFails: 'NO' as 'NO' | 'BEFORE' | 'AFTER',
    eventsRead: 0,
    isOurs: true,
    known: 1_000_000n,
    damaged: null as bigint | null,
    async recorded() {
      const types: string[] = [];
      for await (const { type } of store.readStream(alertStreamOf('r'))) types.push(type);
      return types;
    },
    /** The keys of the alerts in each event from there on. */
    async saidFrom(revision: number) {
      const keys: string[] = [];
      for await (const { data } of store.readStream(alertStreamOf('r'), BigInt(revision))) {
        keys.push(...(readAlertEvent(data)?.alerts ?? []).map(({ key }) => key));
      }
      return keys;
    },
  };
  const failing: Pick<EventStore, 'append' | 'readStream' | 'lastRevision'> = {
    lastRevision: (stream) => store.lastRevision(stream),
    async *readStream(stream, from = 0n) {
      readFrom.push(from);
      for await (const event of store.readStream(stream, from)) {
        runner.eventsRead += 1;
        yield event.revision === runner.damaged ? { ...event, isDamaged: true } : event;
      }
    },
    async append(...args) {
      if (runner.appendFails === 'BEFORE') throw new StoreUnavailable('The disk is full.');
      const appended = await store.append(...args);
      if (runner.appendFails === 'AFTER') throw new StoreUnavailable('No answer.', { mayBeStored: true });
      return appended;
    },
  };
  const find = () => Promise.resolve(found(runner.met.map((key) => ({ key, summary: key, facts: {} }))));
  const parts = { append: failing.append, log: () => failing, isOurs: () => runner.isOurs };
  const isCurrent = (position: bigint) => Promise.resolve(position <= runner.known);
  const open = () => createRuleRunner(rule(given, find), { ...parts, isCurrent, sources: {} as Sources });
  return Object.assign(runner, open(), { restarted: open });
}
const keysOf = ({ open }: Pick<ReturnType<typeof startRunner>, 'open'>) => [...open()].map(({ key }) => key);

test('while the log takes no event, what has begun stays listed, delays run on, and the stream is read from where it was', async () => {
  const runner = startRunner({ forSeconds: 10 });
  await runner.run(0, signal);
  await runner.run(10_000, signal);
  expect(keysOf(runner)).toEqual(['a']);
  runner.met = ['a', 'b'];
  runner.appendFails = 'BEFORE';
  await runner.run(20_000, signal);
  for (const nowMs of [30_000, 31_000, 32_000]) await expect(runner.run(nowMs, signal)).rejects.toThrow('The disk');
  expect(keysOf(runner)).toEqual(['a']);
  runner.appendFails = 'NO';
  await runner.run(33_000, signal);
  expect(keysOf(runner)).toEqual(['a', 'b']);
  expect(runner.readFrom).toEqual([0n, 0n, 1n, 1n, 1n, 1n, 1n]);
});

test('an append that failed and is in the log all the same is not made again', async () => {
  const runner = startRunner();
  runner.appendFails = 'AFTER';
  await expect(runner.run(0, signal)).rejects.toThrow('No answer.');
  runner.appendFails = 'NO';
  await runner.run(5_000, signal);
  expect([keysOf(runner), await runner.recorded()]).toEqual([['a'], [alertBegan]]);
});

test('of two nodes one evaluates; the other one knows what is open, and goes on from there without saying it again', async () => {
  const runner = startRunner({ forSeconds: 5 });
  const other = runner.restarted();
  await runner.run(0, signal);
  await runner.run(5_000, signal);
  runner.isOurs = false;
  runner.met = ['a', 'b'];
  await other.run(6_000, signal);
  expect([...other.open()].map(({ key }) => key)).toEqual(['a']);
  runner.isOurs = true;
  await other.run(7_000, signal);
  // How long it is met is counted from when this node evaluates.
  await other.run(11_000, signal);
  expect(await runner.recorded()).toEqual([alertBegan]);
  await other.run(12_000, signal);
  runner.met = ['b'];
  await other.run(13_000, signal);
  expect(await runner.recorded()).toEqual([alertBegan, alertBegan, alertEnded]);
  runner.isOurs = false;
  await runner.run(14_000, signal);
  expect(keysOf(runner)).toEqual(['b']);
});

test('of two nodes that both believe to be the one that evaluates, one is heard', async () => {
  const runner = startRunner();
  const other = runner.restarted();
  await Promise.all([runner.run(0, signal), other.run(0, signal)]);
  expect(await runner.recorded()).toEqual([alertBegan]);
  for (const nowMs of [2_000, 4_000]) await Promise.all([runner.run(nowMs, signal), other.run(nowMs, signal)]);
  expect(await runner.recorded()).toEqual([alertBegan]);
});

test('nothing begins or ends before the read models have what the last message follows from', async () => {
  const runner = startRunner();
  await runner.run(0, signal);
  const restarted = runner.restarted();
  runner.met = [];
  runner.known = 0n;
  await restarted.run(2_000, signal);
  expect([await runner.recorded(), keysOf(restarted)]).toEqual([[alertBegan], ['a']]);
  runner.known = 1_000_000n;
  await restarted.run(3_000, signal);
  expect(await runner.recorded()).toEqual([alertBegan, alertEnded]);
});

test('a start reads the newest events of a long history, and knows what began before them', async () => {
  const runner = startRunner();
  const open = Array.from({ length: 30 }, (_, index) => `old-${index}`);
  for (let step = 0; step < 2_000; step += 1) {
    runner.met = step % 2 === 0 ? [...open, 'flaps'] : open;
    await runner.run(step * 1_000, signal);
  }
  expect(await runner.recorded()).toHaveLength(2_000);
  runner.eventsRead = 0;
  const restarted = runner.restarted();
  await restarted.run(2_000_000, signal);
  expect(runner.eventsRead).toBe(100);
  expect(keysOf(restarted)).toEqual(keysOf(runner));
  expect(keysOf(restarted)).toHaveLength(30);
});

test('where one of the newest events does not say what is open, the whole history is read', async () => {
  const runner = startRunner();
  const alert = { id: 'i', key: 'old', summary: '', facts: {}, beganAtMs: 0 };
  const event = { rule: 'r', when: 'QUARANTINE', atMs: 0, alerts: [alert], stillOpen: null } as const;
  const began = newEvent({ type: alertBegan, data: writeAlertEvent(event) });
  await runner.store.append(alertStreamOf('r'), [began], 'none');
  const others = Array.from({ length: 150 }, () =>
    newEvent({ type: alertEnded, data: writeAlertEvent({ ...event, alerts: [] }) }),
  );
  await runner.store.append(alertStreamOf('r'), others, 0n);
  runner.met = ['old'];
  await runner.run(1_000, signal);
  expect(keysOf(runner)).toEqual(['old']);
  expect(await runner.recorded()).toHaveLength(151);
});

test('property: after one event was damaged, each alert has at most one message more or less, and later starts say nothing', async () => {
  const met = fc.subarray(['a', 'b', 'c']);
  await fc.assert(
    fc.asyncProperty(fc.array(met, { minLength: 1, maxLength: 12 }), met, fc.nat(), async (looks, now, which) => {
      const runner = startRunner();
      let nowMs = 0;
      const evaluate = async (one: Pick<typeof runner, 'run'>, keys: string[]) => {
        runner.met = keys;
        await one.run((nowMs += 2_000), signal);
      };
      for (const keys of looks) await evaluate(runner, keys);
      const open = keysOf(runner);
      const before = (await runner.recorded()).length;
      runner.damaged = before === 0 ? null : BigInt(which % before);
      const restarted = runner.restarted();
      for (let repeated = 0; repeated < 3; repeated += 1) await evaluate(restarted, now);
      const said = await runner.saidFrom(before);
      for (const key of ['a', 'b', 'c']) {
        const due = open.includes(key) === now.includes(key) ? 0 : 1;
        expect(Math.abs(said.filter((one) => one === key).length - due)).toBeLessThanOrEqual(1);
      }
      const later = (await runner.recorded()).length;
      const again = runner.restarted();
      for (let repeated = 0; repeated < 3; repeated += 1) await evaluate(again, now);
      expect((await runner.recorded()).length).toBe(later);
    }),
    { numRuns: 200 },
  );
});

test('reading a long history leaves turns to others, and ends at a stop', async () => {
  const runner = startRunner();
  runner.met = [];
  const alert = { id: 'i', key: 'a', summary: '', facts: {}, beganAtMs: 0 };
  const data = writeAlertEvent({ rule: 'r', when: 'QUARANTINE', atMs: 0, alerts: [alert], stillOpen: null });
  const history = Array.from({ length: 2_000 }, (_, index) =>
    newEvent({ type: index % 2 === 0 ? alertBegan : alertEnded, data }),
  );
  await runner.store.append(alertStreamOf('r'), history, 'none');
  const stopping = new AbortController();
  setImmediate(() => stopping.abort());
  await runner.run(1_000, stopping.signal);
  let turns = 0;
  const count = () => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  await runner.run(1_000, signal);
  clearImmediate(counting);
  const [, begun, goneOn] = runner.readFrom;
  expect([begun, goneOn !== undefined && goneOn > 0n && goneOn < 2_000n]).toEqual([0n, true]);
  expect(turns).toBeGreaterThan(10);
  expect([keysOf(runner), (await runner.recorded()).length]).toEqual([[], 2_000]);
});
