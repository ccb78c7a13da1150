import { epochBegunType, ledgerStreamName, type RecordedEvent } from '../../event-store.ts';
import type { CopiedChange } from '../../log-replica.ts';
import { streamOfMetadata } from '../client/stream-names.ts';
import { isTruncationOfOurs, metadataType, truncateBeforeKey } from '../append/truncation.ts';

/**
 * What an event of the subscription means for the copy. What others did to our streams (deleted, truncated, other events) is
 * kept as an event, so that the projections tell of it.
 */
export function copiedChangeOf(event: RecordedEvent, logId: string): CopiedChange {
  const { streamName, type, metadata } = event;
  const described = streamOfMetadata(streamName);
  if (described !== null && type === metadataType && isTruncationOfOurs(metadata)) {
    const before = dataOf(event)[truncateBeforeKey];
    if (typeof before === 'number' && Number.isSafeInteger(before)) {
      return { kind: 'truncated', streamName: described, beforeRevision: BigInt(before) };
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
