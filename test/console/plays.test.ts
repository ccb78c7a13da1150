import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { playsOf, type PlayCallback } from '../../console/src/pages/task/plays.ts';

const atMs = (second: number) => Date.UTC(2026, 10, 21) + second * 1_000;
const callback = (event: string, index: unknown, second: number): PlayCallback => ({
  callbackEvent: event,
  occurredAt: new Date(atMs(second)).toISOString(),
  receivedAt: new Date(atMs(900)).toISOString(),
  body: { msg: JSON.stringify({ index }) },
});
const start = (index: unknown, second: number) => callback('VodSourceFileStart', index, second);
const finish = (index: unknown, second: number) => callback('VodSourceFileFinish', index, second);

test('property: a file that is played again and again is as many plays, in whatever order its callbacks arrived', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lengths, fc.infiniteStream(fc.nat()), (seconds, random) => {
      let second = 0;
      const expected = seconds.map((length) => {
        const fromMs = atMs(second);
        second += length;
        const toMs = atMs(second);
        second += 1;
        return { index: 0, fromMs, toMs };
      });
      const callbacks = expected.flatMap(({ fromMs, toMs }) =>
        [start(0, (fromMs - atMs(0)) / 1_000), finish('0', (toMs - atMs(0)) / 1_000)].map((each) => ({
          each,
          order: random.next().value as number,
        })),
      );
      const shuffled = callbacks.sort((one, other) => one.order - other.order).map(({ each }) => each);
      expect(playsOf(shuffled)).toEqual(expected);
    }),
  );
});

test('a start without a finish plays on, or its finish was lost; a finish without a start is no play', () => {
  expect(playsOf([start(1, 30), start(0, 20), finish(0, 10)])).toEqual([
    { index: 0, fromMs: atMs(20), toMs: null },
    { index: 1, fromMs: atMs(30), toMs: null },
  ]);
});

test('what carries no time is when it arrived; what is no file, or names none, fails nothing', () => {
  const others = [callback('TaskStart', 0, 1), callback('TaskAlarm', 0, 2)];
  const nameless = { ...start(0, 1), occurredAt: null, body: { msg: 'not JSON' } };
  expect(playsOf([nameless, ...others])).toEqual([{ index: null, fromMs: atMs(900), toMs: null }]);
});
