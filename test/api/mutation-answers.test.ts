import { nobody } from '../../src/log/author.ts';
import { expect, test } from '@jest/globals';
import type { GraphqlContext } from '../../src/api/context.ts';
import { operationIdOf } from '../../src/api/idempotency.ts';
import { createMutationAnswers, mutationAnswerStreamOf } from '../../src/api/mutation-answer-events.ts';
import { StoreUnavailable } from '../../src/log/event-store.ts';
import { readOnlyEvent, type CurrentLog } from '../../src/log/only-event.ts';
import { readGolden } from '../support/golden.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../support/in-memory-event-store.ts';

const golden = readGolden<{
  readonly operation: { readonly mutation: string; readonly callerName: string; readonly key: string };
  readonly operationId: string;
  readonly stream: string;
  readonly event: { readonly type: string; readonly data: string; readonly metadata: string };
}>('mutation-answers');

const atMs = Date.parse('2018-12-18T07:00:00.123Z');
const answer = { mutation: 'pauseForwarding', argumentsDigest: '7f83', answer: true };
const openStore = () => openInMemoryEventStore(createInMemoryLog(), () => atMs);
const answersOf = (store: CurrentLog) =>
  createMutationAnswers(
    store,
    () => atMs,
    () => Promise.resolve(),
  );

test('the id of an operation, and what the log has of its answer, never change', async () => {
  const { mutation, callerName, key } = golden.operation;
  const context = { request: { author: { ...nobody, name: callerName } } } as GraphqlContext;
  expect(operationIdOf(context, mutation, key)).toBe(golden.operationId);
  expect(mutationAnswerStreamOf(golden.operationId)).toBe(golden.stream);
  const store = openStore();
  await answersOf(store).keep(golden.operationId, answer);
  const event = await readOnlyEvent(store, golden.stream);
  expect({
    type: event?.type,
    data: Buffer.from(event?.data ?? []).toString(),
    metadata: Buffer.from(event?.metadata ?? []).toString(),
  }).toEqual(golden.event);
});

test('the answer that came first is kept, and found', async () => {
  const answers = answersOf(openStore());
  expect(await answers.find('1')).toBeNull();
  expect(await answers.keep('1', answer)).toEqual(answer);
  expect(await answers.keep('1', { ...answer, answer: false })).toEqual(answer);
  expect(await answers.find('1')).toEqual(answer);
});

test('an answer that another node kept is found although the store shows it late', async () => {
  const store = openStore();
  await answersOf(store).keep('1', answer);
  let reads = 0;
  const late = answersOf({
    append: store.append.bind(store),
    readStream: (name, ...given) => store.readStream(++reads < 3 ? 'another' : name, ...given),
  });
  expect(await late.keep('1', { ...answer, answer: false })).toEqual(answer);
  expect(reads).toBe(3);
});

test('what was carried out is answered although the log cannot keep it; what is not known is not carried out', async () => {
  const unavailable = () => Promise.reject(new StoreUnavailable('Away.'));
  const answers = answersOf({
    append: unavailable,
    // oxlint-disable-next-line require-yield -- it fails before the first event
    async *readStream() {
      await unavailable();
    },
  });
  expect(await answers.keep('1', answer)).toEqual(answer);
  await expect(answers.find('1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
