import { callbacksOfSessions, type ArrivedCallback } from './arrived.ts';
import type { ByName } from '../actual/differences.ts';
import { between, moment, anyMoment, type ExpectedFields } from './matcher.ts';
import { signatureOf, type Secrets } from '../delivery/delivery-request.ts';
import { namesTask, type RelayRuns } from './relay-runs.ts';
import type { SimulatedCallback, SimulatedRelay } from '../scenario/simulated-callback.ts';
import { callbackEventOf } from '../delivery/wire-body.ts';

/** What distinguishes a callback from others of the scenario. Several callbacks may have equal values. */
export interface CallbackName {
  readonly appId: string;
  readonly eventType: number;
  readonly callbackEvent: string | null;
  readonly occurredAt: string | null;
  /** The session or task that the callback itself names; null: none. */
  readonly subject: string | null;
}

export function expectedCallbacks(
  arrived: readonly ArrivedCallback[],
  { exitAttributions: namelessExits }: RelayRuns,
  secrets: Secrets,
): ByName<ExpectedFields> {
  const ofSessions = new Set<SimulatedCallback>(callbacksOfSessions(arrived).map(({ callback }) => callback));
  return namedCallbacks<ExpectedFields & { readonly relayTask: string | null }>(
    arrived.map(({ callback, deliveriesMin, deliveriesMax }) => ({
      naming: nameOf(callback, ofSessions.has(callback)),
      deliveries: deliveriesMin,
      fields: {
        deliveries: between(deliveriesMin, deliveriesMax),
        signature: signatureOf(callback, secrets),
        receivedAt: anyMoment,
        ...(callback.kind === 'RELAY' ? ownerFields(callback, namelessExits) : { attribution: null, relayTask: null }),
      },
    })),
  );
}

/**
 * Gives each callback a name. Numbers callbacks with equal values (exits without a task id in the same second, files
 * without times), by task and then by number of deliveries.
 */
export function namedCallbacks<Fields extends { readonly relayTask: unknown }>(
  callbacks: readonly { readonly naming: CallbackName; readonly deliveries: number; readonly fields: Fields }[],
): Map<string, Fields> {
  const named = new Map<string, Fields>();
  const seen = new Map<string, number>();
  const byOwner = [...callbacks].sort((one, other) => {
    const [owner, otherOwner] = [String(one.fields.relayTask), String(other.fields.relayTask)];
    if (owner !== otherOwner) return owner < otherOwner ? -1 : 1;
    return one.deliveries - other.deliveries;
  });
  for (const { naming, fields } of byOwner) {
    const { appId, eventType, callbackEvent, occurredAt, subject } = naming;
    const event = callbackEvent ?? `of type ${eventType}`;
    const name = `callback ${event} of account ${appId}, ${subject ?? 'of none'}, at ${occurredAt ?? 'no time'}`;
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    named.set(number === 1 ? `${name}:` : `${name} (${number}):`, fields);
  }
  return named;
}

function nameOf(callback: SimulatedCallback, isOfSession: boolean): CallbackName {
  const { appId, atMs } = callback;
  switch (callback.kind) {
    case 'PUSH':
    case 'INTERRUPTION': {
      const eventType = callback.kind === 'PUSH' ? 1 : 0;
      const subject = isOfSession ? `sequence ${callback.activity.sequence}` : null;
      return { appId, eventType, callbackEvent: null, occurredAt: moment(atMs), subject };
    }
    case 'RELAY': {
      const { clock } = callback.task.dialect;
      return {
        appId,
        eventType: 314,
        callbackEvent: callbackEventOf(callback),
        occurredAt: clock === 'NONE' ? null : moment(atMs),
        subject: namesTask(callback) ? `task ${callback.task.taskId}` : null,
      };
    }
    case 'OTHER':
      return { appId, eventType: callback.eventType, callbackEvent: null, occurredAt: moment(atMs), subject: null };
  }
}

function ownerFields(
  callback: SimulatedRelay,
  namelessExits: RelayRuns['exitAttributions'],
): Record<'attribution' | 'relayTask', string | null> {
  if (namesTask(callback)) return { attribution: 'BY_TASK_ID', relayTask: callback.task.taskId };
  const owner = namelessExits.get(callback.number) ?? null;
  return owner === null
    ? { attribution: null, relayTask: null }
    : { attribution: 'BY_SOURCE_URLS', relayTask: owner.taskId };
}
