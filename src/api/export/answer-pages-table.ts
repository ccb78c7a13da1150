import { setImmediate as turn } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { GraphqlRequest } from '../context.ts';
import { OperationRefused, type LiveOperations } from '../subscriptions/live-operations.ts';
import type { AnswerPage } from './table-pages.ts';

/** Answers pages until their client is gone, and then abandons the page that is being read. */
export function answerPages(operations: LiveOperations, asker: GraphqlRequest, response: ServerResponse): AnswerPage {
  let abandon: () => void = () => undefined;
  response.once('close', () => {
    abandon();
  });
  return async (query, variables) => {
    try {
      const ready = await operations.prepare({ ...asker, query, variables, operationName: null });
      if (ready.kind !== 'REQUEST') throw new TypeError('A table is read by a query.');
      abandon = ready.abandon;
      if (response.destroyed) abandon();
      // Lets callbacks be answered between two pages, and before the first one, whose code may run for the first time.
      await turn();
      return await ready.answer();
    } catch (error) {
      if (error instanceof OperationRefused) return { errors: error.errors };
      throw error;
    }
  };
}
