import { randomUUID } from 'node:crypto';
import { parseJsonObject, type JsonObject } from '../../callbacks/json-object.ts';
import type { NewEvent, RecordedEvent } from '../../log/event-store.ts';
import type { ForwardingChange } from '../forwarder.ts';
import { decodeProgress, encodeProgress, type LeasedProgress } from './leased-progress.ts';

/** The stream of a target, outside the log: no copy has it. On disk: it never changes. */
export function forwardingStreamOf(target: string): string {
  return `forwarding-${target}`;
}

/** Names the stream in which all nodes renew: no target has a slash in its name. On disk: it never changes. */
export const renewalsLease = 'nodes/renewals';

/**
 * The events of a target's lease. Their types, on disk, never change.
 * - Taken: from now on this node forwards, whichever did before.
 * - Renewed: it still does, and has come this far. In the stream of the nodes' renewals: the node lives, and still forwards for all that it has.
 * - Released: it no longer does, and any other may at once.
 * - Changed: an operator has changed something, on whichever node.
 */
export const leaseEventTypes = {
  taken: 'ForwardingTaken',
  renewed: 'ForwardingRenewed',
  released: 'ForwardingReleased',
  changed: 'ForwardingChanged',
} as const;
export type LeaseEventKind = keyof typeof leaseEventTypes;

export interface LeaseEvent {
  readonly kind: LeaseEventKind;
  /** The node of the event: random at each start of a process. Empty for an operator's change. */
  readonly holder: string;
  /** How far the target is with this event and all before it. Null: as before it, except for `change`. */
  readonly progress: LeasedProgress | null;
  /** Of a `changed`. */
  readonly change: ForwardingChange | null;
  /** Set in a node's renewal: leases to whose streams it has appended events that others must read at once. */
  readonly appendedTo?: readonly string[];
}

/** The event as it is appended, with a new id. */
export function encodeLeaseEvent({ kind, holder, progress, change, appendedTo = [] }: LeaseEvent): NewEvent {
  const data = {
    ...(holder !== '' && { holder }),
    ...(change !== null && { change: change.what === 'replay' ? { ...change, after: String(change.after) } : change }),
    ...(progress !== null && { progress: encodeProgress(progress) }),
    ...(appendedTo.length > 0 && { appendedTo }),
  };
  return {
    eventId: randomUUID(),
    type: leaseEventTypes[kind],
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from('{}'),
  };
}

/** Null for an event that is not ours, or was changed since: it is skipped. */
export function decodeLeaseEvent({ type, data, isDamaged, isUnchecked }: RecordedEvent): LeaseEvent | null {
  const kind = kinds.find((one) => leaseEventTypes[one] === type);
  const body = parseJsonObject(data);
  if (kind === undefined || isDamaged === true || isUnchecked === true || !body.ok) return null;
  const { holder = '', progress, change, appendedTo } = body.object;
  if (typeof holder !== 'string') return null;
  return {
    kind,
    holder,
    progress: progress === undefined ? null : decodeProgress(progress as JsonObject),
    change: change === undefined ? null : decodeChange(change as JsonObject),
    ...(appendedTo !== undefined && { appendedTo: appendedTo as string[] }),
  };
}

const kinds = Object.keys(leaseEventTypes) as LeaseEventKind[];

function decodeChange({ what, after }: JsonObject): ForwardingChange | null {
  if (what === 'pause' || what === 'resume' || what === 'skip') return { what };
  return what === 'replay' && typeof after === 'string' ? { what, after: BigInt(after) } : null;
}
