import { expect, test } from '@jest/globals';
import { createBodyBudget, operationBodyBytesMax } from '../../src/graphql/body-budget.ts';
import { startApp } from '../support/running-app.ts';
import { pushBody } from '../support/callback-bodies.ts';

test('an operation reads bodies up to its budget, and is refused beyond it', async () => {
  const half = new Uint8Array(operationBodyBytesMax / 2);
  const budget = createBodyBudget({ bodyAt: () => Promise.resolve(half) });
  await budget.bodyAt(1n);
  await budget.bodyAt(2n);
  await expect(budget.bodyAt(3n)).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  await expect(budget.bodyAt(4n)).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
});

test('large callbacks are listed without their bodies, or a few at a time', async () => {
  const running = await startApp();
  try {
    const filler = 'x'.repeat(500_000);
    for (let index = 0; index < 40; index += 1) await running.post(pushBody({ sequence: String(index), filler }));
    await running.projected();
    const bodies = (first: number) =>
      running.ask('query ($n: Int) { callbacks(first: $n) { nodes { body } } }', { n: first });
    expect((await bodies(20)).errors).toBeUndefined();
    const { errors } = await bodies(40);
    expect(new Set(errors?.map(({ extensions }) => extensions['code']))).toEqual(new Set(['OPERATION_TOO_COSTLY']));
    expect((await running.ask('{ callbacks { nodes { position } } }')).errors).toBeUndefined();
  } finally {
    await running.close();
  }
});
