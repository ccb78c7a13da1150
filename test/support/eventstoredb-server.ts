import { EventStoreDBClient } from '@eventstore/db-client';
import { test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isOneHostWithoutTls } from './cuttable-connection.ts';
import { reservePort } from './reserved-port.ts';
import { builtStandIn, startStandIn, type StandIn } from '../eventstoredb-stand-in/server/stand-in.ts';

/** The server of a suite. Functions that only the stand-in has throw on a real server: see `testNeeding`. */
export type EventStoreDbServer = StandIn;

/** Variables in which test/run-on-eventstoredb.ts names a real server. Without the first, each suite starts a stand-in. */
const {
  LIVE_LEDGER_TEST_EVENTSTOREDB: url,
  LIVE_LEDGER_TEST_RESTART: restart,
  LIVE_LEDGER_TEST_STOP: stop,
  LIVE_LEDGER_TEST_START: start,
  LIVE_LEDGER_TEST_KEEP: keep,
  LIVE_LEDGER_TEST_RESTORE: restore,
} = process.env;

/** A new stand-in for the caller, or the real server that all suites share. */
export async function startEventStoreDb(): Promise<EventStoreDbServer> {
  if (url !== undefined) return realServer(url);
  const reserved = await reservePort();
  const standIn = await startStandIn(builtStandIn, reserved.port);
  return {
    ...standIn,
    async close() {
      await standIn.close();
      reserved.release();
    },
  };
}

/** Restores a shared server after a test: it runs, answers, and has no faults. Its recorded data stays. */
export async function heal(server: EventStoreDbServer): Promise<void> {
  server.thaw();
  await server.restart();
  await server.endFaults();
}

/**
 * `restart`: killed, and back at once. `outage`: down for as long as the test wants. `restore`: that, and a copy of its data put back.
 * `stand-in`: frozen, emptied or with faults. `cut`: unreachable for one node only.
 */
export type Need = 'restart' | 'outage' | 'restore' | 'stand-in' | 'cut';

/** `test` if the available server can do what the test needs; otherwise the test is skipped, and a line says why. */
export function testNeeding(need: Need): typeof test.skip {
  const why = whyNot(need);
  if (why === null) return test;
  process.stderr.write(`skipped: a test that needs ${why}\n`);
  return test.skip;
}

function whyNot(need: Need): string | null {
  if (url === undefined) return null;
  const outage = stop !== undefined && start !== undefined;
  switch (need) {
    case 'restart':
      return outage || restart !== undefined ? null : 'the server restarted (--restart, or --stop and --start)';
    case 'outage':
      return outage ? null : 'the server away for a while (--stop and --start)';
    case 'restore':
      return outage && keep !== undefined && restore !== undefined
        ? null
        : 'the data of the server copied and put back (--stop, --start, --keep and --restore)';
    case 'stand-in':
      return 'the server frozen, emptied or at fault: only the stand-in is';
    case 'cut':
      return isOneHostWithoutTls(url) ? null : 'a connection that can be cut: one host, without TLS';
  }
}

function realServer(connectionString: string): EventStoreDbServer {
  const onlyTheStandIn = (): never => {
    throw new Error('A real server cannot do this: the test must use testNeeding.');
  };
  let stopped = false;
  const begin = async () => {
    if (stopped && start !== undefined) await run(start);
    stopped = false;
    await answers(connectionString);
  };
  return {
    url: connectionString,
    get port() {
      return onlyTheStandIn();
    },
    // If one command does both, the server is already back: `restart` then waits until it answers.
    kill: async () => {
      if (stop !== undefined && start !== undefined) {
        await run(stop);
        stopped = true;
      } else await run(restart ?? onlyTheStandIn());
    },
    restart: begin,
    freeze: onlyTheStandIn,
    thaw: () => undefined,
    empty: onlyTheStandIn,
    keepCopy: () => run(keep ?? onlyTheStandIn()),
    restoreCopy: () => run(restore ?? onlyTheStandIn()),
    fault: onlyTheStandIn,
    // A real server has no faults that a test could set.
    endFaults: () => Promise.resolve(),
    close: async () => {
      if (stopped) await begin();
    },
  };
}

async function run(command: string): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`The command that stops or starts the server ended with ${status ?? 'a signal'}.`);
}

/** Milliseconds between two requests to a starting server: it is another program, and sends no signal. */
const askEveryMs = 100;

/** Resolves once the server answers that a stream does not exist. The test's own time limit ends it. */
async function answers(connectionString: string): Promise<void> {
  for (;;) {
    const client = EventStoreDBClient.connectionString(connectionString);
    try {
      await client.readStream(`none-${randomUUID()}`, { maxCount: 1 })[Symbol.asyncIterator]().next();
    } catch (error) {
      const { type } = error as { type?: string };
      if (type === 'stream-not-found' || type === 'access-denied') return;
    } finally {
      await client.dispose();
    }
    await pause(askEveryMs);
  }
}
