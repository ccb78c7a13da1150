import { setTimeout as pause } from 'node:timers/promises';
import { createDeliveryLog, type DeliveryLog, type DeliveryReport } from './delivery-report.ts';
import type { Delivery, DeliveryPlan } from './delivery-plan.ts';
import { NoAnswer, type HttpClient } from './http-client.ts';
import { deliveryRequestOf, type Secrets } from './delivery-request.ts';

export interface DeliverOptions {
  readonly client: HttpClient;
  readonly secrets: Secrets;
  readonly seed: string;
  /** Deliveries a second; 0: each as soon as a connection is free. */
  readonly rate: number;
  /** Deliveries on their way at a time. */
  readonly connections: number;
  /** Attempts after the first, where the answer was not 200 or none came. */
  readonly retries: number;
  readonly clock: () => number;
  /** Told after each delivery. */
  readonly onProgress: (done: number) => void;
}

/** Milliseconds before the first repetition; each further one waits twice as long. CSS waits a minute: too long for a trial. */
const firstPauseMs = 200;
const pauseMsMax = 5_000;

/** Deliveries that may fail before the rest is not tried any more: something is wrong that more of them do not mend. */
export const failuresMax = 20;

/**
 * Delivers a plan as CSS does: at least once, stamped anew at each attempt, and again until it is answered with 200.
 * Refusals that a repetition can't change (4xx but 408 and 429) are not repeated. Resolves once all are answered or given up.
 */
export async function deliver(plan: DeliveryPlan, options: DeliverOptions): Promise<DeliveryReport> {
  const log = createDeliveryLog();
  const lanes = new Map<string, Promise<void>>();
  const startedAtMs = performance.now();
  const waiting = plan.deliveries[Symbol.iterator]();
  let done = 0;

  const connection = async () => {
    for (const delivery of waiting) {
      if (log.failed.length >= failuresMax) {
        if (!isUnproven(delivery)) log.failed.push(delivery.number);
        continue;
      }
      const { lane } = delivery;
      const before = lane === null ? undefined : lanes.get(lane);
      const sent = (async () => {
        await before;
        await untilDue(delivery, options.rate, startedAtMs);
        await deliverOne(delivery, options, log);
      })();
      if (lane !== null) lanes.set(lane, sent);
      await sent;
      done += 1;
      options.onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: options.connections }, connection));
  return log.report(performance.now() - startedAtMs);
}

async function untilDue({ number }: Delivery, rate: number, startedAtMs: number): Promise<void> {
  if (rate === 0) return;
  const earlyMs = startedAtMs + (number / rate) * 1000 - performance.now();
  if (earlyMs > 0) await pause(earlyMs);
}

async function deliverOne(delivery: Delivery, options: DeliverOptions, log: DeliveryLog): Promise<void> {
  const { number } = delivery;
  for (let attempt = 0; attempt <= options.retries; attempt += 1) {
    if (attempt > 0) await pause(Math.min(firstPauseMs * 2 ** (attempt - 1), pauseMsMax));
    const status = await attemptOne(delivery, options, log);
    if (status === 200) {
      log.answered.count += 1;
      return;
    }
    if (status !== null && isShareUsedUp(status) && isUnproven(delivery)) {
      log.answered.count += 1;
      log.refused.add(number);
      return;
    }
    if (status !== null && !mayChange(status)) break;
  }
  log.failed.push(number);
}

/** The status; null where no answer came. */
async function attemptOne(delivery: Delivery, options: DeliverOptions, log: DeliveryLog): Promise<number | null> {
  const { client, secrets, seed, clock } = options;
  const { path, body } = deliveryRequestOf(delivery, secrets, seed, clock());
  const sentAtMs = performance.now();
  try {
    const { status } = await client.post(path, body);
    log.note(String(status), performance.now() - sentAtMs);
    return status;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    log.note('NO_ANSWER', null);
    log.unanswered.set(delivery.number, (log.unanswered.get(delivery.number) ?? 0) + 1);
    return null;
  }
}

/** How a ledger turns away what proves nothing, where its quarantine has no room for more of it. */
function isShareUsedUp(status: number): boolean {
  return status === 401 || status === 429;
}

/** A ledger may turn these away: then they leave no trace at all. */
function isUnproven({ kind }: Delivery): boolean {
  return kind === 'EXPIRED' || kind === 'FORGED';
}

function mayChange(status: number): boolean {
  return status < 400 || status >= 500 || status === 408 || status === 429;
}
