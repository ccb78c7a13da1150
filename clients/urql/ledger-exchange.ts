import type { Ledger, LedgerError, Result } from '@live-ledger/core';
import {
  createRequest,
  formatDocument,
  stringifyDocument,
  subscriptionExchange,
  type DocumentInput,
  type Exchange,
  type Operation,
  type TypedDocumentNode,
} from '@urql/core';

declare module '@urql/core' {
  interface OperationContext {
    /** The subscription to the changes of the queried list, which keep its rows current. */
    changes?: DocumentInput;
  }
}

/**
 * Before the exchange that sends queries: subscriptions resume after the last cursor, and a query whose context has `changes`
 * is answered again whenever its list changes.
 */
export function ledgerExchange(ledger: Ledger): Exchange {
  /** Ends what is followed, by the key of the query: a query that is executed again begins again. */
  const ends = new Map<number, () => void>();
  const isLive = ({ kind, context }: Operation) =>
    kind === 'subscription' || (kind === 'query' && context['changes'] !== undefined);
  return subscriptionExchange({
    isSubscriptionOperation: isLive,
    forwardSubscription: ({ query = '', variables, operationName }, { key, context }) => ({
      subscribe(observer) {
        const changes = context['changes'];
        let before = {};
        const sink = {
          next(result: Result) {
            observer.next({ ...before, hasNext: true, ...result });
            // Otherwise errors of this message would be those of the next one, too.
            before = { errors: [] };
          },
          error: (error: LedgerError) => observer.error(error),
        };
        const asked = { query, variables: variables ?? {}, operationName };
        ends.get(key)?.();
        const end = changes
          ? ledger.follow({ ...asked, changes: textOf(changes) }, sink)
          : ledger.subscribe(asked, sink);
        ends.set(key, end);
        return {
          unsubscribe() {
            if (ends.get(key) === end) ends.delete(key);
            end();
          },
        };
      },
    }),
  });
}

/** As urql changes the query itself: with the name of each type. */
function textOf(document: DocumentInput): string {
  return stringifyDocument(formatDocument(createRequest(document, {}).query) as TypedDocumentNode);
}
