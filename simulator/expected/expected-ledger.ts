import type { Arrived } from './arrived.ts';
import type { Delivery, DeliveryPlan } from '../delivery/delivery-plan.ts';
import type { DeliveryReport } from '../delivery/delivery-report.ts';
import type { Things } from '../actual/differences.ts';
import { expectedCallbacks } from './expected-callbacks.ts';
import { expectedSessions } from './expected-sessions.ts';
import { expectedTasks } from './expected-tasks.ts';
import { between, type ExpectedFields } from './matcher.ts';
import { forgeryOf, type Secrets } from '../delivery/delivery-request.ts';
import { simulateRuns } from './relay-runs.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a ledger must tell of a simulation, in the words of its GraphQL schema. */
export interface ExpectedLedger {
  readonly sessions: Things<ExpectedFields>;
  readonly tasks: Things<ExpectedFields>;
  readonly callbacks: Things<ExpectedFields>;
  readonly quarantine: Things<ExpectedFields>;
  /** How many the quarantine holds; null: it may be any number. */
  readonly held: number | null;
}

export interface Delivered {
  readonly scenario: Scenario;
  readonly plan: DeliveryPlan;
  readonly secrets: Secrets;
  /**
   * How the deliveries went, where that is known. BOUNDS: it is not, and some were repeated or refused: callbacks may have come
   * more often than planned, and the quarantine may hold any number. EXACT: all went as planned.
   */
  readonly counts: DeliveryReport | 'EXACT' | 'BOUNDS';
}

/** What follows from the truth and from what was delivered of it, by the documented rules alone. */
export function expectedLedger({ scenario, plan, secrets, counts }: Delivered): ExpectedLedger {
  const arrived = arrivedCallbacks(scenario, plan, counts);
  const stories = simulateRuns(arrived);
  return {
    sessions: expectedSessions(arrived),
    tasks: expectedTasks(stories, arrived, plan.lost, scenario.callbacks),
    callbacks: expectedCallbacks(arrived, stories, secrets),
    ...expectedQuarantine(plan, counts),
  };
}

function arrivedCallbacks(scenario: Scenario, plan: DeliveryPlan, counts: Delivered['counts']): Arrived[] {
  const planned = new Map<number, { least: number; more: number }>();
  for (const delivery of plan.deliveries) {
    if (delivery.kind !== 'FIRST' && delivery.kind !== 'REPEAT') continue;
    const known = planned.get(delivery.callback.number) ?? { least: 0, more: 0 };
    planned.set(delivery.callback.number, { least: known.least + 1, more: known.more + mayBeMore(delivery, counts) });
  }
  return scenario.callbacks.flatMap((callback) => {
    const known = planned.get(callback.number);
    if (known === undefined) return [];
    return { callback, leastDeliveries: known.least, mostDeliveries: known.least + known.more };
  });
}

/** Attempts without an answer may have been recorded, each as a delivery. */
function mayBeMore({ number }: Delivery, counts: Delivered['counts']): number {
  if (counts === 'EXACT') return 0;
  return counts === 'BOUNDS' ? Infinity : (counts.unanswered.get(number) ?? 0);
}

/** Held callbacks by account, reason and signature. */
function expectedQuarantine(
  plan: DeliveryPlan,
  counts: Delivered['counts'],
): Pick<ExpectedLedger, 'quarantine' | 'held'> {
  const bounds = new Map<string, { least: number; most: number }>();
  for (const delivery of plan.deliveries) {
    if (delivery.kind !== 'EXPIRED' && delivery.kind !== 'FORGED') continue;
    const signature = delivery.kind === 'EXPIRED' ? 'EXPIRED' : forgeryOf(delivery);
    const name = quarantinedName(delivery.callback.appId, reasonOf[signature], signature);
    const known = bounds.get(name) ?? { least: 0, most: 0 };
    const isHeld = typeof counts === 'object' ? !wasTurnedAway(delivery, counts) : counts === 'EXACT';
    const least = known.least + Number(isHeld);
    const most = known.most + Number(isHeld) + mayBeMore(delivery, counts);
    bounds.set(name, { least, most });
  }
  const held = [...bounds].filter(([, { most }]) => most > 0);
  return {
    quarantine: new Map(held.map(([name, { least, most }]) => [name, { held: between(least, most) }])),
    held: counts === 'BOUNDS' ? null : held.reduce((sum, [, { least }]) => sum + least, 0),
  };
}

function wasTurnedAway({ number }: Delivery, report: DeliveryReport): boolean {
  return report.refused.has(number) || report.failed.includes(number);
}

const reasonOf = { INVALID: 'FORGED', UNSIGNED: 'UNPROVEN', EXPIRED: 'EXPIRED' } as const;

export function quarantinedName(appId: string, reason: string, signature: string): string {
  return `quarantine of account ${appId}, ${reason}, ${signature}:`;
}
