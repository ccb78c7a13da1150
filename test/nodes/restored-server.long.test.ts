import { afterEach, beforeEach, expect } from '@jest/globals';
import path from 'node:path';
import { readToken, writeToken } from '../../src/kernel/encoding.ts';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import { askLedger } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { eventsOf, openEventStream } from '../support/live-stream.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let server: EventStoreDbServer;
let folder: TemporaryFolder;
let prefix: string;
let running: LedgerProcess[];
beforeEach(async () => {
  [folder, prefix, running] = [makeTemporaryFolder(), newPrefix(), []];
  server = await startEventStoreDb();
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  folder.remove();
  await server.close();
});

function start(roles: 'receive' | 'query', name: string): LedgerProcess {
  const ledger = startLedger(['serve'], {
    DATA_DIR: path.join(folder.path, name),
    EVENT_STORE_URL: server.url,
    EVENT_STORE_PREFIX: prefix,
    ROLES: roles,
    PORT: '0',
  });
  running.push(ledger);
  return ledger;
}

/** Sends callbacks to a receiving node, one after another. */
async function send(url: string, name: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const body = JSON.stringify(pushBody({ sequence: `${name}${number}`, stream_id: `${name}-${number}` }));
    expect((await fetch(`${url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
  }
}

interface Shown {
  readonly callbacks: { readonly totalCount: number; readonly nodes: readonly { readonly cursor: string }[] };
  readonly streamSessions: { readonly liveFrom: string };
}

/** Resolves once a node shows so many callbacks, with the newest cursors that it gives. */
async function cursorsOnceShown(url: string, count: number): Promise<readonly string[]> {
  const query = '{ callbacks(first: 1) { totalCount nodes { cursor } } streamSessions { liveFrom } }';
  const { callbacks, streamSessions } = await askUntil(
    () => askLedger<Shown>(url, query),
    (shown) => shown.callbacks.totalCount === count,
  );
  return [...callbacks.nodes.map(({ cursor }) => cursor), streamSessions.liveFrom];
}

const subscription = 'subscription ($after: Cursor) { callbackRecorded(after: $after) { cursor } }';

/** The first thing that a subscription with a cursor is sent. */
async function firstAfter(url: string, after: string): Promise<string> {
  const leaving = new AbortController();
  const stream = await openEventStream(url, subscription, { after }, {}, leaving.signal);
  const { value } = await eventsOf(stream).next();
  leaving.abort();
  return value?.data ?? '';
}

/** Cursors of the first epoch as versions before wrote them: they named no event. */
function withoutEvents(cursors: readonly string[]): readonly string[] {
  const copy = new SqliteEventReader(path.join(folder.path, 'witness', 'copy'));
  const { logId } = copy;
  copy.close();
  return cursors.map((cursor) => {
    const [, , position, ordinal] = readToken(cursor) as string[];
    return writeToken(['c1', logId, 1, position ?? '', ordinal ?? null]);
  });
}

testNeeding('restore')(
  'no node serves a cursor of before the server was restored, not even one that has copied nothing of that time',
  async () => {
    const receiver = await start('receive', 'receiver').url();
    const witness = start('query', 'witness');
    await send(receiver, '1', 100);
    await cursorsOnceShown(await witness.url(), 100);
    await server.kill();
    await server.keepCopy();
    await server.restart();
    await send(receiver, '2', 80);
    const lost = await cursorsOnceShown(await witness.url(), 180);
    // Ended, so that nobody knows that the server is restored.
    await endLedger(witness);
    await server.kill();
    await server.restoreCopy();
    await server.restart();
    // Names of another length: the positions differ from those that were lost, and the log ends beyond them.
    await send(receiver, '30', 190);
    const fresh = await start('query', 'fresh').url();
    const kept = await cursorsOnceShown(fresh, 290);
    for (const cursor of lost) expect(await firstAfter(fresh, cursor)).toContain('CURSOR_INVALID');
    const asked = await fetch(`${fresh}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `{ streamSession(sequence: "11", asOf: { cursor: "${lost[0]}" }) { state } }`,
      }),
    });
    expect(await asked.text()).toContain('CURSOR_INVALID');

    // The node that copied what is lost has the proof, and begins the epoch: cursors without an event are refused from then on.
    const back = start('query', 'witness');
    await back.printed(/(before its copy does|other events at the positions).*replication of the log has stopped/);
    await back.printed(/EventStoreDB was restored: a new epoch has begun/);
    const refused = async (cursor: string) => (await firstAfter(fresh, cursor)).includes('CURSOR_INVALID');
    await send(receiver, '4', 1);
    await cursorsOnceShown(fresh, 291);
    for (const cursor of withoutEvents([...lost, ...kept])) expect(await refused(cursor)).toBe(true);
    // Another start of it finds the epoch begun, and begins no other.
    const [since] = await cursorsOnceShown(fresh, 291);
    await endLedger(back);
    await start('query', 'witness').printed(/replication of the log has stopped/);
    await send(receiver, '5', 1);
    await cursorsOnceShown(fresh, 292);
    expect(await firstAfter(fresh, since ?? '')).toContain('"callbackRecorded"');
  },
);
