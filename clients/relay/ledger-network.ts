import type { Ledger, LedgerError } from '@live-ledger/core';
import {
  Network,
  Observable,
  type ConcreteRequest,
  type FetchFunction,
  type GraphQLResponse,
  type INetwork,
  type RequestParameters,
  type SubscribeFunction,
  type Variables,
} from 'relay-runtime';

/**
 * Subscriptions resume after the last cursor. A query whose `networkCacheConfig.metadata` has `changes`, the subscription to the
 * changes of its list, is answered again whenever its list changes. `fetchQuery` sends all others; without it, they are sent to the
 * service itself.
 */
export function ledgerNetwork(ledger: Ledger, fetchQuery?: FetchFunction): INetwork {
  const subscribe: SubscribeFunction = (request, variables) =>
    Observable.create((sink) => ledger.subscribe<object>(operationOf(request, variables), sinkOf(sink)));
  const fetch: FetchFunction = (request, variables, cacheConfig, uploadables) => {
    const operation = operationOf(request, variables);
    const changes = cacheConfig.metadata?.['changes'] as ConcreteRequest | undefined;
    if (changes !== undefined) {
      return Observable.create((sink) =>
        ledger.follow<object>({ ...operation, changes: changes.params.text ?? '' }, sinkOf(sink)),
      );
    }
    if (fetchQuery) return fetchQuery(request, variables, cacheConfig, uploadables);
    return ledger.execute<object>(operation) as Promise<GraphQLResponse>;
  };
  return Network.create(fetch, subscribe);
}

const operationOf = ({ text, name }: RequestParameters, variables: Variables) => ({
  query: text ?? '',
  variables,
  operationName: name,
});

const sinkOf = (sink: { next(value: GraphQLResponse): void; error(error: Error): void }) => ({
  next: (result: object) => sink.next(result as GraphQLResponse),
  error: (error: LedgerError) => sink.error(error),
});
