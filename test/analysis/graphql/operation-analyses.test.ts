import { expect, test } from '@jest/globals';
import { OperationAnalyses } from '../../../src/api/context.ts';
import { LedgerError } from '../../../src/kernel/errors.ts';
import type { AnalysisQuestion } from '../../../src/analysis/threads/start.ts';

const question = (toMs: number) =>
  ({ kind: 'concurrency', window: { fromMs: 0, toMs } }) as unknown as AnalysisQuestion;

test('fields that are resolved at the same time ask together, and fail together; later ones ask again', async () => {
  const asked: (readonly AnalysisQuestion[])[] = [];
  const analyses = new OperationAnalyses({
    ask(questions) {
      asked.push(questions);
      return Promise.reject(new LedgerError('OPERATION_TIMEOUT', 'Too long.'));
    },
  });
  const timeout = { code: 'OPERATION_TIMEOUT' };
  const together = await Promise.allSettled([analyses.ask(question(1)), analyses.ask(question(2))]);
  expect(together).toMatchObject([{ reason: timeout }, { reason: timeout }]);
  await expect(analyses.ask(question(3))).rejects.toMatchObject(timeout);
  expect(asked).toEqual([[question(1), question(2)], [question(3)]]);
});

test('the end of the operation, as where its client has gone, ends what is being answered', async () => {
  const signals: AbortSignal[] = [];
  const analyses = new OperationAnalyses({
    ask(_questions, signal) {
      signals.push(signal);
      return new Promise(() => undefined);
    },
  });
  void analyses.ask(question(1));
  // Fields that are resolved at the same time ask together, so nothing is asked before.
  await new Promise((resolve) => setImmediate(resolve));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  analyses.end();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
