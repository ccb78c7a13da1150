import { setImmediate as turn } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { GraphqlRequest } from '../../graphql/context.ts';
import { OperationRefused, type LiveOperations } from '../../graphql/subscriptions/live-operations.ts';
import type { AnswerPage } from '../../graphql/tables/table-pages.ts';

/** Answers pages for as long as their client is there: what is being read for one that has gone is given up. */
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
      // Callbacks are answered between two pages, and before the first, of which the code may run for the first time.
      await turn();
      return await ready.answer();
    } catch (error) {
      if (error instanceof OperationRefused) return { errors: error.errors };
      throw error;
    }
  };
}
