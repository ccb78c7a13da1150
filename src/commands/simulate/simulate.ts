import { systemClock } from '../../kernel/clock.ts';
import { checkLedger, type CheckResult } from '../../../simulator/actual/check.ts';
import { deliver } from '../../../simulator/delivery/deliver.ts';
import type { DeliveryReport } from '../../../simulator/delivery/delivery-report.ts';
import { planDeliveries, type DeliveryPlan } from '../../../simulator/delivery/delivery-plan.ts';
import { openHttpClient, NoAnswer, type HttpClient } from '../../../simulator/delivery/http-client.ts';
import { createLedgerClient, LedgerRefused } from '../../../simulator/actual/ledger-client.ts';
import { boundDomains } from '../../../simulator/delivery/delivery-request.ts';
import { scenarioOf, type Scenario } from '../../../simulator/scenario/scenario.ts';
import { SimulationFailed } from '../../../simulator/simulation-failed.ts';
import type { SimulateSettings } from './settings.ts';

/** What `simulate` says while it works. */
export interface SimulateListener {
  onDelivered(done: number, total: number): void;
  /** Everything was delivered or given up. */
  onSent(): void;
  onChecking(): void;
}

export interface SimulateResult {
  readonly scenario: Scenario;
  readonly plan: DeliveryPlan;
  /** Null: nothing was sent. */
  readonly report: DeliveryReport | null;
  /** Null: nothing was checked. */
  readonly check: CheckResult | null;
}

/**
 * `simulate`: makes callbacks from a seed, delivers them as CSS does, with its habits, and asks the service afterwards whether
 * it tells what happened.
 * @throws SimulationFailed - the service does not answer, or refuses to be asked; the message says what to do
 */
export async function simulate(settings: SimulateSettings, listener: SimulateListener): Promise<SimulateResult> {
  const { url, connections, timeoutMs, mode } = settings;
  const scenario = scenarioOf({ ...settings, domains: boundDomains(settings.secrets) });
  const plan = planDeliveries(scenario, settings.habits);
  const client = openHttpClient({ url, connections, timeoutMs });
  try {
    await assertReachable(client, settings);
    const report = mode === 'CHECK' ? null : await send(client, settings, plan, listener);
    if (mode === 'SEND') return { scenario, plan, report, check: null };
    listener.onChecking();
    const ledger = createLedgerClient(client, settings.apiToken);
    await ledger.projected(settings.checkWaitMs);
    const counts = report ?? settings.counts;
    return {
      scenario,
      plan,
      report,
      check: await checkLedger(ledger, { scenario, plan, secrets: settings.secrets, counts }),
    };
  } catch (error) {
    if (error instanceof NoAnswer)
      throw new SimulationFailed(`${url.href} does not answer any more: ${error.message}.`);
    if (error instanceof LedgerRefused)
      throw new SimulationFailed(`${url.href} can not be checked: ${adviceOn(error)}`);
    throw error;
  } finally {
    client.close();
  }
}

function adviceOn({ code, message }: LedgerRefused): string {
  if (code === 'UNAUTHENTICATED') return 'it asks for a token. Set API_TOKENS to one of its own.';
  return message.endsWith('.') ? message : `${message}.`;
}

/** Before anything is sent: is it there, and does it let itself be asked? */
async function assertReachable(client: HttpClient, { url, apiToken, mode }: SimulateSettings): Promise<void> {
  try {
    await client.post('/graphql', '{}');
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new SimulationFailed(
      `Nothing answers at ${url.href} (${error.message}). Start the service with npm start, or name another one with --url.`,
    );
  }
  if (mode !== 'SEND') await createLedgerClient(client, apiToken).ask('{ projections { lagEvents } }');
}

async function send(
  client: HttpClient,
  settings: SimulateSettings,
  plan: DeliveryPlan,
  listener: SimulateListener,
): Promise<DeliveryReport> {
  const { secrets, seed, rate, connections, retries } = settings;
  const report = await deliver(plan, {
    client,
    secrets,
    seed,
    rate,
    connections,
    retries,
    clock: systemClock,
    onProgress: (done) => {
      listener.onDelivered(done, plan.deliveries.length);
    },
  });
  listener.onSent();
  return report;
}
