import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CallbacksDocument, StreamSessionDocument } from '../../schema/operations.generated.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { anySpacing, reordered } from '../support/json-arbitraries.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let running: RunningApp;
beforeEach(async () => {
  running = await startApp();
});
afterEach(() => running.close());

/** The first attempt and twelve retries, each with another stamp, other spacing, and its members in another order. */
function copiesOf(body: Record<string, unknown>): string[] {
  const stamps = fc.record({ t: fc.nat(), sign: fc.string() });
  const copy = stamps
    .chain((stamp) => fc.tuple(reordered({ ...body, ...stamp }), anySpacing))
    .map(([whole, space]) => space(whole));
  return fc.sample(copy, { numRuns: 13, seed: 13 });
}

test('thirteen re-stamped, re-ordered, re-spaced copies at the same moment are one callback with thirteen deliveries', async () => {
  const copies = [...copiesOf(interruptionBody()), ...copiesOf(pushBody())];
  expect(new Set(copies).size).toBe(26);
  const answers = await Promise.all(copies.map((copy) => running.post(copy)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await running.projected();

  const { callbacks } = await running.query(CallbacksDocument, {});
  expect(callbacks.nodes.map(({ deliveries }) => deliveries)).toEqual([13, 13]);
  const { streamSession } = await running.query(StreamSessionDocument, { sequence: '6674468118806626493' });
  expect(streamSession).toMatchObject({ state: 'ENDED', deliveries: 26 });
});
