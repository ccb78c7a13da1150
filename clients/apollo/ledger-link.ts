import { ApolloLink, type DocumentNode } from '@apollo/client';
import { print } from '@apollo/client/utilities';
import type { Ledger, LedgerError, Result } from '@live-ledger/core';
import { OperationTypeNode } from 'graphql';
import { Observable } from 'rxjs';

declare module '@apollo/client' {
  interface DefaultContext {
    /** The subscription to the changes of the queried list, which keep its rows current. */
    changes?: DocumentNode;
  }
}

/**
 * Before the link that sends queries: subscriptions resume after the last cursor, and a query whose context has `changes` is
 * answered again whenever its list changes.
 */
export class LedgerLink extends ApolloLink {
  constructor(ledger: Ledger) {
    super((operation, forward) => {
      const { changes } = operation.getContext();
      const { variables, operationName, client } = operation;
      const asked = { query: print(operation.query), variables, operationName };
      if (operation.operationType !== OperationTypeNode.SUBSCRIPTION && !changes) return forward(operation);
      return new Observable<ApolloLink.Result>((observer) => {
        const sink = {
          next: (result: Result) => observer.next(result as ApolloLink.Result),
          error: (error: LedgerError) => observer.error(error),
        };
        if (!changes) return ledger.subscribe(asked, sink);
        // As the cache changes the query: with the name of each type.
        return ledger.follow({ ...asked, changes: print(client.cache.transformDocument(changes)) }, sink);
      });
    });
  }
}
