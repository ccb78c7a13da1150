import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import {
  alertBegan,
  alertEnded,
  alertStreamOf,
  readAlertEvent,
  writeAlertEvent,
  type Alert,
  type AlertEvent,
  type AlertEventType,
} from '../../domain/alerts/alert-events.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import type { FindSubjects } from '../conditions/findings.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { newestEventsMax, RuleState, type RuleStep } from './rule-state.ts';

/** Events and alerts that are read of the log between two turns of the event loop: about a millisecond. */
const readPerTurn = 256;

/** Evaluates one rule, and records what begins and ends. */
export interface RuleRunner {
  readonly rule: AlertRule;
  /** Those that have begun and not ended, as the log says. */
  readonly open: () => Iterable<Alert>;
  /**
   * Resolves once what has begun or ended is durable. Aborting the signal ends reading the log, and then nothing is evaluated.
   * @throws Error - of the read models or the log; what was not recorded is found again the next time
   */
  run(nowMs: number, signal: AbortSignal): Promise<void>;
}

export interface RuleRunnerParts {
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'lastRevision'>;
  readonly find: FindSubjects;
}

/** Knows nothing before its first run, which reads the newest events of the rule. */
export function createRuleRunner(rule: AlertRule, { store, find }: RuleRunnerParts): RuleRunner {
  const stream = alertStreamOf(rule.name);
  let state = new RuleState(rule);
  /** Of the newest event that the state has; null: of none. */
  let revision: bigint | null = null;
  /** Whether the log may have an event that the state has not. */
  let isBehind = true;
  let wasRead = false;
  /** Where reading begins. */
  let from: bigint | null = null;

  return {
    rule,
    open: () => (wasRead ? state.open.values() : []),
    async run(nowMs, signal) {
      if (isBehind) await readOn(signal);
      if (signal.aborted) return;
      const events = eventsOf(state.step(await find(nowMs), nowMs), nowMs);
      if (events.length === 0) return;
      // It may be in the log also where the append fails: the log decides what was.
      isBehind = true;
      ({ revision } = await store.append(stream, events.map(newEventOf), revision ?? 'none'));
      isBehind = false;
      for (const { type, event } of events) state.apply(type, event);
    },
  };

  function eventsOf({ began, ended, stillOpen }: RuleStep, atMs: number) {
    return [[alertEnded, ended] as const, [alertBegan, began] as const].flatMap(([type, alerts]) => {
      const event: AlertEvent = { rule: rule.name, when: rule.when, atMs, alerts, stillOpen };
      return alerts.length === 0 ? [] : [{ type, event }];
    });
  }

  /** What follows what was read: how long conditions have been met is kept. */
  async function readOn(signal: AbortSignal): Promise<void> {
    from ??= firstOfNewest(await store.lastRevision(stream));
    let read = 0;
    for await (const recorded of store.readStream(stream, revision === null ? from : revision + 1n)) {
      const event = recorded.isDamaged === true ? null : readAlertEvent(recorded.data);
      if (!wasRead && from > 0n && !event?.stillOpen) {
        // Damaged, or of an earlier version: what was open before it follows from the whole stream alone.
        [from, revision, state] = [0n, null, new RuleState(rule)];
        return readOn(signal);
      }
      if (event !== null) state.apply(recorded.type, event);
      ({ revision } = recorded);
      read += 1 + (event?.alerts.length ?? 0);
      if (read < readPerTurn) continue;
      read = 0;
      await turn();
      if (signal.aborted) return;
    }
    isBehind = false;
    wasRead = true;
  }
}

function firstOfNewest(last: bigint | null): bigint {
  const first = (last ?? 0n) - BigInt(newestEventsMax - 1);
  return first > 0n ? first : 0n;
}

function newEventOf({ type, event }: { readonly type: AlertEventType; readonly event: AlertEvent }) {
  return { eventId: randomUUID(), type, data: writeAlertEvent(event), metadata: Buffer.from('{}') };
}
