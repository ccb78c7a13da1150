import { checkLedger, type CheckResult } from '../../simulator/actual/check.ts';
import { deliver, type DeliverOptions } from '../../simulator/delivery/deliver.ts';
import type { DeliveryReport } from '../../simulator/delivery/delivery-report.ts';
import { planDeliveries, type DeliveryPlan, type Habits } from '../../simulator/delivery/delivery-plan.ts';
import type { Delivered } from '../../simulator/expected/expected-ledger.ts';
import { openHttpClient, type HttpClient } from '../../simulator/delivery/http-client.ts';
import { createLedgerClient } from '../../simulator/actual/ledger-client.ts';
import { boundDomains, type Secrets } from '../../simulator/delivery/delivery-request.ts';
import { scenarioOf, type Scenario } from '../../simulator/scenario/scenario.ts';
import { patientMs } from './patience.ts';
import type { ScenarioOptions } from '../../simulator/scenario/scenario-context.ts';

/** A simulation with a few hundred callbacks. */
export interface Simulation {
  readonly scenario: Scenario;
  readonly plan: DeliveryPlan;
  readonly secrets: Secrets;
}

export const openSecrets: Secrets = { keys: [], tokens: [] };

export const allHabits: Habits = {
  duplicates: 0.2,
  shufflePositions: 30,
  losses: 0.08,
  forgeries: 0.05,
  expired: 0.05,
};
export const noHabits: Habits = { duplicates: 0, shufflePositions: 0, losses: 0, forgeries: 0, expired: 0 };

/** 2026-11-21T12:00:00Z. */
export const someMomentMs = 1_795_262_400_000;

export function smallScenario(seed: string, atMs: number, more: Partial<ScenarioOptions> = {}): Scenario {
  return scenarioOf({ seed, atMs, sessions: 30, tasks: 12, domains: [], ...more });
}

/** Simulates a moment in the past, so that the same seed always gives the same story; callbacks are stamped when they are sent. */
export function simulationOf(
  seed: string,
  secrets: Secrets,
  habits: Habits,
  more: Partial<ScenarioOptions> = {},
): Simulation {
  const scenario = smallScenario(seed, someMomentMs, { domains: boundDomains(secrets), ...more });
  return { scenario, plan: planDeliveries(scenario, habits), secrets };
}

export interface DeliverToOptions extends Partial<
  Pick<DeliverOptions, 'rate' | 'connections' | 'retries' | 'onProgress'>
> {
  /** Milliseconds to wait for each answer. */
  readonly timeoutMs?: number;
}

export function deliverTo(
  url: string,
  { plan, scenario, secrets }: Simulation,
  { timeoutMs, ...more }: DeliverToOptions = {},
): Promise<DeliveryReport> {
  const options = { rate: 0, connections: 8, retries: 3, onProgress: () => undefined, ...more };
  const { connections } = options;
  return withClient({ url, connections, timeoutMs }, (client) =>
    deliver(plan, { client, secrets, seed: scenario.seed, clock: Date.now, ...options }),
  );
}

export function checkAt(
  url: string,
  simulation: Simulation,
  counts: Delivered['counts'],
  apiToken: string | null = null,
): Promise<CheckResult> {
  return withClient({ url }, async (client) => {
    const ledger = createLedgerClient(client, apiToken);
    await ledger.untilProjected(patientMs);
    return checkLedger(ledger, { ...simulation, counts });
  });
}

async function withClient<Result>(
  {
    url,
    connections = 8,
    timeoutMs = patientMs,
  }: { url: string; connections?: number; timeoutMs?: number | undefined },
  use: (client: HttpClient) => Promise<Result>,
): Promise<Result> {
  const client = openHttpClient({ url: new URL(url), connections, timeoutMs });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
