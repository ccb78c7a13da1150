import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { StoreOverloaded } from '../../../src/log/event-store.ts';
import {
  AppendDispatch,
  appendsInFlightMax,
  bytesWaitingMax,
  type Attempt,
} from '../../../src/log/eventstoredb/append-dispatch.ts';

/** A dispatch to a server that a test answers for. */
function openDispatch(answerMsMax = 20_000, abandonedMs = 60_000) {
  const state = { isAnswering: true, silences: 0 };
  const sent: { readonly name: number; readonly answer: (attempt: Attempt) => void }[] = [];
  const dispatch = new AppendDispatch({
    isAnswering: () => state.isAnswering,
    onUnanswered: () => (state.silences += 1),
    answerMsMax,
    abandonedMs,
  });
  const add = (name: number, bytes = 1) =>
    dispatch.add(bytes, () => new Promise((resolve) => sent.push({ name, answer: resolve })));
  return { state, sent, dispatch, add, names: () => sent.map(({ name }) => name) };
}

const appended: Attempt = { kind: 'appended', appended: { revision: 0n, position: 1n } };
const turn = () => new Promise(setImmediate);

describe('the append dispatch', () => {
  test('keeps the order of appends that are sent again, whichever failed first', async () => {
    const { state, sent, dispatch, add, names } = openDispatch();
    const all = Array.from({ length: 6 }, (_, name) => add(name));
    state.isAnswering = false;
    for (const index of [3, 0, 5, 1, 2, 4]) sent[index]?.answer({ kind: 'retry', mayBeStored: true });
    all.push(add(6));
    await turn();
    expect(names()).toEqual([0, 1, 2, 3, 4, 5]);
    state.isAnswering = true;
    dispatch.sendWaiting();
    expect(names().slice(6)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { answer } of sent.slice(6)) answer(appended);
    await Promise.all(all);
    await dispatch.idle();
  });

  test('sends a bounded number at a time, and the next when one is answered', async () => {
    const { sent, add, names } = openDispatch();
    const all = Array.from({ length: appendsInFlightMax + 2 }, (_, name) => add(name));
    expect(sent).toHaveLength(appendsInFlightMax);
    sent[7]?.answer(appended);
    await turn();
    expect(names().slice(appendsInFlightMax)).toEqual([appendsInFlightMax]);
    // It grows meanwhile.
    for (const { answer } of sent) {
      answer(appended);
      await turn();
    }
    await Promise.all(all);
  });

  test('answers in time: what was sent may be stored, even if only in an earlier attempt; the rest is not', async () => {
    const { state, sent, dispatch, add } = openDispatch(50);
    const [onItsWay, sentBefore] = [add(0), add(1)];
    state.isAnswering = false;
    sent[1]?.answer({ kind: 'retry', mayBeStored: true });
    const waiting = add(2);
    await expect(onItsWay).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: true });
    await expect(sentBefore).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: true });
    await expect(waiting).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: false });
    await dispatch.idle();
    expect(state.silences).toBe(1);
  });

  test('abandons appends that the client never settles', async () => {
    const { sent, add } = openDispatch(50, 100);
    const each = bytesWaitingMax / appendsInFlightMax;
    const never = await Promise.allSettled(Array.from({ length: appendsInFlightMax }, (_, name) => add(name, each)));
    expect(new Set(never.map(({ status }) => status))).toEqual(new Set(['rejected']));
    const isRefused = async (append: Promise<unknown>) => {
      const refused = append.catch((error: unknown) => error instanceof StoreOverloaded);
      await turn();
      return (await Promise.race([refused, turn()])) === true;
    };
    let next = add(appendsInFlightMax);
    while (await isRefused(next)) next = add(appendsInFlightMax);
    sent.at(-1)?.answer(appended);
    await next;
    expect(sent).toHaveLength(appendsInFlightMax + 1);
  });

  test('refuses appends beyond the bytes that may wait, and counts what timed out until it is settled', async () => {
    const { sent, add } = openDispatch(50);
    const large = add(0, bytesWaitingMax);
    await expect(add(1)).rejects.toBeInstanceOf(StoreOverloaded);
    await expect(large).rejects.toMatchObject({ mayBeStored: true });
    await expect(add(2)).rejects.toBeInstanceOf(StoreOverloaded);
    sent[0]?.answer(appended);
    await turn();
    const next = add(3);
    sent[1]?.answer(appended);
    await next;
  });
});

describe('a server that is too slow', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is not sent an append that has waited for half of its time', async () => {
    jest.useFakeTimers();
    const { sent, add, dispatch } = openDispatch(3_000);
    const inFlight = Array.from({ length: appendsInFlightMax }, (_, name) => add(name));
    const waiting = expect(add(appendsInFlightMax)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      mayBeStored: false,
    });
    jest.advanceTimersByTime(1_500);
    await waiting;
    for (const { answer } of [...sent]) answer(appended);
    await Promise.all(inFlight);
    await dispatch.idle();
    expect(sent).toHaveLength(appendsInFlightMax);
  });

  test('and one that does not answer at all: an append waits for all of its time, and is sent when the server answers', async () => {
    jest.useFakeTimers();
    const { state, sent, add, dispatch } = openDispatch(3_000);
    state.isAnswering = false;
    const first = add(0);
    jest.advanceTimersByTime(2_999);
    state.isAnswering = true;
    dispatch.sendWaiting();
    sent[0]?.answer(appended);
    await first;
    state.isAnswering = false;
    const second = expect(add(1)).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: false });
    jest.advanceTimersByTime(3_000);
    await second;
  });
});
