/**
 * Compares this product on EventStoreDB with the bare client on the same server: appends, callbacks over HTTP, draining a spool, and a
 * query node that catches up with a long log. Without --url, the server is the tests' stand-in: then the figures show our overhead over the
 * client's, and nothing about a server.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFlags } from '../test/support/read-flags.ts';
import { startStandIn } from '../test/eventstoredb-stand-in/server/stand-in.ts';
import { measureAppending } from './eventstoredb/appending.ts';
import { measureCatchingUp } from './eventstoredb/catching-up.ts';
import { measureDraining } from './eventstoredb/draining.ts';
import { measureReceiving } from './eventstoredb/receiving.ts';

const usage = `npm run bench:eventstoredb -- [--url <connection string>] [--rounds 3] [--seconds 5] [--events 100000] [--only <text>]

  --url      a real server; everything is written under prefixes bench_<random>, and left there
  --rounds   how often each pair is compared
  --seconds  of each comparison
  --events   of the log that a query node catches up with
  --only     parts whose name contains this text: appending, receiving, draining, catching up
`;

const flags = readFlags(usage, { url: '', rounds: '3', seconds: '5', events: '100000', only: '' });

const parts = {
  appending: measureAppending,
  receiving: measureReceiving,
  draining: measureDraining,
  'catching up': measureCatchingUp,
};

const standIn = flags.url === '' ? await startStandIn() : null;
const url = standIn?.url ?? flags.url;
const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
process.stdout.write(
  standIn === null
    ? 'Server: a real one, under prefixes bench_<random>, which are left there.\n'
    : 'Server: the stand-in of the tests. The figures say what our share is beside the client’s, and nothing about a server.\n',
);
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (!name.includes(flags.only)) continue;
    process.stdout.write('\n');
    await measure({
      url,
      folder,
      rounds: Number(flags.rounds),
      ms: Number(flags.seconds) * 1_000,
      events: Number(flags.events),
    });
  }
} finally {
  await standIn?.close();
  rmSync(folder, { recursive: true, force: true });
}
