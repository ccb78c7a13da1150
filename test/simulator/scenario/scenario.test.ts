import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../../src/callbacks/callback.ts';
import { digestOf } from '../../../src/callbacks/identity.ts';
import { parseJsonObject } from '../../../src/callbacks/json-object.ts';
import { jsonText, otherJsonText } from '../../../simulator/delivery/json-text.ts';
import { pushEndCodes } from '../../../simulator/scenario/push-end-codes.ts';
import { randomOf } from '../../../simulator/scenario/random.ts';
import type { SimulatedCallback } from '../../../simulator/scenario/simulated-callback.ts';
import { bodyOf, callbackEventOf } from '../../../simulator/delivery/wire-body.ts';
import { readGolden } from '../../support/golden.ts';
import { smallScenario, someMomentMs } from '../../support/simulation.ts';

const seeds = fc.string({ maxLength: 12 });
const runs = { numRuns: 15 };

function textOf(callback: SimulatedCallback): string {
  return jsonText(bodyOf(callback));
}

function readAs(text: string) {
  const parsed = parseJsonObject(Buffer.from(text));
  if (!parsed.ok) throw new Error(`A body of the simulation is no callback: ${parsed.reason}`);
  return { callback: interpret(parsed.object), identity: digestOf(parsed.object) };
}

describe('a scenario', () => {
  test('is the same for the same seed and moment, byte for byte', () => {
    const { callbacks } = smallScenario('golden', someMomentMs, { sessions: 4, tasks: 3 });
    expect(callbacks.map(textOf)).toEqual(readGolden('simulation'));
  });

  test('is another one for another seed, and for another moment, with other accounts', () => {
    const others = [
      smallScenario('one', someMomentMs),
      smallScenario('two', someMomentMs),
      smallScenario('one', someMomentMs + 1_000),
    ];
    const appIds = others.flatMap((scenario) => scenario.appIds);
    expect(new Set(appIds).size).toBe(appIds.length);
    const bodies = others.flatMap(({ callbacks }) => callbacks.map(textOf));
    expect(new Set(bodies).size).toBe(bodies.length);
  });

  test('keeps what it was where more sessions and tasks are asked for', () => {
    const few = smallScenario('growing', someMomentMs, { sessions: 10, tasks: 5 }).callbacks;
    const many = new Set(
      smallScenario('growing', someMomentMs, { sessions: 60, tasks: 10 }).callbacks.map((callback) => textOf(callback)),
    );
    const relay = few.filter(({ kind }) => kind === 'RELAY').map(textOf);
    expect(relay.length).toBeGreaterThan(20);
    expect(relay.filter((text) => !many.has(text))).toEqual([]);
  });

  test('lies in the hour before its moment, in order, and no two of its callbacks are equal', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { callbacks } = smallScenario(seed, someMomentMs);
        const timesMs = callbacks.map(({ atMs }) => atMs);
        expect(timesMs).toEqual([...timesMs].sort((one, other) => one - other));
        expect(Math.min(...timesMs)).toBeGreaterThanOrEqual(someMomentMs - 3_600_000);
        expect(Math.max(...timesMs)).toBeLessThanOrEqual(someMomentMs);
        expect(callbacks.map(({ number }) => number)).toEqual(callbacks.map((_, index) => index));
        const identities = callbacks.map((callback) => readAs(textOf(callback)).identity);
        expect(new Set(identities).size).toBe(callbacks.length);
      }),
      // With this seed, a second interruption came after the moment.
      { ...runs, examples: [['TM2Nv5wg']] },
    );
  });

  test('has as many sessions and tasks as it was asked for', () => {
    const { callbacks, appIds } = smallScenario('sizes', someMomentMs, { sessions: 123, tasks: 17 });
    const streams = new Set<string>();
    const tasks = new Set<string>();
    for (const callback of callbacks) {
      expect(appIds).toContain(callback.appId);
      if (callback.kind === 'RELAY') tasks.add(`${callback.task.appId} ${callback.task.taskId}`);
      if (callback.kind !== 'PUSH' || callback.activity.streamId.startsWith('relay-')) continue;
      streams.add(`${callback.appId} ${callback.activity.sequence}`);
    }
    expect(streams.size).toBe(123);
    expect(tasks.size).toBe(17);
  });

  test('has every interruption code, takeovers, flaps, and sequences that two accounts use', () => {
    const { callbacks } = smallScenario('codes', someMomentMs, { sessions: 400, tasks: 0 });
    const ends = callbacks.flatMap((callback) => (callback.kind === 'INTERRUPTION' ? callback : []));
    const pushes = callbacks.flatMap((callback) => (callback.kind === 'PUSH' ? callback : []));
    const codes = new Set(ends.map(({ code }) => code));
    expect(pushEndCodes.filter(({ code }) => !codes.has(code))).toEqual([]);
    const beganBefore = (least: number, most: number) => (end: (typeof ends)[number]) =>
      pushes.some(({ activity: { appId, streamId, startedAtMs } }) => {
        const sameStream = appId === end.appId && streamId === end.activity.streamId;
        const afterMs = startedAtMs - end.atMs;
        return sameStream && startedAtMs > end.activity.startedAtMs && afterMs >= least && afterMs <= most;
      });
    expect(ends.filter(({ code }) => code === 21).some(beganBefore(-3_000, -1_000))).toBe(true);
    expect(ends.filter(({ code }) => code !== 21).some(beganBefore(0, 2_000))).toBe(true);
    const sequences = pushes.map(({ activity }) => activity.sequence);
    expect(sequences.length).toBeGreaterThan(new Set(sequences).size);
    expect(sequences.every((sequence) => /^[1-9]\d{17,18}$/.test(sequence))).toBe(true);
  });

  test('has relay tasks that loop, restart, share sources, exit with and without their id, and carry times or none', () => {
    const { callbacks } = smallScenario('relays', someMomentMs, { sessions: 0, tasks: 60 });
    const relay = callbacks.flatMap((callback) => (callback.kind === 'RELAY' ? callback : []));
    const count = (fits: (callback: (typeof relay)[number]) => boolean) => relay.filter(fits).length;
    const ofTask = (taskId: string) => relay.filter(({ task }) => task.taskId === taskId);
    const taskIds = [...new Set(relay.map(({ task }) => task.taskId))];
    for (const type of ['START', 'EXIT', 'FILE_START', 'FILE_FINISH', 'ALARM', 'RESET'] as const) {
      expect(count(({ event }) => event.type === type)).toBeGreaterThan(0);
    }
    expect(count(({ event }) => event.type === 'EXIT' && !event.namesTask)).toBeGreaterThan(0);
    expect(taskIds.some((id) => ofTask(id).filter(({ event }) => event.type === 'START').length > 2)).toBe(true);
    expect(taskIds.some((id) => ofTask(id).some(({ event }) => 'index' in event && event.index > 1))).toBe(true);
    const clocks = new Set(relay.map(({ task }) => task.dialect.clock));
    expect([...clocks].sort()).toEqual(['MILLISECONDS', 'NONE', 'SECONDS']);
    const tasksOfSources = new Map<string, Set<string>>();
    for (const { task } of relay) {
      const key = JSON.stringify(task.sourceUrls);
      tasksOfSources.set(key, (tasksOfSources.get(key) ?? new Set()).add(task.taskId));
    }
    expect([...tasksOfSources.values()].some(({ size }) => size === 2)).toBe(true);
  });
});

describe('a body', () => {
  test('is read as it was meant, and is the same callback however it is written', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const simulated of smallScenario(seed, someMomentMs).callbacks) {
          const read = readAs(textOf(simulated));
          expect(read.callback).toMatchObject(meaningOf(simulated));
          const otherwise = otherJsonText(bodyOf(simulated), randomOf(seed, simulated.number));
          expect(readAs(otherwise)).toEqual(read);
        }
      }),
      runs,
    );
  });
});

function meaningOf(simulated: SimulatedCallback): Record<string, unknown> {
  const { kind, appId, atMs: occurredAtMs } = simulated;
  switch (simulated.kind) {
    case 'PUSH': {
      const { sequence, domain, path, streamId, streamParam } = simulated.activity;
      return { kind, appId, occurredAtMs, sequence, facts: { domain, path, streamId, streamParam } };
    }
    case 'INTERRUPTION': {
      const { pushDurationMs, code: endCode, message: endMessage, activity } = simulated;
      return { kind, appId, occurredAtMs, sequence: activity.sequence, pushDurationMs, endCode, endMessage };
    }
    case 'RELAY': {
      const { task, event } = simulated;
      const namesTask = event.type !== 'EXIT' || event.namesTask;
      return {
        kind,
        appId,
        callbackEvent: callbackEventOf(simulated),
        occurredAtMs: task.dialect.clock === 'NONE' ? null : occurredAtMs,
        sourceUrls: task.sourceUrls,
        taskId: namesTask ? task.taskId : null,
        streamId: namesTask ? task.streamId : null,
        toUrl: namesTask ? task.toUrl : null,
      };
    }
    case 'OTHER':
      return { kind, appId, occurredAtMs, eventType: simulated.eventType };
  }
}
