import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { loadUntilGone } from '../support/callback-load.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { parseSample } from '../support/samples.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const cycles = 8;
const connections = 32;

interface ShownSession {
  readonly sequence: string;
  readonly deliveries: number;
  readonly callbacks: { readonly nodes: readonly { readonly deliveries: number }[] };
}

let folder: TemporaryFolder;
let ledger: LedgerProcess | null = null;

beforeAll(() => {
  folder = makeTemporaryFolder();
});
afterAll(async () => {
  if (ledger !== null) await endLedger(ledger);
  folder.remove();
});

async function start(): Promise<string> {
  ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'error' });
  return ledger.url();
}

/** Loads it until it is killed, after so many callbacks were answered and while the load goes on. */
async function loadAndKill(url: string, answeredBeforeKill: number, nextSequence: () => string) {
  const push = parseSample('push');
  const result = await loadUntilGone({
    url,
    connections,
    nextSequence,
    bodyOf: (sequence) => JSON.stringify({ ...push, sequence, stream_id: `stream-${sequence}` }),
    onAnswered: (count) => {
      if (count === answeredBeforeKill) ledger?.kill('SIGKILL');
    },
  });
  expect(await ledger?.ended()).toBeNull();
  // Its serving process ends with it, which is no fault.
  expect(ledger?.stdout()).not.toContain('nothing caught');
  return result;
}

/** Where it does not get there, what the process said belongs to the failure. */
async function caughtUp(url: string): Promise<void> {
  try {
    await projectionCaughtUp(url);
  } catch (error) {
    throw new Error(`The process said: ${ledger?.stdout() ?? ''}${ledger?.stderr() ?? ''}`, { cause: error });
  }
}

async function sessionsOf(url: string, sequences: readonly string[]): Promise<ShownSession[]> {
  const shown: ShownSession[] = [];
  for (let from = 0; from < sequences.length; from += 500) {
    const page = await askLedger<{ streamSessions: { nodes: ShownSession[] } }>(
      url,
      `query ($in: [ID!]) { streamSessions(filter: { sequence: { in: $in } }, first: 500) {
         nodes { sequence deliveries callbacks(first: 3) { nodes { deliveries } } } } }`,
      { in: sequences.slice(from, from + 500) },
    );
    shown.push(...page.streamSessions.nodes);
  }
  return shown;
}

async function countCallbacks(url: string): Promise<number> {
  let count = 0;
  let after: string | null = null;
  do {
    const page: { callbacks: { nodes: unknown[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } =
      await askLedger(
        url,
        'query ($after: Cursor) { callbacks(first: 500, after: $after) { nodes { position } pageInfo { endCursor hasNextPage } } }',
        { after },
      );
    count += page.callbacks.nodes.length;
    after = page.callbacks.pageInfo.hasNextPage ? page.callbacks.pageInfo.endCursor : null;
  } while (after !== null);
  return count;
}

const shownOnce = (sequence: string): ShownSession => ({
  sequence,
  deliveries: 1,
  callbacks: { nodes: [{ deliveries: 1 }] },
});
const bySequence = (one: ShownSession, other: ShownSession) => (one.sequence < other.sequence ? -1 : 1);

test(`every callback that was answered 200 is shown exactly once, over ${cycles} SIGKILLs under load`, async () => {
  let sent = 0;
  const nextSequence = () => String(6_674_000_000_000_000_000n + BigInt(++sent));
  const answered: string[] = [];
  let recorded = 0;
  let url = await start();
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const killed = await loadAndKill(url, 50 + cycle * 27, nextSequence);
    expect(killed.unanswered.length).toBeGreaterThan(0);
    answered.push(...killed.answered);

    url = await start();
    await caughtUp(url);
    const shown = await sessionsOf(url, [...killed.answered, ...killed.unanswered]);
    const shownSequences = shown.map(({ sequence }) => sequence);
    expect(killed.answered.filter((sequence) => !shownSequences.includes(sequence))).toEqual([]);
    // What got no answer may be there or not, but not twice either.
    expect(shown).toEqual(shownSequences.map(shownOnce));
    expect(new Set(shownSequences).size).toBe(shown.length);
    recorded += shown.length;
  }
  expect((await sessionsOf(url, answered)).sort(bySequence)).toEqual(answered.sort().map(shownOnce));
  expect(await countCallbacks(url)).toBe(recorded);
});
