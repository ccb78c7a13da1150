import type { ArrivedCallback } from './arrived.ts';
import type { Delivery, DeliveryPlan } from '../delivery/delivery-plan.ts';
import type { DeliveryReport } from '../delivery/delivery-report.ts';
import type { ByName } from '../actual/differences.ts';
import { expectedCallbacks } from './expected-callbacks.ts';
import { expectedSessions } from './expected-sessions.ts';
import { expectedTasks } from './expected-tasks.ts';
import { between, type ExpectedFields } from './matcher.ts';
import { forgeryOf, type Secrets } from '../delivery/delivery-request.ts';
import { relayRunsOf } from './relay-runs.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a ledger must show of a scenario, in the fields of its GraphQL schema. */
export interface ExpectedLedger {
  readonly sessions: ByName<ExpectedFields>;
  readonly tasks: ByName<ExpectedFields>;
  readonly callbacks: ByName<ExpectedFields>;
  readonly quarantine: ByName<ExpectedFields>;
  /** Callbacks in quarantine; null: any number. */
  readonly quarantined: number | null;
}

/** What a simulation had to send, and how often each callback was accepted. */
export interface Delivered {
  readonly scenario: Scenario;
  readonly plan: DeliveryPlan;
  readonly secrets: Secrets;
  /**
   * The outcome of the deliveries. EXACT: all went as planned. BOUNDS: some were retried or rejected, and it is unknown
   * which, so callbacks may have arrived more often than planned, and any number may be in quarantine.
   */
  readonly counts: DeliveryReport | 'EXACT' | 'BOUNDS';
}

/** Derives the expected ledger from the scenario and its deliveries, by the documented rules alone. */
export function expectedLedger({ scenario, plan, secrets, counts }: Delivered): ExpectedLedger {
  const arrived = arrivedCallbacks(scenario, plan, counts);
  const relayRuns = relayRunsOf(arrived);
  return {
    sessions: expectedSessions(arrived),
    tasks: expectedTasks(relayRuns, arrived, plan.lost, scenario.callbacks),
    callbacks: expectedCallbacks(arrived, relayRuns, secrets),
    ...expectedQuarantine(plan, counts),
  };
}

function arrivedCallbacks(scenario: Scenario, plan: DeliveryPlan, counts: Delivered['counts']): ArrivedCallback[] {
  const planned = new Map<number, { deliveriesMin: number; moreMax: number }>();
  for (const delivery of plan.deliveries) {
    if (delivery.kind !== 'FIRST' && delivery.kind !== 'REPEAT') continue;
    const known = planned.get(delivery.callback.number) ?? { deliveriesMin: 0, moreMax: 0 };
    planned.set(delivery.callback.number, {
      deliveriesMin: known.deliveriesMin + 1,
      moreMax: known.moreMax + unansweredAttempts(delivery, counts),
    });
  }
  return scenario.callbacks.flatMap((callback) => {
    const known = planned.get(callback.number);
    if (known === undefined) return [];
    const { deliveriesMin, moreMax } = known;
    return { callback, deliveriesMin, deliveriesMax: deliveriesMin + moreMax };
  });
}

/** Attempts without an answer: each may have been recorded as a delivery. */
function unansweredAttempts({ number }: Delivery, counts: Delivered['counts']): number {
  if (counts === 'EXACT') return 0;
  return counts === 'BOUNDS' ? Infinity : (counts.unanswered.get(number) ?? 0);
}

/** Expected numbers of quarantined callbacks, by account, reason and signature. */
function expectedQuarantine(
  plan: DeliveryPlan,
  counts: Delivered['counts'],
): Pick<ExpectedLedger, 'quarantine' | 'quarantined'> {
  const bounds = new Map<string, { min: number; max: number }>();
  for (const delivery of plan.deliveries) {
    if (delivery.kind !== 'EXPIRED' && delivery.kind !== 'FORGED') continue;
    const signature = delivery.kind === 'EXPIRED' ? 'EXPIRED' : forgeryOf(delivery);
    const name = quarantinedName(delivery.callback.appId, reasonOf[signature], signature);
    const known = bounds.get(name) ?? { min: 0, max: 0 };
    const isTaken = typeof counts === 'object' ? !wasRejected(delivery, counts) : counts === 'EXACT';
    const min = known.min + Number(isTaken);
    const max = known.max + Number(isTaken) + unansweredAttempts(delivery, counts);
    bounds.set(name, { min, max });
  }
  const taken = [...bounds].filter(([, { max }]) => max > 0);
  return {
    quarantine: new Map(taken.map(([name, { min, max }]) => [name, { count: between(min, max) }])),
    quarantined: counts === 'BOUNDS' ? null : taken.reduce((sum, [, { min }]) => sum + min, 0),
  };
}

function wasRejected({ number }: Delivery, report: DeliveryReport): boolean {
  return report.refused.has(number) || report.failed.includes(number);
}

const reasonOf = { INVALID: 'FORGED', UNSIGNED: 'UNPROVEN', EXPIRED: 'EXPIRED' } as const;

/** The name of a group of quarantined callbacks in differences. */
export function quarantinedName(appId: string, reason: string, signature: string): string {
  return `quarantine of account ${appId}, ${reason}, ${signature}:`;
}
