import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TestArrival } from '../../support/ledger.ts';
import { withLedger } from '../../support/ledger.ts';
import { shownTasks } from '../../support/expected-tasks.ts';
import { pageOf } from '../../support/list-requests.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { numRunsOf } from '../../support/num-runs.ts';

const beginsAtSeconds = 1_600_000_000;
const toUrl = 'rtmp://push.example/live/one';

/** What happens at a second by CSS's clock; ours is `skewSeconds` ahead. */
const at = (seconds: number, body: Record<string, unknown>, skewSeconds = 0): TestArrival => ({
  body,
  receivedAtMs: (beginsAtSeconds + seconds + skewSeconds) * 1_000,
});

function relay(event: string, seconds: number, { task = '1', skewSeconds = 0, isTimed = true, ...more } = {}) {
  const time = isTimed ? { event_time: String(beginsAtSeconds + seconds) } : { distinct: seconds };
  return at(seconds, relayBody(event, {}, { task_id: task, to_url: toUrl, ...time, ...more }), skewSeconds);
}

function push(
  sequence: string,
  from: number,
  to: number | null,
  { skewSeconds = 0, ...more }: Record<string, unknown> & { readonly skewSeconds?: number } = {},
): TestArrival[] {
  const any = { appid: 4, app: 'push.example', appname: 'live', stream_id: 'one', sequence, ...more };
  const one = (event_type: number, seconds: number) =>
    at(seconds, { ...any, event_type, event_time: beginsAtSeconds + seconds }, skewSeconds);
  return [one(1, from), ...(to === null ? [] : [one(0, to)])];
}

/** `[task, sequence, sureness]` of each join. Both sides must say the same. */
function joinsOf(readModel: TestReadModel) {
  return readModel.read((reader) => {
    const sessions = reader.streamSessions(pageOf('STARTED_AT')).rows.map(({ row }) => row);
    const tasks = reader.relayTasks(pageOf('STARTED_AT')).rows.map(({ row }) => row);
    const ofTasks = tasks.flatMap(({ id, taskId }) => {
      const joins = reader.relay.sessionJoins(id, 100);
      expect(joins.map(({ session }) => session.id)).toEqual(reader.relay.sessionsFedBy(id, 100).map((one) => one.id));
      return joins.map(({ session, ...join }) => ({ task: taskId, of: session.sequence, ...join }));
    });
    const ofSessions = sessions.flatMap(({ id, sequence }) => {
      const joins = reader.relay.taskJoins(id, 100);
      expect(joins.map(({ task }) => task.id)).toEqual(reader.relay.tasksFeeding(id, 100).map((one) => one.id));
      return joins.map(({ task, ...join }) => ({ task: task.taskId, of: sequence, ...join }));
    });
    expect(inOrder(ofSessions)).toEqual(inOrder(ofTasks));
    return inOrder(ofTasks);
  });
}

const inOrder = <One extends { readonly task: string; readonly of: string }>(joins: readonly One[]) =>
  [...joins].sort((one, other) => (`${one.task} ${one.of}` < `${other.task} ${other.of}` ? -1 : 1));

async function joinsAfter(...arrivals: readonly TestArrival[]) {
  let joins: ReturnType<typeof joinsOf> = [];
  await withLedger(arrivals, async (ledger) => {
    joins = joinsOf(await ledger.projected());
  });
  return joins;
}

const surenesses = async (...arrivals: readonly TestArrival[]) =>
  (await joinsAfter(...arrivals)).map(({ task, of, sureness }) => [task, of, sureness]);

describe('a task fed a session', () => {
  test('certainly if the push names the task, whatever its target and time', async () => {
    const named = { stream_param: 'txSecret=s&txFrom=pullpush&ppTaskId=1', stream_id: 'another' };
    expect(
      await joinsAfter(relay('TaskStart', 0), relay('TaskExit', 10), ...push('7', 5_000, 5_100, named)),
    ).toMatchObject([{ task: '1', of: '7', sureness: 'CERTAIN', alternative: null }]);
  });

  test('and a session that names its task is of no other, also if that one is unknown', async () => {
    const runs = [relay('TaskStart', 0), relay('TaskStart', 1, { task: '2' })];
    const sessions = [
      ...push('7', 5, 100, { stream_param: 'ppTaskId=1' }),
      ...push('8', 200, 300, { stream_param: 'ppTaskId=9' }),
    ];
    expect(await surenesses(...runs, ...sessions)).toEqual([['1', '7', 'CERTAIN']]);
  });

  test('certainly only if the task is of its account', async () => {
    const other = { stream_param: 'ppTaskId=1', appid: 5 };
    expect(await surenesses(relay('TaskStart', 0), ...push('7', 5, 100, other))).toEqual([]);
  });

  test('certainly if another callback with its sequence names the task', async () => {
    const recording = {
      event_type: 100,
      appid: 4,
      app: 'push.example',
      appname: 'live',
      stream_id: 'one',
      file_id: 'f',
      stream_param: 'txFrom=pullpush&ppTaskId=2&upstream_sequence=7',
    };
    const runs = [relay('TaskStart', 0), relay('TaskStart', 900, { task: '2' })];
    const arrivals = [...runs, ...push('7', 5, 100), ...push('8', 5, 100), at(200, recording)];
    const expected = [
      ['1', '8', 'LIKELY'],
      ['2', '7', 'CERTAIN'],
    ];
    expect(await surenesses(...arrivals)).toEqual(expected);
    expect(await surenesses(...arrivals.toReversed())).toEqual(expected);
  });

  test('certainly also if no callback names the account of the push, by the domain of the task', async () => {
    const unnamed = { stream_param: 'ppTaskId=1', appid: undefined };
    expect(await surenesses(relay('TaskStart', 0), ...push('7', 5, 100, unnamed))).toEqual([['1', '7', 'CERTAIN']]);
    const elsewhere = { ...unnamed, app: 'other.example' };
    expect(await surenesses(relay('TaskStart', 0), ...push('7', 5, 100, elsewhere))).toEqual([]);
  });

  test('likely if its target and time fit, and those of no other task', async () => {
    const joins = await joinsAfter(
      ...[relay('TaskStart', 0), relay('TaskExit', 500), relay('TaskStart', 1_000, { task: '2' })],
      ...push('7', 5, 100),
    );
    expect(joins).toMatchObject([
      { task: '1', of: '7', sureness: 'LIKELY', alternative: expect.stringContaining('Something other') as unknown },
    ]);
  });

  test('possibly if several tasks fit', async () => {
    const joins = await joinsAfter(
      ...[relay('TaskStart', 0), relay('TaskStart', 0, { task: '2' }), ...push('7', 5, 100)],
    );
    const alternative = 'Another task with the same target had a run at the same time.';
    expect(joins).toMatchObject([
      { task: '1', of: '7', sureness: 'POSSIBLE', alternative },
      { task: '2', of: '7', sureness: 'POSSIBLE', alternative },
    ]);
  });

  test.each([0, -300, 300])(
    'possibly if only arrivals can be compared, whatever our clock says (%d s)',
    async (skew) => {
      const ours = { skewSeconds: skew, isTimed: false };
      const run = [relay('TaskStart', 0, ours), relay('TaskExit', 100, ours)];
      const joined = [['1', '7', 'POSSIBLE']];
      // While it went on, within a minute after its exit, and later.
      expect(await surenesses(...run, ...push('7', 50, 90, { skewSeconds: skew }))).toEqual(joined);
      expect(await surenesses(...run, ...push('7', 150, 190, { skewSeconds: skew }))).toEqual(joined);
      expect(await surenesses(...run, ...push('7', 170, 190, { skewSeconds: skew }))).toEqual([]);
      // Begun before it, and ended more than a minute before it, or not.
      const later = [relay('TaskStart', 200, ours)];
      expect(await surenesses(...later, ...push('7', 50, 130, { skewSeconds: skew }))).toEqual([]);
      expect(await surenesses(...later, ...push('7', 50, 150, { skewSeconds: skew }))).toEqual(joined);
    },
  );

  test.each([-300, 300])('possibly if one exit has no time, and the other run is known by it (%d s)', async (skew) => {
    const ours = { skewSeconds: skew, isTimed: false };
    const [start, exit] = [relay('TaskStart', 0, { skewSeconds: skew }), relay('TaskExit', 1_000, ours)];
    const again = relay('TaskStart', 2_000, ours);
    const session = (from: number, to: number) => push('7', from, to, { skewSeconds: skew });
    expect(await surenesses(start, exit, again, ...session(500, 900))).toEqual([['1', '7', 'POSSIBLE']]);
    expect(await surenesses(start, exit, again, ...session(1_100, 1_900))).toEqual([]);
    expect(await surenesses(start, exit, again, ...session(1_100, 1_950))).toEqual([['1', '7', 'POSSIBLE']]);
  });
});

const happening = fc.record({
  event: fc.constantFrom('TaskStart', 'TaskExit'),
  task: fc.constantFrom('1', '2'),
  seconds: fc.integer({ min: 0, max: 1_200 }),
});
const pushed = fc.record({ from: fc.integer({ min: -200, max: 1_400 }), lasts: fc.integer({ min: 0, max: 300 }) });

test('property: by CSS’s clock, those belong together whose run and push overlap, give or take a minute', async () => {
  const history = fc.tuple(
    fc.array(happening, { minLength: 1, maxLength: 10 }),
    fc.array(pushed, { minLength: 1, maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(history, async ([happened, pushes]) => {
      const sessions = pushes.map(({ from, lasts }, index) => ({ sequence: `${index}`, from: from * 1_000, lasts }));
      const arrivals = [
        ...happened.map(({ event, task, seconds }) => relay(event, seconds, { task })),
        ...sessions.flatMap(({ sequence, from, lasts }) => push(sequence, from / 1_000, from / 1_000 + lasts)),
      ];
      await withLedger(arrivals, async (ledger) => {
        const readModel = await ledger.projected();
        const pairs = shownTasks(readModel).flatMap(({ taskId, runs }) =>
          sessions
            .filter(({ from, lasts }) =>
              runs.some(({ opened, exit }, index) => {
                const beganMs = (opened.occurredAtMs ?? NaN) - beginsAtSeconds * 1_000;
                const nextMs = runs[index - 1]?.opened.occurredAtMs ?? Infinity;
                const overMs = (exit?.exitedAtMs ?? nextMs) - beginsAtSeconds * 1_000;
                return beganMs <= from + lasts * 1_000 + 60_000 && overMs >= from - 60_000;
              }),
            )
            .map(({ sequence }) => ({ task: taskId, of: sequence })),
        );
        const expected = pairs.map(({ task, of }) => {
          const several = pairs.filter((other) => other.of === of).length > 1;
          return { task, of, sureness: several ? 'POSSIBLE' : 'LIKELY' };
        });
        expect(joinsOf(readModel).map(({ task, of, sureness }) => ({ task, of, sureness }))).toEqual(inOrder(expected));
      });
    }),
    { numRuns: numRunsOf(60) },
  );
});
