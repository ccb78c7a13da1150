import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { openLedger, type Ledger, type LedgerError, type Operation } from '../../clients/core/ledger.ts';
import { webSocket } from '../../clients/core/web-socket.ts';
import { projectionCaughtUp } from '../support/ask-ledger.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { startConsoleServer, type ConsoleServer } from '../support/console-server.ts';

/** What the core does not try again, and what it says then. */

const token = 'a-token-of-an-operator';
const list = `query ($after: Cursor) { streamSessions(first: 1, after: $after) {
  liveFrom nodes { id } pageInfo { hasNextPage endCursor } } }`;
const changed = (fields: string) =>
  `subscription ($after: Cursor) { streamSessionChanged(after: $after) { ${fields} } }`;

const transports = {
  'event streams': undefined,
  WebSockets: (to: Parameters<typeof webSocket>[0]) => webSocket(to, { webSocketImpl: WebSocket, lazyCloseTimeout: 0 }),
};

let server: ConsoleServer;

beforeEach(async () => {
  server = await startConsoleServer({ API_TOKENS: `operator=${token}` });
});
afterEach(() => server.close());

describe.each(Object.entries(transports))('over %s', (_name, transport) => {
  const open = (as: string | (() => string) = token): Ledger =>
    openLedger({ url: server.url, token: as, ...(transport && { transport }) });

  /** The error that ends a subscription. */
  const endOf = (ledger: Ledger, operation: Operation): Promise<LedgerError> =>
    new Promise((error) => void ledger.subscribe(operation, { next: () => undefined, error }));
  const endOfList = (ledger: Ledger, query: string, changes: string): Promise<LedgerError> =>
    new Promise((error) => void ledger.follow({ query, changes }, { next: () => undefined, error }));

  async function push(sequence: string): Promise<void> {
    const body = JSON.stringify(pushBody({ sequence, stream_id: sequence }));
    expect((await fetch(`${server.url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
    await projectionCaughtUp(server.url, token);
  }

  test('a token that is not listed', async () => {
    const stranger = open('not-a-token-of-anyone');
    expect(await endOf(stranger, { query: changed('cursor') })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await endOfList(stranger, list, changed('cursor'))).toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(stranger.execute({ query: '{ viewer { role } }' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a cursor that is damaged', async () => {
    const operation = { query: changed('cursor'), variables: { after: 'x' } };
    expect(await endOf(open(), operation)).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  test('a document that does not match the schema', async () => {
    expect(await endOf(open(), { query: changed('cursor nothing') })).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });

  test('a subscription that can not be resumed: the error says what to add', async () => {
    const withoutAfter = await endOf(open(), { query: 'subscription { streamSessionChanged { cursor } }' });
    expect(withoutAfter.message).toContain('declare `$after: Cursor`');
    await push('1');
    const { data } = await open().execute<{ streamSessions: { liveFrom: string } }>({ query: list });
    const variables = { after: data?.streamSessions.liveFrom };
    const ending = endOf(open(), { query: changed('matches'), variables });
    await push('2');
    expect((await ending).message).toContain('select `cursor`');
  });

  test('a list that can not be followed: the error says what to select', async () => {
    const withoutLiveFrom = await endOfList(open(), '{ streamSessions { nodes { id } } }', changed('cursor'));
    expect(withoutLiveFrom.message).toContain('`liveFrom`');
    await push('1');
    let ended: (error: LedgerError) => void = () => undefined;
    const ending = new Promise<LedgerError>((resolve) => (ended = resolve));
    await new Promise<void>((listed) => {
      open().follow(
        { query: list, changes: changed('cursor matches streamSession { streamId }') },
        { next: () => listed(), error: ended },
      );
    });
    await push('2');
    expect((await ending).message).toContain('no `id`');
  });
});
