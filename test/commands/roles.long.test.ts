import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { openEventStream } from '../support/live-stream.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let server: EventStoreDbServer;
let folder: TemporaryFolder;
let prefix: string;
let running: LedgerProcess[] = [];
beforeAll(async () => {
  server = await startEventStoreDb();
});
beforeEach(() => {
  folder = makeTemporaryFolder();
  prefix = newPrefix();
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  running = [];
  folder.remove();
});
afterAll(() => server.close());

/** A node with these roles, in a folder of this name. */
function run(roles: string, name: string, command = 'serve', flags: readonly string[] = []): LedgerProcess {
  const ledger = startLedger([command, ...flags], {
    DATA_DIR: path.join(folder.path, name),
    EVENT_STORE_URL: server.url,
    EVENT_STORE_PREFIX: prefix,
    ROLES: roles,
    PORT: '0',
  });
  running.push(ledger);
  return ledger;
}

/** No connection is kept: it may end with its process just as it is used again. */
const unkept = { connection: 'close' };

async function post(url: string, sequence: string): Promise<number> {
  const body = JSON.stringify(pushBody({ sequence }));
  return (await fetch(`${url}/callbacks/css`, { method: 'POST', headers: unkept, body })).status;
}

async function ask(url: string, query: string): Promise<{ data?: Record<string, unknown>; errors?: unknown[] }> {
  const headers = { ...unkept, 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return (await response.json()) as never;
}

interface ShownSessions {
  readonly streamSessions?: { readonly nodes: readonly { readonly sequence: string }[] };
}

/** Resolves once GraphQL shows so many sessions, with their sequences, in order. */
async function untilShown(url: string, count: number): Promise<string[]> {
  const shown = await askUntil(
    async () => {
      const { data } = (await ask(url, '{ streamSessions(first: 500) { nodes { sequence } } }')) as {
        data?: ShownSessions | null;
      };
      return data?.streamSessions?.nodes ?? [];
    },
    (nodes) => nodes.length >= count,
  );
  return shown.map(({ sequence }) => sequence).sort();
}

const status = async (url: string, route: string, method = 'GET') =>
  (await fetch(`${url}${route}`, { method, headers: unkept })).status;

describe('roles', () => {
  test('a node that receives has no GraphQL, one that answers queries takes no callbacks; the log is all they share', async () => {
    const [receiver, query] = [run('receive', 'receiver'), run('query', 'query')];
    const [receiverUrl, queryUrl] = [await receiver.url(), await query.url()];
    expect(await post(receiverUrl, '1')).toBe(200);
    expect(await untilShown(queryUrl, 1)).toEqual(['1']);
    expect([await post(queryUrl, '2'), await status(receiverUrl, '/graphql', 'POST')]).toEqual([404, 404]);
    expect([await status(receiverUrl, '/readyz'), await status(queryUrl, '/readyz')]).toEqual([200, 200]);
    expect([await status(receiverUrl, '/readyz/query'), await status(queryUrl, '/readyz/receive')]).toEqual([404, 404]);
    expect(receiver.stderr()).not.toContain('/graphql');
    expect(query.stderr()).not.toContain('/callbacks');
    for (const ledger of [receiver, query]) {
      expect(ledger.stdout() + ledger.stderr()).not.toContain(server.url);
      ledger.kill('SIGTERM');
      expect(await ledger.ended()).toBe(0);
    }
  });

  test('one of each may share a data directory, two of a kind may not', async () => {
    await run('receive', 'shared').url();
    await run('query', 'shared').url();
    for (const roles of ['receive', 'query']) {
      const second = run(roles, 'shared');
      expect(await second.ended()).toBe(1);
      expect(second.stderr()).toContain('is in use by another Live Ledger process');
    }
  });

  testNeeding('outage')(
    'a receiver that is killed while the store is away drains what it had answered once both are back',
    async () => {
      const receiver = run('receive', 'receiver');
      const url = await receiver.url();
      expect(await post(url, '1')).toBe(200);
      await server.kill();
      for (const sequence of ['2', '3', '4']) expect(await post(url, sequence)).toBe(200);
      receiver.kill('SIGKILL');
      await receiver.ended();
      await server.restart();
      await run('receive', 'receiver').url();
      const query = await run('query', 'query').url();
      expect(await untilShown(query, 4)).toEqual(['1', '2', '3', '4']);
    },
  );
});

describe('rebuild', () => {
  const rebuild = async (flags: readonly string[] = []) => {
    const ledger = run('query', 'query', 'rebuild', ['--json', ...flags]);
    return {
      exit: await ledger.ended(),
      stderr: ledger.stderr(),
      last: ledger.stdout().trim().split('\n').at(-1) ?? '',
    };
  };
  /** Takes callbacks and copies them, then stops; the cursor from which to follow. */
  const copied = async (...sequences: string[]) => {
    const node = run('receive,query', 'query');
    const url = await node.url();
    for (const sequence of sequences) await post(url, sequence);
    await untilShown(url, sequences.length);
    const { data } = await ask(url, '{ streamSessions { liveFrom } }');
    await endLedger(node);
    return (data as { streamSessions: { liveFrom: string } }).streamSessions.liveFrom;
  };

  testNeeding('outage')('reads the copy, and works while the store is away', async () => {
    await copied('1', '2');
    await server.kill();
    const { exit, last } = await rebuild();
    expect(exit).toBe(0);
    // The event that names the log, and two callbacks.
    expect(JSON.parse(last)).toMatchObject({ events: 3, eventsTotal: 3 });
    await server.restart();
  });

  test('--from-log copies the log again under a new epoch, and tells the same; cursors of before are refused', async () => {
    const cursor = await copied('1', '2');
    const { exit, last } = await rebuild(['--from-log']);
    expect(exit).toBe(0);
    // One more: the event that begins the epoch.
    expect(JSON.parse(last)).toMatchObject({ events: 4, eventsTotal: 4 });
    const url = await run('query', 'query').url();
    expect(await untilShown(url, 2)).toEqual(['1', '2']);
    const changed = 'subscription ($after: Cursor) { streamSessionChanged(after: $after) { cursor } }';
    const refused = await openEventStream(url, changed, { after: cursor });
    expect(await refused.text()).toContain('CURSOR_INVALID');
  });

  testNeeding('stand-in')('--from-log makes a node go on that stopped because the log is another one', async () => {
    await copied('1', '2');
    await server.kill();
    server.empty();
    await server.restart();
    const receiver = run('receive', 'receiver');
    await post(await receiver.url(), '7');
    const query = run('query', 'query');
    const url = await query.url();
    await query.printed(/replication of the log has stopped/);
    // The thread that copies the log logs it first, and the node learns of it a moment later.
    await askUntil(
      async () => JSON.stringify(await ask(url, '{ projections { stalledBecause } }')),
      (health) => health.includes('rebuild --from-log'),
    );
    expect(await status(url, '/readyz/query')).toBe(503);
    query.kill('SIGTERM');
    expect(await query.ended()).toBe(0);
    expect(await rebuild(['--from-log'])).toMatchObject({ exit: 0 });
    expect(await untilShown(await run('query', 'query').url(), 1)).toEqual(['7']);
  });

  testNeeding('outage')('--from-log changes nothing where the store is away', async () => {
    await copied('1', '2');
    await server.kill();
    const { exit, stderr } = await rebuild(['--from-log']);
    expect([exit, stderr]).toEqual([1, expect.stringContaining('Nothing was changed')]);
    const url = await run('query', 'query').url();
    expect(await untilShown(url, 2)).toEqual(['1', '2']);
    await server.restart();
  });

  test('--from-log is refused with the embedded log; a node that never copied has nothing to rebuild', async () => {
    const embedded = startLedger(['rebuild', '--from-log'], { DATA_DIR: path.join(folder.path, 'embedded') });
    running.push(embedded);
    expect(await embedded.ended()).toBe(1);
    expect(embedded.stderr()).toContain('--from-log is for EventStoreDB');
    rmSync(path.join(folder.path, 'query'), { recursive: true, force: true });
    expect(await rebuild()).toMatchObject({ exit: 1, stderr: expect.stringContaining('has no log') as unknown });
  });
});
