import { differencesBetween, type Difference, type Things } from './differences.ts';
import { expectedLedger, type Delivered } from '../expected/expected-ledger.ts';
import { readLedger } from './actual-ledger.ts';
import type { LedgerClient } from './ledger-client.ts';

export interface CheckResult {
  /** How much there should be. */
  readonly expected: Readonly<Record<'sessions' | 'tasks' | 'callbacks', number>> & {
    /** Null: it may be any number. */
    readonly quarantined: number | null;
  };
  /** Those of the quarantine first: what is held there by mistake is missing everywhere else. */
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
      ...differencesBetween(withSharesOf(found.quarantine, quarantine), withSharesOf(quarantine, found.quarantine)),
      ...differencesBetween(sessions, found.sessions),
      ...differencesBetween(tasks, found.tasks),
      ...differencesBetween(callbacks, found.callbacks),
    ],
  };
}

/** A share of which nothing is held stands in no list. */
function withSharesOf<Fields>(
  other: Things<unknown>,
  shares: Things<Fields | { readonly held: number }>,
): Things<Fields | { readonly held: number }> {
  return new Map([...[...other.keys()].map((name) => [name, { held: 0 }] as const), ...shares]);
}
