import { expect, test } from '@jest/globals';
import { createBodyBudget, operationBodyBytesMax } from '../../../src/lists/budgets.ts';
import { startApp } from '../../support/running-app.ts';
import { pushBody } from '../../support/callback-bodies.ts';

/** Bodies of so many bytes each, and the positions that were read. */
function bodiesOf(bytes: number) {
  const reads: bigint[] = [];
  const bodyAt = (position: bigint) => {
    reads.push(position);
    return Promise.resolve(new Uint8Array(bytes));
  };
  return { reads, budget: createBodyBudget({ bodyAt }) };
}

const bytesOf = (body: Uint8Array) => body.byteLength;
const positions = Array.from({ length: 400 }, (_, index) => BigInt(index));

test('an operation reads bodies up to its budget, and is refused beyond it', async () => {
  const { budget } = bodiesOf(operationBodyBytesMax / 2);
  expect(await budget.read(1n, bytesOf)).toBe(operationBodyBytesMax / 2);
  await budget.read(2n, bytesOf);
  await expect(budget.read(3n, bytesOf)).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  await expect(budget.read(4n, bytesOf)).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
});

test('bodies asked for at once are read one by one, and none once the budget is spent', async () => {
  const { budget, reads } = bodiesOf(operationBodyBytesMax / 8);
  const results = await Promise.allSettled(positions.map((position) => budget.read(position, bytesOf)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
  expect(reads).toEqual(positions.slice(0, 9));
});

test('other work runs between two bodies', async () => {
  const reads: number[] = [];
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const budget = createBodyBudget({
    bodyAt: () => {
      reads.push(turns);
      return Promise.resolve(new Uint8Array(1));
    },
  });
  await Promise.all(positions.slice(0, 5).map((position) => budget.read(position, bytesOf)));
  isOver = true;
  expect(new Set(reads).size).toBe(5);
});

test('a body that can’t be read or used costs the others nothing', async () => {
  const budget = createBodyBudget({
    bodyAt: (position) =>
      position === 0n
        ? Promise.reject(new Error('broken'))
        : Promise.resolve(position === 1n ? null : new Uint8Array(3)),
  });
  const results = await Promise.allSettled([
    budget.read(0n, bytesOf),
    budget.read(1n, bytesOf),
    budget.read(2n, () => {
      throw new Error('broken too');
    }),
    budget.read(3n, bytesOf),
  ]);
  expect(results.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
    'failed',
    null,
    'failed',
    3,
  ]);
});

test('large callbacks are listed without their bodies, or a few at a time', async () => {
  const token = 'token-of-sixteen-or-more';
  const running = await startApp({ authenticity: { keys: [], tokens: [token] } });
  try {
    const filler = 'x'.repeat(500_000);
    for (let index = 0; index < 12; index += 1) {
      await running.post(pushBody({ sequence: String(index), filler }), `/callbacks/css/${token}`);
    }
    await running.projected();
    const bodies = (first: number) =>
      running.ask('query ($n: Int) { callbacks(first: $n) { nodes { body } } }', { n: first });
    expect((await bodies(8)).errors).toBeUndefined();
    const { errors } = await bodies(12);
    expect(new Set(errors?.map(({ extensions }) => extensions['code']))).toEqual(new Set(['OPERATION_TOO_COSTLY']));
    expect((await running.ask('{ callbacks { nodes { position } } }')).errors).toBeUndefined();
  } finally {
    await running.close();
  }
});
