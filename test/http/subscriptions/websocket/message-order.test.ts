import { beforeEach, expect, test } from '@jest/globals';
import { createMessageOrder, type MessageOrder } from '../../../../src/http/subscriptions/websocket/message-order.ts';

/** Messages that were passed on, and how to end their operations. */
let passedOn: { readonly text: string; readonly end: () => void }[];
let waited: number;
let order: MessageOrder;
beforeEach(() => {
  [passedOn, waited] = [[], 0];
  order = createMessageOrder(
    (text) => new Promise((end) => passedOn.push({ text, end })),
    () => {
      waited += 1;
    },
  );
});

const subscribe = (id: string, query = '') => JSON.stringify({ type: 'subscribe', id, payload: { query } });
const complete = (id: string) => JSON.stringify({ type: 'complete', id });
const ping = '{"type":"ping"}';
const texts = () => passedOn.map(({ text }) => text);
const settled = () => new Promise(setImmediate);

test('passes messages on at once, whatever they are', () => {
  const all = [ping, 'no JSON', '[]', subscribe('1'), subscribe('1'), subscribe('2'), complete('2'), complete('x')];
  for (const text of all) order.take(text);
  expect(texts()).toEqual(all);
  expect(order.isWaiting()).toBe(false);
});

test('a subscribe under a completed id waits until its operation has ended, and later messages wait too', async () => {
  for (const text of [subscribe('1', 'first'), complete('1'), subscribe('1', 'second'), ping, subscribe('2')]) {
    order.take(text);
  }
  await settled();
  expect(texts()).toEqual([subscribe('1', 'first'), complete('1')]);
  expect(order.isWaiting()).toBe(true);
  order.take(complete('1'));
  passedOn[0]?.end();
  await settled();
  expect(texts().slice(2)).toEqual([subscribe('1', 'second'), ping, subscribe('2'), complete('1')]);
  expect({ isWaiting: order.isWaiting(), waited }).toEqual({ isWaiting: false, waited: 1 });
});

test('a subscribe under the id of an ended operation does not wait', async () => {
  order.take(subscribe('1', 'first'));
  passedOn[0]?.end();
  await settled();
  order.take(subscribe('1', 'second'));
  expect(texts()).toEqual([subscribe('1', 'first'), subscribe('1', 'second')]);
});

test('never passes on what waits when the connection closes', async () => {
  for (const text of [subscribe('1', 'first'), complete('1'), subscribe('1', 'second')]) order.take(text);
  order.end();
  passedOn[0]?.end();
  await settled();
  expect(texts()).toEqual([subscribe('1', 'first'), complete('1')]);
});
