import type { GraphQLFormattedError } from 'graphql';
import { Counter, Histogram, Registry } from 'prom-client';
import { errorCodes, type ErrorCode, type LedgerError } from '../../kernel/errors.ts';
import { quarantineFullCodes } from '../../recorder/refusals.ts';
import type { ReceiptOutcome } from '../../recorder/receiver.ts';
import { callbackStatusOf } from '../../recorder/callback-handler.ts';

/** One commit of the log. */
export interface CommitFigures {
  readonly events: number;
  readonly durationMs: number;
}

/** The counters behind `GET /metrics`. Every label takes its values from a closed list, never from input. */
export interface Metrics extends CallbackMetrics, RequestMetrics {
  /** Only this server's: several may run in one process. */
  readonly registry: Registry;
  readonly committed: (commit: CommitFigures) => void;
}

interface CallbackMetrics {
  /** Counts a stored callback. Refusals are counted where they are answered, because many happen before the receiver. */
  readonly received: (outcome: ReceiptOutcome) => void;
  callbackRefused(refusal: LedgerError): void;
}

interface RequestMetrics {
  /** Counts a GraphQL operation: `OK` if its answer has no errors, else the code of the first. */
  operationAnswered(outcome: ErrorCode | 'OK'): void;
  /** Counts a refused request to neither callbacks nor GraphQL, such as one without a route, or one that is not HTTP. */
  requestRefused(code: ErrorCode): void;
}

/** Seconds. A commit takes a fraction of a millisecond on a good disk, and 5 ms or more on a spinning one. */
const commitSeconds = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Events. A commit has at most 1,000 appends. */
const commitEvents = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/** Seconds. CSS repeats a callback every minute for 12 minutes, and its clock counts whole seconds. */
const delaySeconds = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 720, 1_800, 3_600, 21_600, 86_400];

/** The codes of refused requests to neither callbacks nor GraphQL, and of refused connections without a request. */
const requestRefusals = [
  'REQUEST_INVALID',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'ORIGIN_NOT_ALLOWED',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Registers every metric of a node in a new registry. docs/operations.md lists names and labels. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  return {
    registry,
    committed: observeCommits([registry]),
    ...observeCallbacks([registry]),
    ...observeRequests([registry]),
  };
}

function observeCommits(registers: Registry[]): Metrics['committed'] {
  const durations = new Histogram({
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
  return ({ events, durationMs }) => {
    durations.observe(durationMs / 1_000);
    batches.observe(events);
  };
}

function observeCallbacks(registers: Registry[]): CallbackMetrics {
  const accepted = new Counter({
    name: 'live_ledger_callbacks_accepted_total',
    help: 'Callbacks that were recorded and answered 200, redeliveries included.',
    registers,
  });
  const quarantined = new Counter({
    name: 'live_ledger_callbacks_quarantined_total',
    help: 'Callbacks that were stored in quarantine and answered 200, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const refused = new Counter({
    name: 'live_ledger_callbacks_refused_total',
    help: 'Callbacks that were not stored, by the error code of the answer, and the reason whose share of the quarantine is full.',
    labelNames: ['code', 'reason'],
    registers,
  });
  const delay = new Histogram({
    name: 'live_ledger_callback_delay_seconds',
    help: 'From the time in a recorded callback, by the clock of CSS, to its arrival by ours. Below zero counts as zero.',
    buckets: delaySeconds,
    registers,
  });
  // A rate needs a first sample, so every outcome of a callback starts at 0.
  const codesByShare = new Map<string, string>(Object.entries(quarantineFullCodes));
  for (const [reason, code] of codesByShare) {
    quarantined.inc({ reason }, 0);
    refused.inc({ code, reason }, 0);
  }
  const codesWithShare = new Set(codesByShare.values());
  for (const code of Object.keys(callbackStatusOf)) if (!codesWithShare.has(code)) refused.inc({ code }, 0);
  return {
    received(outcome) {
      if (outcome.kind === 'QUARANTINED') {
        quarantined.inc({ reason: outcome.reason });
        return;
      }
      accepted.inc();
      const { receivedAtMs, sendableFromMs } = outcome;
      if (sendableFromMs !== null) delay.observe(Math.max(0, receivedAtMs - sendableFromMs) / 1_000);
    },
    callbackRefused({ code, details }) {
      const { share } = details;
      refused.inc(typeof share === 'string' && codesByShare.has(share) ? { code, reason: share } : { code });
    },
  };
}

function observeRequests(registers: Registry[]): RequestMetrics {
  const operations = new Counter({
    name: 'live_ledger_graphql_operations_total',
    help: 'GraphQL operations by outcome: OK, or the error code of the first error.',
    labelNames: ['outcome'],
    registers,
  });
  const refused = new Counter({
    name: 'live_ledger_requests_refused_total',
    help: 'Refused requests to neither callbacks nor GraphQL, and connections without a request, by error code.',
    labelNames: ['code'],
    registers,
  });
  for (const outcome of ['OK', 'INTERNAL']) operations.inc({ outcome }, 0);
  for (const code of requestRefusals) refused.inc({ code }, 0);
  return {
    operationAnswered: (outcome) => operations.inc({ outcome }),
    requestRefused: (code) => refused.inc({ code }),
  };
}

/** The code of the first error as a metric label, always from the closed list. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | 'OK' {
  const [first] = errors ?? [];
  if (first === undefined) return 'OK';
  const code = String(first.extensions?.['code']);
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL';
}
