import { setImmediate as turn } from 'node:timers/promises';
import { HeaderMap, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import type { Documents } from '../documents/documents.ts';
import type { OpenOperation } from './open-operation.ts';

type DocumentStore = NonNullable<ApolloServerOptionsWithGateway<OpenOperation>['documentStore']>;

/**
 * Reads each document where all ways into GraphQL do, and answers with its errors if it is bad. Apollo has the text as it
 * will be executed, which parsers of query strings may read differently.
 */
export function documentPlugin(documents: Documents): ApolloServerPlugin<OpenOperation> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveSource({ source, contextValue }) {
          contextValue.isNew = documents.find(source) === undefined;
          contextValue.documentErrors = documents.read(source).errors;
          if (contextValue.isNew) await serveOthers();
        },
        responseForOperation({ contextValue: { documentErrors } }) {
          if (documentErrors === null) return Promise.resolve(null);
          const http = { status: 400, headers: new HeaderMap() };
          return Promise.resolve({ http, body: { kind: 'single', singleResult: { errors: documentErrors } } });
        },
      }),
  };
}

/** Apollo finds a document by a prefix and the digest of its text. */
export function documentStoreOf({ findByDigest }: Documents): DocumentStore {
  return {
    get: (key) => Promise.resolve(findByDigest(key.slice(key.lastIndexOf(':') + 1))),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
  };
}

/**
 * A new document may run code for the first time: parsing, validating and reading then take milliseconds, and
 * everything else of the process runs in between.
 */
export function serveOthers(): Promise<void> {
  return turn();
}
