import type { Arrived } from './arrived.ts';
import type { Things } from '../actual/differences.ts';
import { between, moment, someMoment, type ExpectedFields } from './matcher.ts';
import { signatureOf, type Secrets } from '../delivery/delivery-request.ts';
import { namesTask, type RelayTruth } from './relay-runs.ts';
import type { SimulatedCallback, SimulatedRelay } from '../scenario/simulated-callback.ts';
import { callbackEventOf } from '../delivery/wire-body.ts';

/** What names a callback among all of a simulation, as far as something does. */
export interface CallbackNaming {
  readonly appId: string;
  readonly eventType: number;
  readonly callbackEvent: string | null;
  readonly occurredAt: string | null;
  /** The session or task that it names itself; null where it names none. */
  readonly of: string | null;
}

export function expectedCallbacks(
  arrived: readonly Arrived[],
  { namelessExits }: RelayTruth,
  secrets: Secrets,
): Things<ExpectedFields> {
  return namedCallbacks<ExpectedFields & { readonly relayTask: string | null }>(
    arrived.map(({ callback, leastDeliveries, mostDeliveries }) => ({
      naming: namingOf(callback),
      deliveries: leastDeliveries,
      fields: {
        deliveries: between(leastDeliveries, mostDeliveries),
        signature: signatureOf(callback, secrets),
        receivedAt: someMoment,
        ...(callback.kind === 'RELAY' ? ownerFields(callback, namelessExits) : { attribution: null, relayTask: null }),
      },
    })),
  );
}

/**
 * Gives each callback a name. What has equal names (exits of the same second that name no task, files without times) is told
 * apart by its task, and then by how often it came.
 */
export function namedCallbacks<Fields extends { readonly relayTask: unknown }>(
  callbacks: readonly { readonly naming: CallbackNaming; readonly deliveries: number; readonly fields: Fields }[],
): Map<string, Fields> {
  const named = new Map<string, Fields>();
  const seen = new Map<string, number>();
  const byOwner = [...callbacks].sort((one, other) => {
    const [owner, otherOwner] = [String(one.fields.relayTask), String(other.fields.relayTask)];
    if (owner !== otherOwner) return owner < otherOwner ? -1 : 1;
    return one.deliveries - other.deliveries;
  });
  for (const { naming, fields } of byOwner) {
    const { appId, eventType, callbackEvent, occurredAt, of } = naming;
    const event = callbackEvent ?? `of type ${eventType}`;
    const name = `callback ${event} of account ${appId}, ${of ?? 'of none'}, at ${occurredAt ?? 'no time'}`;
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    named.set(number === 1 ? `${name}:` : `${name} (${number}):`, fields);
  }
  return named;
}

function namingOf(callback: SimulatedCallback): CallbackNaming {
  const { appId, atMs } = callback;
  switch (callback.kind) {
    case 'PUSH':
    case 'INTERRUPTION': {
      const eventType = callback.kind === 'PUSH' ? 1 : 0;
      const of = `sequence ${callback.activity.sequence}`;
      return { appId, eventType, callbackEvent: null, occurredAt: moment(atMs), of };
    }
    case 'RELAY': {
      const { clock } = callback.task.dialect;
      return {
        appId,
        eventType: 314,
        callbackEvent: callbackEventOf(callback),
        occurredAt: clock === 'NONE' ? null : moment(atMs),
        of: namesTask(callback) ? `task ${callback.task.taskId}` : null,
      };
    }
    case 'OTHER':
      return { appId, eventType: callback.eventType, callbackEvent: null, occurredAt: moment(atMs), of: null };
  }
}

function ownerFields(
  callback: SimulatedRelay,
  namelessExits: RelayTruth['namelessExits'],
): Record<'attribution' | 'relayTask', string | null> {
  if (namesTask(callback)) return { attribution: 'BY_TASK_ID', relayTask: callback.task.taskId };
  const owner = namelessExits.get(callback.number) ?? null;
  return owner === null
    ? { attribution: null, relayTask: null }
    : { attribution: 'BY_SOURCE_URLS', relayTask: owner.taskId };
}
