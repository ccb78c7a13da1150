import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createClient, fetchExchange } from '@urql/core';
import { readFileSync } from 'node:fs';
import {
  createOperationDescriptor,
  Environment,
  RecordSource,
  requestSubscription,
  Store,
  type ConcreteRequest,
} from 'relay-runtime';
import WebSocket from 'ws';
import { LedgerLink } from '../../clients/apollo/ledger-link.ts';
import { openLedger, type Ledger } from '../../clients/core/ledger.ts';
import { webSocket } from '../../clients/core/web-socket.ts';
import { ledgerNetwork } from '../../clients/relay/ledger-network.ts';
import { ledgerExchange } from '../../clients/urql/ledger-exchange.ts';
import { projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { startConsoleServer, type ConsoleServer } from '../support/console-server.ts';
import { scrapeSample } from '../support/metrics.ts';
import { sessionsOverKills, type SessionsOverKills } from '../support/sessions-over-kills.ts';

/** The link, the exchange and the network layer in Node, each with its library, against a service that is killed. */

interface Live {
  readonly streamSessions?: { readonly nodes: readonly { readonly sequence: string }[] };
}

const live = gql`
  query Live($after: Cursor) {
    streamSessions(filter: { state: { eq: LIVE } }, first: 2, after: $after) {
      liveFrom
      nodes {
        id
        sequence
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
const changes = gql`
  subscription Changed($after: Cursor) {
    streamSessionChanged(filter: { state: { eq: LIVE } }, left: true, after: $after) {
      cursor
      matches
      streamSession {
        id
        sequence
      }
    }
  }
`;

let server: ConsoleServer;
let sessions: SessionsOverKills;
let ledger: Ledger;
const ends: (() => void)[] = [];

beforeEach(async () => {
  server = await startConsoleServer();
  sessions = sessionsOverKills(server);
  ledger = openLedger({
    url: server.url,
    transport: (to) => webSocket(to, { webSocketImpl: WebSocket, lazyCloseTimeout: 0 }),
  });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await server.close();
});

/** Resolves once what a library has is what a new list says. */
async function expectCurrent(sequences: () => readonly string[]): Promise<void> {
  const expected = (await sessions.listed()).map(({ sequence }) => sequence).sort();
  expect(expected.length).toBeGreaterThan(2);
  await askUntil(
    () => Promise.resolve([...sequences()].sort()),
    (current) => current.join() === expected.join(),
  );
}

const sequencesOf = (data: Live | undefined) => (data?.streamSessions?.nodes ?? []).map(({ sequence }) => sequence);

function openApollo() {
  const link = ApolloLink.from([new LedgerLink(ledger), new HttpLink({ uri: `${server.url}/graphql` })]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  ends.push(() => client.stop());
  return client;
}

const subscribers = () => scrapeSample(server.url, 'live_ledger_subscribers{transport="websocket"}');

test('Apollo: a live list in the cache; asked for again, it is followed once; without a reader, no more', async () => {
  await sessions.send(25);
  const client = openApollo();
  const query = client.watchQuery<Live>({ query: live, context: { changes }, fetchPolicy: 'cache-and-network' });
  const reading = query.subscribe({ next: () => undefined });
  const cached = () => sequencesOf(client.readQuery<Live>({ query: live }) ?? undefined);
  await expectCurrent(cached);
  await sessions.killUnderLoad(20);
  await sessions.send(4);
  await expectCurrent(cached);
  // Its promise resolves when the list is no longer followed.
  void query.refetch();
  await sessions.send(5);
  await expectCurrent(cached);
  expect(query.getCurrentResult().loading).toBe(false);
  await askUntil(subscribers, (count) => count === 1);
  reading.unsubscribe();
  await askUntil(subscribers, (count) => count === 0);
});

test('Apollo: subscribeToMore gets each callback once, whatever happens to the connection', async () => {
  await sessions.send(3);
  await projectionCaughtUp(server.url);
  const client = openApollo();
  const query = client.watchQuery<{ callbacks: { liveFrom: string; nodes: { position: string }[] } }>({
    query: gql`
      {
        callbacks(first: 10) {
          liveFrom
          nodes {
            position
          }
        }
      }
    `,
  });
  const reading = query.subscribe({ next: () => undefined });
  ends.push(() => reading.unsubscribe());
  const { data } = await query.refetch();
  const received: string[] = [];
  ends.push(
    query.subscribeToMore<{ callbackRecorded: { position: string } }>({
      document: gql`
        subscription ($after: Cursor) {
          callbackRecorded(after: $after) {
            cursor
            position
          }
        }
      `,
      variables: { after: data?.callbacks.liveFrom },
      updateQuery: (_, { subscriptionData }) => {
        received.push(subscriptionData.data.callbackRecorded.position);
        return undefined;
      },
    }),
  );
  await sessions.send(3);
  await sessions.killUnderLoad(10);
  await sessions.killUnderLoad(10);
  await sessions.send(3);
  await projectionCaughtUp(server.url);
  const { callbacks } = await server.ask<{ callbacks: { nodes: { position: string }[] } }>(
    '{ callbacks(first: 500) { nodes { position } } }',
  );
  const listed = callbacks.nodes.map(({ position }) => position).reverse();
  await askUntil(
    () => Promise.resolve(received.at(-1)),
    (newest) => newest === listed.at(-1),
  );
  expect(received).toEqual(listed.slice(3));
});

test('urql in Node: a refused connection ends nothing, and without a reader nothing is followed', async () => {
  await server.kill();
  const client = createClient({ url: `${server.url}/graphql`, exchanges: [ledgerExchange(ledger), fetchExchange] });
  let current: readonly string[] = [];
  const results = client.query<Live>(live, {}, { changes });
  const reading = results.subscribe(({ data, error }) => {
    expect(error).toBeUndefined();
    current = sequencesOf(data);
  });
  ends.push(() => reading.unsubscribe());
  const bare = client.subscription(changes, {}).subscribe(({ error }) => expect(error).toBeUndefined());
  await server.start();
  await sessions.send(25);
  await expectCurrent(() => current);
  await sessions.killUnderLoad(20);
  await sessions.send(4);
  await expectCurrent(() => current);
  bare.unsubscribe();
  await askUntil(subscribers, (count) => count === 1);
  reading.unsubscribe();
  await askUntil(subscribers, (count) => count === 0);
});

/** As relay-compiler 21 makes it of a document. */
const artifact = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/relay/${name}.json`, import.meta.url), 'utf8')) as ConcreteRequest;

test('Relay: a live list in the store, and a subscription that resumes', async () => {
  await sessions.send(25);
  const environment = new Environment({ network: ledgerNetwork(ledger), store: new Store(new RecordSource()) });
  const changed = artifact('liveChangedSubscription');
  const cacheConfig = { force: true, metadata: { changes: changed } };
  const operation = createOperationDescriptor(artifact('liveQuery'), {}, cacheConfig);
  const retained = environment.retain(operation);
  ends.push(() => retained.dispose());
  const following = environment.execute({ operation }).subscribe({
    error: (error: Error) => {
      throw error;
    },
  });
  ends.push(() => following.unsubscribe());
  const stored = () => sequencesOf(environment.lookup(operation.fragment).data);
  await expectCurrent(stored);
  const messages: unknown[] = [];
  const subscription = requestSubscription(environment, {
    subscription: changed,
    variables: {},
    onNext: (message) => messages.push(message),
  });
  ends.push(() => subscription.dispose());
  await askUntil(subscribers, (count) => count === 2);
  await sessions.send(3);
  await askUntil(
    () => Promise.resolve(messages.length),
    (count) => count > 0,
  );
  await sessions.killUnderLoad(20);
  await sessions.send(4);
  await expectCurrent(stored);
  await askUntil(
    () => Promise.resolve(JSON.stringify(messages)),
    (text) => sequencesOf(environment.lookup(operation.fragment).data as Live).every((one) => text.includes(one)),
  );
});
