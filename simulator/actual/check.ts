import { differencesBetween, type Difference, type ByName } from './differences.ts';
import { expectedLedger, type Delivered } from '../expected/expected-ledger.ts';
import { readActualLedger } from './actual-ledger.ts';
import type { LedgerClient } from './ledger-client.ts';

export interface CheckResult {
  /** The numbers that should be there. */
  readonly expected: Readonly<Record<'sessions' | 'tasks' | 'callbacks', number>> & {
    /** Null: any number. */
    readonly quarantined: number | null;
  };
  /** Those of the quarantine first: a callback that is there by mistake is missing everywhere else. */
  readonly differences: readonly Difference[];
}

/**
 * Compares what the ledger shows of the scenario's accounts with what it should show, field by field. Wait for
 * `LedgerClient.untilProjected` first.
 * @throws LedgerRejected, NoAnswer
 */
export async function checkLedger(ledger: LedgerClient, delivered: Delivered): Promise<CheckResult> {
  const expected = expectedLedger(delivered);
  const actual = await readActualLedger(ledger, delivered.scenario.appIds);
  const { sessions, tasks, callbacks, quarantine, quarantined } = expected;
  return {
    expected: {
      sessions: sessions.size,
      tasks: tasks.size,
      callbacks: callbacks.size,
      quarantined,
    },
    differences: [
      ...differencesBetween(withGroupsOf(actual.quarantine, quarantine), withGroupsOf(quarantine, actual.quarantine)),
      ...differencesBetween(sessions, actual.sessions),
      ...differencesBetween(tasks, actual.tasks),
      ...differencesBetween(callbacks, actual.callbacks),
    ],
  };
}

/** Adds groups without callbacks, which no list contains, with the count 0. */
function withGroupsOf<Fields>(
  other: ByName<unknown>,
  groups: ByName<Fields | { readonly count: number }>,
): ByName<Fields | { readonly count: number }> {
  return new Map([...[...other.keys()].map((name) => [name, { count: 0 }] as const), ...groups]);
}
