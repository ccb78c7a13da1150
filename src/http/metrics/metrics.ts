import { Counter, Histogram, Registry } from 'prom-client';
import type { ReceiptOutcome } from '../../receiving/receiver.ts';
import { quarantineFullCodes } from '../../receiving/quarantine-full.ts';
import type { ErrorCode, LedgerError } from '../../kernel/errors.ts';
import { callbackStatusOf } from '../callbacks/callback-routes.ts';

/** A commit of the log, as its store tells of it. */
export interface CommitFigures {
  readonly events: number;
  readonly durationMs: number;
}

/** Counts what happens, for `GET /metrics`. Every label has its values from a closed list: none is ever taken from input. */
export interface Metrics {
  /** Its own: several servers may live in one process. */
  readonly registry: Registry;
  readonly committed: (commit: CommitFigures) => void;
  /** What became of a callback that is stored; refusals are counted where they are answered, because many never get so far. */
  readonly received: (outcome: ReceiptOutcome) => void;
  callbackRefused(refusal: LedgerError): void;
  /** A GraphQL operation; `OK` where its answer has no errors, else the code of the first. */
  operationAnswered(outcome: ErrorCode | 'OK'): void;
  /** Any other request that was refused: no such route, no HTTP. */
  requestRefused(code: ErrorCode): void;
}

/** Seconds. A commit takes a fraction of a millisecond on a good disk, and 5 ms and more on a spinning one. */
const commitSeconds = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Events; a commit holds 1,000 appends at most. */
const commitEvents = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/** Seconds. CSS repeats a callback a minute apart for 12 minutes; its clock tells whole seconds. */
const delaySeconds = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 720, 1_800, 3_600, 21_600, 86_400];

/** What requests to neither callbacks nor GraphQL, and connections without a request, are refused by. */
const requestRefusals = [
  'REQUEST_INVALID',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const accepted = new Counter({
    name: 'live_ledger_callbacks_accepted_total',
    help: 'Callbacks that were recorded and answered 200, redeliveries included.',
    registers,
  });
  const quarantined = new Counter({
    name: 'live_ledger_callbacks_quarantined_total',
    help: 'Callbacks that were kept in quarantine and answered 200, by why.',
    labelNames: ['reason'],
    registers,
  });
  const refused = new Counter({
    name: 'live_ledger_callbacks_refused_total',
    help: 'Callbacks that were not stored, by the error code they were answered with, and the share that was used up.',
    labelNames: ['code', 'reason'],
    registers,
  });
  const delay = new Histogram({
    name: 'live_ledger_callback_delay_seconds',
    help: 'From the time in a recorded callback, by the clock of CSS, to its arrival by ours. Below zero counts as zero.',
    buckets: delaySeconds,
    registers,
  });
  const commits = new Histogram({
    name: 'live_ledger_append_duration_seconds',
    help: 'Time of a commit of the log, its fsync included.',
    buckets: commitSeconds,
    registers,
  });
  const batches = new Histogram({
    name: 'live_ledger_append_batch_events',
    help: 'Events in a commit of the log.',
    buckets: commitEvents,
    registers,
  });
  const operations = new Counter({
    name: 'live_ledger_graphql_operations_total',
    help: 'GraphQL operations by outcome: OK, or the error code of the first error.',
    labelNames: ['outcome'],
    registers,
  });
  const requests = new Counter({
    name: 'live_ledger_requests_refused_total',
    help: 'Requests to neither callbacks nor GraphQL that were refused, and connections without a request, by error code.',
    labelNames: ['code'],
    registers,
  });
  // A rate needs a beginning: what can happen to a callback stands at 0 from the start.
  const withShare = new Map<string, string>(Object.entries(quarantineFullCodes));
  for (const [reason, code] of withShare) {
    quarantined.inc({ reason }, 0);
    refused.inc({ code, reason }, 0);
  }
  const codesWithShare = new Set(withShare.values());
  for (const code of Object.keys(callbackStatusOf)) if (!codesWithShare.has(code)) refused.inc({ code }, 0);
  for (const outcome of ['OK', 'INTERNAL']) operations.inc({ outcome }, 0);
  for (const code of requestRefusals) requests.inc({ code }, 0);
  return {
    registry,
    committed({ events, durationMs }) {
      commits.observe(durationMs / 1_000);
      batches.observe(events);
    },
    received(outcome) {
      if (outcome.kind === 'QUARANTINED') {
        quarantined.inc({ reason: outcome.reason });
        return;
      }
      accepted.inc();
      const { receivedAtMs, occurredAtMs } = outcome;
      if (occurredAtMs !== null) delay.observe(Math.max(0, receivedAtMs - occurredAtMs) / 1_000);
    },
    callbackRefused({ code, details }) {
      const { share } = details;
      refused.inc(typeof share === 'string' && withShare.has(share) ? { code, reason: share } : { code });
    },
    operationAnswered: (outcome) => {
      operations.inc({ outcome });
    },
    requestRefused: (code) => {
      requests.inc({ code });
    },
  };
}
