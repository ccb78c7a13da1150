import fc from 'fast-check';
import type { TestArrival } from './ledger.ts';

/**
 * Generated histories of a few relay tasks, dense enough that events sometimes share a second: runs that overlap or miss a callback, files,
 * alarms, exits that name no task, tasks that share their sources or change them.
 */
const beginsAtSeconds = 1_600_000_000;

const sources = [
  ['http://a.example/1'],
  ['http://a.example/2', 'http://a.example/1'],
  ['http://a.example/1', 'http://a.example/2'],
];

const second = fc.integer({ min: 0, max: 25 });

const fileEvent = fc.record({
  callback_event: fc.constantFrom('VodSourceFileStart', 'VodSourceFileFinish'),
  msg: fc.record({
    index: fc.constantFrom(0, 1, '1'),
    url: fc.constantFrom('http://a.example/1', 'http://b.example/1'),
    duration: fc.constantFrom(0, 5),
  }),
});

const happening = fc.oneof(
  fc.constant({ callback_event: 'TaskStart', msg: {} }),
  fc.record({
    callback_event: fc.constant('TaskExit'),
    msg: fc.record({ code: fc.constantFrom(-22, 0, '-5', 'odd'), message: fc.constant('ended') }),
  }),
  fileEvent,
  fc.record({
    callback_event: fc.constant('TaskAlarm'),
    msg: fc.record({ type: fc.constantFrom('PullFileFailed', 'PushStreamFailed') }),
  }),
  fc.constant({ callback_event: 'ResetTaskConfig', msg: {} }),
);

const relayCallback = fc.record({
  happening,
  task: fc.constantFrom('1', '2', '3'),
  source: fc.integer({ min: 0, max: 9 }).map((number) => (number < 7 ? 0 : number - 7)),
  at: second,
  heardAt: second,
  isNameless: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
});

type Generated = typeof relayCallback extends fc.Arbitrary<infer Value> ? Value : never;

/** Callbacks that all carry a time and all differ. */
export const timedRelayCallbacks: fc.Arbitrary<TestArrival[]> = fc
  .array(relayCallback, { minLength: 1, maxLength: 25 })
  .map((list) =>
    list.map((generated, distinct) =>
      toArrival(generated, { event_time: String(beginsAtSeconds + generated.at), distinct }),
    ),
  );

/** Files that one task plays repeatedly, restarted now and then; all carry a time. */
export const timedFileCallbacks: fc.Arbitrary<TestArrival[]> = fc
  .array(fc.tuple(relayCallback, fc.integer({ min: 0, max: 9 }), fileEvent), { minLength: 1, maxLength: 15 })
  .map((list) =>
    list.map(([generated, number, played], distinct) =>
      toArrival(
        { ...generated, task: '1', happening: number === 0 ? { callback_event: 'TaskStart', msg: {} } : played },
        { event_time: String(beginsAtSeconds + generated.at), distinct },
      ),
    ),
  );

/**
 * Callbacks of which many carry no time and many are equal. Exits that name no task carry a time if all starts and exits do, as CSS's do,
 * so they are compared on one clock.
 */
export const anyRelayCallbacks: fc.Arbitrary<TestArrival[]> = fc
  .tuple(fc.array(fc.tuple(relayCallback, fc.boolean()), { minLength: 1, maxLength: 30 }), fc.boolean())
  .map(([list, areExitsTimed]) =>
    list.map(([generated, isTimed]) => {
      const isBoundary = /^Task(Start|Exit)$/.test(generated.happening.callback_event);
      const hasTime = isBoundary ? areExitsTimed : isTimed;
      return toArrival(generated, hasTime ? { event_time: String(beginsAtSeconds + generated.at) } : {});
    }),
  );

/** Histories in which every task gave a time, unless no exit without a task id carries one: decision 0008 covers the others. */
export const callbacksOfOneClock: fc.Arbitrary<TestArrival[]> = anyRelayCallbacks.filter((callbacks) => {
  const bodies = callbacks.map(({ body }) => body as Readonly<Record<string, unknown>>);
  if (bodies.every(({ task_id, event_time }) => task_id !== undefined || event_time === undefined)) return true;
  const ordered = bodies.filter(({ callback_event }) => callback_event !== 'ResetTaskConfig');
  const timed = new Set(ordered.flatMap(({ task_id, event_time }) => (event_time === undefined ? [] : [task_id])));
  return bodies.every(({ task_id }) => task_id === undefined || timed.has(task_id));
});

/**
 * Long histories, mostly of one task and source, restarted often and mostly in order. Files and alarms may or may not carry a time; starts
 * and exits as above.
 */
export const callbacksOnTwoClocks: fc.Arbitrary<TestArrival[]> = fc
  .tuple(
    fc.array(
      fc.record({
        generated: relayCallback,
        isTimed: fc.boolean(),
        event: fc.constantFrom('TaskStart', 'TaskStart', 'TaskExit', 'TaskExit', null),
        isOther: fc.integer({ min: 0, max: 29 }).map((number) => number === 0),
        isLate: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
  )
  .map(([list, areExitsTimed]) =>
    list.map(({ generated, isTimed, event, isOther, isLate }, index) => {
      const happening = event === null ? generated.happening : { callback_event: event, msg: { code: index } };
      const isBoundary = /^Task(Start|Exit)$/.test(happening.callback_event);
      const arrived = isLate ? generated.heardAt : index;
      const { task, source } = isOther ? generated : { task: '1' as const, source: 0 };
      // Sometimes two in a second.
      const time = { event_time: String(beginsAtSeconds + Math.floor(index * 0.8)) };
      return toArrival(
        { happening, task, source, heardAt: arrived, isNameless: generated.at % 4 > 0 },
        { ...((isBoundary ? areExitsTimed : isTimed) && time), distinct: index },
      );
    }),
  );

interface Happened extends Pick<Generated, 'task' | 'source' | 'heardAt' | 'isNameless'> {
  readonly happening: { readonly callback_event: string; readonly msg: unknown };
}

function toArrival(
  { happening, task, source, heardAt, isNameless }: Happened,
  more: Record<string, unknown>,
): TestArrival {
  const nameless = isNameless && happening.callback_event === 'TaskExit';
  return {
    body: {
      appid: 4,
      event_type: 314,
      callback_event: happening.callback_event,
      msg: JSON.stringify(happening.msg),
      source_urls: `${JSON.stringify(sources[source])}\n`,
      ...(!nameless && { task_id: task, to_url: `rtmp://push.example/live/stream${task}`, stream_id: '' }),
      ...more,
    },
    // Ten seconds apart: a callback without a time is sometimes a redelivery and sometimes a separate callback.
    receivedAtMs: (beginsAtSeconds + heardAt * 10) * 1000,
  };
}
