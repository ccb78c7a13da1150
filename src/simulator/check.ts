import { differencesBetween, type Difference, type FoundFields, type Things } from './differences.ts';
import { expectedLedger, type Delivered } from './expected-ledger.ts';
import { readLedger } from './found-ledger.ts';
import type { ExpectedFields } from './hint.ts';
import type { LedgerClient } from './ledger-client.ts';

export interface CheckResult {
  /** How much there should be. */
  readonly expected: Readonly<Record<'sessions' | 'tasks' | 'callbacks' | 'quarantined', number>>;
  readonly differences: readonly Difference[];
}

/**
 * Compares what the ledger tells of the simulation's accounts with what should be there, field by field. The ledger must have
 * projected all of it (`LedgerClient.projected`).
 * @throws LedgerRefused, NoAnswer
 */
export async function checkLedger(ledger: LedgerClient, delivered: Delivered): Promise<CheckResult> {
  const expected = expectedLedger(delivered);
  const found = await readLedger(ledger, delivered.scenario.appIds);
  const { sessions, tasks, callbacks, quarantine, held } = expected;
  return {
    expected: {
      sessions: sessions.size,
      tasks: tasks.size,
      callbacks: callbacks.size,
      quarantined: held,
    },
    differences: [
      ...differencesBetween(sessions, found.sessions),
      ...differencesBetween(tasks, found.tasks),
      ...differencesBetween(callbacks, found.callbacks),
      ...differencesBetween(quarantine, withEmptyShares(quarantine, found.quarantine)),
    ],
  };
}

/** A share of which nothing is held is told by no list. */
function withEmptyShares(expected: Things<ExpectedFields>, found: Things<FoundFields>): Things<FoundFields> {
  return new Map([...[...expected.keys()].map((name) => [name, { held: 0 }] as const), ...found]);
}
