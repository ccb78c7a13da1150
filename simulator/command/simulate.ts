import { checkLedger, type CheckResult } from '../actual/check.ts';
import { createLedgerClient, LedgerRejected } from '../actual/ledger-client.ts';
import { hasOthers } from '../actual/other-accounts.ts';
import { deliver } from '../delivery/deliver.ts';
import { planDeliveries, type DeliveryPlan } from '../delivery/delivery-plan.ts';
import type { DeliveryReport } from '../delivery/delivery-report.ts';
import { boundDomains } from '../delivery/delivery-request.ts';
import { NoAnswer, openHttpClient, type HttpClient } from '../delivery/http-client.ts';
import { scenarioOf, type Scenario } from '../scenario/scenario.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { OperatorError } from '../../src/kernel/errors.ts';
import type { SimulateSettings } from './settings.ts';

/** What `simulate` reports while it works. */
export interface SimulateListener {
  onDelivered(done: number, total: number): void;
  /** Called when every delivery was answered or given up. */
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
 * Generates callbacks from a seed, delivers them with the habits of CSS, and compares what the service shows with what
 * it should show. `settings.mode` selects which of these steps to run.
 * @throws OperatorError - the service does not answer, or rejects the queries
 */
export async function simulate(settings: SimulateSettings, listener: SimulateListener): Promise<SimulateResult> {
  const { url, connections, timeoutMs, mode } = settings;
  const scenario = scenarioOf({ ...settings, domains: boundDomains(settings.secrets) });
  const plan = planDeliveries(scenario, settings.habits);
  const client = openHttpClient({ url, connections, timeoutMs });
  try {
    await assertReachable(client, settings);
    const isSending = mode !== 'CHECK';
    if (isSending && !settings.intoExisting) await assertOnlyOwn(client, scenario.appIds, settings);
    const report = isSending ? await send(client, settings, plan, listener) : null;
    if (mode === 'SEND') return { scenario, plan, report, check: null };
    listener.onChecking();
    const ledger = createLedgerClient(client, settings.apiToken);
    await ledger.untilProjected(settings.checkWaitMs);
    const counts = report ?? settings.counts;
    const check = await checkLedger(ledger, { scenario, plan, secrets: settings.secrets, counts });
    return { scenario, plan, report, check };
  } catch (error) {
    if (error instanceof NoAnswer) throw new OperatorError(`${url.href} stopped answering: ${error.message}.`);
    if (error instanceof LedgerRejected) throw new OperatorError(`${url.href} can not be checked: ${adviceOn(error)}`);
    throw error;
  } finally {
    client.close();
  }
}

function adviceOn({ code, message }: LedgerRejected): string {
  if (code === 'UNAUTHENTICATED') return 'it requires a token. Set API_TOKENS to one of the tokens of the service.';
  return message.endsWith('.') ? message : `${message}.`;
}

/** Before anything is sent: checks that the service answers, and accepts the queries of the check. */
async function assertReachable(client: HttpClient, { url, apiToken, mode }: SimulateSettings): Promise<void> {
  try {
    await client.post('/graphql', '{}');
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new OperatorError(
      `Nothing answers at ${url.href} (${error.message}). Start the service with npm start, or name another one with --url.`,
    );
  }
  if (mode !== 'SEND') await createLedgerClient(client, apiToken).query('{ projections { lagEvents } }');
}

/** Before anything is sent, because it could never be removed: checks that the log has no callbacks of other accounts. */
async function assertOnlyOwn(
  client: HttpClient,
  appIds: readonly string[],
  { url, apiToken }: SimulateSettings,
): Promise<void> {
  const instead = 'Start a service with an empty DATA_DIR for trials, or give --into-existing to send to this one.';
  let others;
  try {
    others = await hasOthers(createLedgerClient(client, apiToken), appIds);
  } catch (error) {
    if (!(error instanceof LedgerRejected)) throw error;
    throw new OperatorError(
      `Nothing was sent: whether the log of ${url.href} has other callbacks can not be checked: ${adviceOn(error)} ${instead}`,
    );
  }
  if (!others) return;
  throw new OperatorError(
    `Nothing was sent: the log of ${url.href} has callbacks that are not of this simulation. ${instead}`,
  );
}

async function send(
  client: HttpClient,
  { secrets, seed, rate, connections, retries }: SimulateSettings,
  plan: DeliveryPlan,
  listener: SimulateListener,
): Promise<DeliveryReport> {
  const report = await deliver(plan, {
    client,
    secrets,
    seed,
    rate,
    connections,
    retries,
    clock: systemClock,
    onProgress: (done) => listener.onDelivered(done, plan.deliveries.length),
  });
  listener.onSent();
  return report;
}
