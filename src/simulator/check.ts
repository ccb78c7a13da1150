import { differencesBetween, type Difference } from './differences.ts';
import { expectedLedger, type Delivered } from './expected-ledger.ts';
import { readLedger } from './found-ledger.ts';
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
  return {
    expected: {
      sessions: expected.sessions.size,
      tasks: expected.tasks.size,
      callbacks: expected.callbacks.size,
      quarantined: delivered.plan.deliveries.filter(({ kind }) => kind === 'EXPIRED' || kind === 'FORGED').length,
    },
    differences: [
      ...differencesBetween(expected.sessions, found.sessions),
      ...differencesBetween(expected.tasks, found.tasks),
      ...differencesBetween(expected.callbacks, found.callbacks),
      ...differencesBetween(expected.quarantine, found.quarantine),
    ],
  };
}
