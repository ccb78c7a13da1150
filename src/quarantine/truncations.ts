import { readTruncation, type Truncation } from '../domain/quarantine/quarantine-records.ts';
import { quarantineDecisionsStream, truncatedType, type QuarantineReason } from '../domain/quarantine/quarantine.ts';
import type { EventReader } from '../event-store/event-store.ts';

/**
 * What nobody would learn any more if the stream of decisions began at a revision: the furthest removal of each reason, where
 * no later event tells it too.
 */
export async function truncationsLost(
  store: Pick<EventReader, 'readStream'>,
  beforeRevision: bigint,
): Promise<readonly Truncation[]> {
  const lost = new Map<QuarantineReason, bigint>();
  for await (const { type, data, revision } of store.readStream(quarantineDecisionsStream)) {
    const isLost = revision < beforeRevision;
    if (!isLost && lost.size === 0) break;
    const truncation = type === truncatedType ? readTruncation(data) : null;
    if (truncation === null) continue;
    const { reason, beforePosition } = truncation;
    const known = lost.get(reason) ?? -1n;
    if (isLost && beforePosition > known) lost.set(reason, beforePosition);
    if (!isLost && beforePosition >= known) lost.delete(reason);
  }
  return [...lost].map(([reason, beforePosition]) => ({ reason, beforePosition }));
}
