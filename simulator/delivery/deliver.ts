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
  /** Deliveries in flight at a time. */
  readonly connections: number;
  /** Attempts after the first, if the answer is not 200 or there is none. */
  readonly retries: number;
  readonly clock: () => number;
  /** Called after each delivery with the number done. */
  readonly onProgress: (done: number) => void;
}

/**
 * Milliseconds before the first retry; each further one waits twice as long. CSS waits a minute, which is too long for
 * a trial.
 */
const firstPauseMs = 200;
const pauseMsMax = 5_000;

/** Failures after which the rest is not attempted, because more deliveries would not help. */
export const failuresMax = 20;

/**
 * Delivers a plan as CSS does: at least once, with a new `t` and `sign` at each attempt, until the answer is 200. Does
 * not retry after answers that a retry can't change (4xx other than 408 and 429). Resolves once every delivery is
 * answered or given up.
 */
export async function deliver(plan: DeliveryPlan, options: DeliverOptions): Promise<DeliveryReport> {
  const log = createDeliveryLog();
  const queues = new Map<string, Promise<void>>();
  const startedAtMs = performance.now();
  const waiting = plan.deliveries[Symbol.iterator]();
  let done = 0;

  const connection = async () => {
    for (const delivery of waiting) {
      if (log.failed.length >= failuresMax) {
        if (!mayBeRejected(delivery)) log.failed.push(delivery.number);
        continue;
      }
      const { queue } = delivery;
      const before = queue === null ? undefined : queues.get(queue);
      const sent = (async () => {
        await before;
        await untilDue(delivery, options.rate, startedAtMs);
        await deliverUntilAnswered(delivery, options, log);
      })();
      if (queue !== null) queues.set(queue, sent);
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

async function deliverUntilAnswered(delivery: Delivery, options: DeliverOptions, log: DeliveryLog): Promise<void> {
  const { number } = delivery;
  for (let attempt = 0; attempt <= options.retries; attempt += 1) {
    if (attempt > 0) await pause(Math.min(firstPauseMs * 2 ** (attempt - 1), pauseMsMax));
    const status = await attemptOnce(delivery, options, log);
    if (status === 200) {
      log.answered.count += 1;
      return;
    }
    if (status !== null && isQuarantineFull(status) && mayBeRejected(delivery)) {
      log.answered.count += 1;
      log.refused.add(number);
      return;
    }
    if (status !== null && !isWorthRetrying(status)) break;
  }
  log.failed.push(number);
}

/** The status; null: no answer. */
async function attemptOnce(delivery: Delivery, options: DeliverOptions, log: DeliveryLog): Promise<number | null> {
  const { client, secrets, seed, clock } = options;
  const { path, body } = deliveryRequestOf(delivery, secrets, seed, clock());
  const sentAtMs = performance.now();
  try {
    const { status } = await client.post(path, body);
    log.record(String(status), performance.now() - sentAtMs);
    if (isGatewayError(status)) noteUnanswered(delivery, log);
    return status;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    log.record('NO_ANSWER', null);
    noteUnanswered(delivery, log);
    return null;
  }
}

function noteUnanswered({ number }: Delivery, { unanswered }: DeliveryLog): void {
  unanswered.set(number, (unanswered.get(number) ?? 0) + 1);
}

/** Whether a proxy lost the node during a request: the node may have recorded the callback first. */
function isGatewayError(status: number): boolean {
  return status === 502 || status === 504;
}

/** Whether the status is that of a service that rejects a callback because its quarantine is full. */
function isQuarantineFull(status: number): boolean {
  return status === 401 || status === 429;
}

/** Whether a service may reject the delivery without recording anything. */
function mayBeRejected({ kind }: Delivery): boolean {
  return kind === 'EXPIRED' || kind === 'FORGED';
}

function isWorthRetrying(status: number): boolean {
  return status < 400 || status >= 500 || status === 408 || status === 429;
}
