import { randomUUID } from 'node:crypto';
import { LogUnusable } from './errors.ts';
import { epochBegunType, logBegunType, type NewEvent } from './event-store.ts';

/** What names a log: see `EventReader`. */
export interface LogIdentity {
  readonly logId: string;
  readonly epoch: number;
}

type IdentityEvent = Pick<NewEvent, 'type' | 'data'>;

/** The event that a new log begins with. */
export function newLogBegun(): NewEvent {
  const data = Buffer.from(JSON.stringify({ logId: randomUUID(), epoch: 1 }));
  return { eventId: randomUUID(), type: logBegunType, data, metadata: Buffer.from('{}') };
}

/**
 * Reads the identity from the first event of the log and the events of the ledger's stream, newest first. Logs of schema
 * version 1 begin with an event that tells no epoch: it is the first.
 * @throws LogUnusable - the events are damaged
 */
export function readLogIdentity(first: IdentityEvent, ledgerNewestFirst: Iterable<IdentityEvent>): LogIdentity {
  const { logId } = first.type === logBegunType ? readData(first) : {};
  if (typeof logId !== 'string') {
    throw new LogUnusable('The first event of the log does not name it: the file is damaged. Restore it from a copy.');
  }
  for (const event of ledgerNewestFirst) {
    if (event.type !== epochBegunType && event.type !== logBegunType) continue;
    const { epoch = 1 } = readData(event);
    if (Number.isSafeInteger(epoch) && (epoch as number) >= 1) return { logId, epoch: epoch as number };
    break;
  }
  throw new LogUnusable('The log does not tell its epoch: the file is damaged. Restore it from a copy.');
}

function readData({ data }: IdentityEvent): { readonly logId?: unknown; readonly epoch?: unknown } {
  try {
    return JSON.parse(Buffer.from(data).toString()) as object;
  } catch {
    return {};
  }
}
