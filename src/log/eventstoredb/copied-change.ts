import { epochBegunType, ledgerStreamName, type RecordedEvent } from '../event-store.ts';
import type { CopiedChange } from '../log-replica.ts';
import { isTruncationOfOurs, metadataType, truncateBeforeKey } from './truncation.ts';
import { streamOfMetadata } from './stream-names.ts';

/** Whatever other programs do to our streams (delete, truncate, append) is copied as an event: projections report it. */
export function copiedChangeOf(event: RecordedEvent, logId: string): CopiedChange {
  const { streamName, type, metadata } = event;
  const truncated = streamOfMetadata(streamName);
  if (truncated !== null && type === metadataType && isTruncationOfOurs(metadata)) {
    const before = dataOf(event)[truncateBeforeKey];
    if (typeof before === 'number' && Number.isSafeInteger(before)) {
      return { kind: 'truncated', streamName: truncated, beforeRevision: BigInt(before) };
    }
  }
  if (streamName === ledgerStreamName && type === epochBegunType) {
    const data = dataOf(event);
    const { epoch } = data;
    if (data['logId'] === logId && typeof epoch === 'number' && Number.isSafeInteger(epoch)) {
      return { kind: 'epochBegun', epoch, event };
    }
  }
  return { kind: 'event', event };
}

function dataOf({ data }: RecordedEvent): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(data).toString())) as Record<string, unknown>;
  } catch {
    return {};
  }
}
