import { randomInt, randomUUID } from 'node:crypto';
import { epochBegunType, logBegunType, LogUnusable, type LogIdentity, type NewEvent } from './event-store.ts';

type IdentityEvent = Pick<NewEvent, 'type' | 'data'>;

/** The first event of a new log, with a random id. */
export function newLogBegun(): NewEvent {
  return identityEvent(logBegunType, { logId: randomUUID(), epoch: 1 });
}

/** The event that begins an epoch of an existing log. */
export function newEpochBegun(identity: LogIdentity): NewEvent {
  return identityEvent(epochBegunType, identity);
}

/**
 * The most by which a restore raises the epoch. The step is random: the same copy can be restored twice, and each timeline
 * must refuse the cursors of the other. A safe integer has room for thousands of epochs.
 */
const epochStepMax = 2 ** 40;

/** The identity of a log in its next epoch, when the epochs of its other copies are unknown. */
export function afterRestore({ logId, epoch }: LogIdentity): LogIdentity {
  return { logId, epoch: epoch + randomInt(1, epochStepMax) };
}

function identityEvent(type: string, { logId, epoch }: LogIdentity): NewEvent {
  const data = Buffer.from(JSON.stringify({ logId, epoch }));
  return { eventId: randomUUID(), type, data, metadata: Buffer.from('{}') };
}

/**
 * Reads the identity from the first event of the log and the events of the ledger's stream, in order. Logs of schema version
 * 1 begin with an event without an epoch; it counts as epoch 1.
 * @throws LogUnusable - the events are damaged
 */
export function readLogIdentity(first: IdentityEvent, ledger: readonly IdentityEvent[]): LogIdentity {
  const { logId } = first.type === logBegunType ? readIdentityData(first) : {};
  if (typeof logId !== 'string') {
    throw new LogUnusable('The first event of the log has no log id: the file is damaged. Restore it from a copy.');
  }
  const newest = ledger.findLast(({ type }) => type === epochBegunType || type === logBegunType);
  const { epoch = 1 } = newest === undefined ? { epoch: null } : readIdentityData(newest);
  if (typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch >= 1) return { logId, epoch };
  throw new LogUnusable('The log has no valid epoch: the file is damaged. Restore it from a copy.');
}

function readIdentityData({ data }: Pick<NewEvent, 'data'>): { readonly logId?: unknown; readonly epoch?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(data).toString())) as object;
  } catch {
    return {};
  }
}
