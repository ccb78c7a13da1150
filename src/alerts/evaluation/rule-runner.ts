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
import { RuleState } from './rule-state.ts';

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
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly find: FindSubjects;
}

/** Knows nothing before its first run, which reads the stream of the rule. */
export function createRuleRunner(rule: AlertRule, { store, find }: RuleRunnerParts): RuleRunner {
  const stream = alertStreamOf(rule.name);
  const state = new RuleState(rule);
  /** Of the newest event that the state has; null: of none. */
  let revision: bigint | null = null;
  /** Whether the log may have an event that the state has not. */
  let isBehind = true;
  let wasRead = false;

  return {
    rule,
    open: () => (wasRead ? state.open.values() : []),
    async run(nowMs, signal) {
      if (isBehind) await readOn(signal);
      if (signal.aborted) return;
      const { began, ended } = state.step(await find(nowMs), nowMs);
      const events = [
        ...(ended.length > 0 ? [{ type: alertEnded, event: eventOf(ended, nowMs) } as const] : []),
        ...(began.length > 0 ? [{ type: alertBegan, event: eventOf(began, nowMs) } as const] : []),
      ];
      if (events.length === 0) return;
      // It may be in the log also where the append fails: the log decides what was.
      isBehind = true;
      ({ revision } = await store.append(stream, events.map(newEventOf), revision ?? 'none'));
      isBehind = false;
      for (const { type, event } of events) state.apply(type, event);
    },
  };

  function eventOf(alerts: readonly Alert[], atMs: number): AlertEvent {
    return { rule: rule.name, when: rule.when, atMs, alerts };
  }

  /** What follows what was read: how long conditions have been met is kept. */
  async function readOn(signal: AbortSignal): Promise<void> {
    let read = 0;
    for await (const recorded of store.readStream(stream, revision === null ? 0n : revision + 1n)) {
      const event = recorded.isDamaged === true ? null : readAlertEvent(recorded.data);
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

function newEventOf({ type, event }: { readonly type: AlertEventType; readonly event: AlertEvent }) {
  return { eventId: randomUUID(), type, data: writeAlertEvent(event), metadata: Buffer.from('{}') };
}
