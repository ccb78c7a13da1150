import { randomUUID } from 'node:crypto';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import type { QuarantineDecisions, QuarantinedEventRef } from '../../src/quarantine/quarantine-events.ts';
import { quarantinedType, quarantineStreamOf, type QuarantineReason } from '../../src/quarantine/quarantine.ts';
import { createQuarantineDecisions } from '../../src/quarantine/keeping/decisions.ts';
import type { Ledger, TestArrival } from './ledger.ts';

/** Appends an arrival to quarantine, as the receiver would. */
export async function quarantine(
  ledger: Ledger,
  { body, receivedAtMs }: TestArrival,
  reason: QuarantineReason = 'UNPROVEN',
  sender: string | null = null,
): Promise<QuarantinedEventRef> {
  const eventId = randomUUID();
  const position = await ledger.appendEvent(quarantineStreamOf(reason, sender), {
    eventId,
    type: quarantinedType,
    data: Buffer.from(JSON.stringify(body)),
    metadata: writeArrival({
      receivedAtMs,
      signature: 'NOT_CHECKED',
      remoteAddress: '',
      quarantine: { reason, check: 'SIGN_PRESENT', field: 'sign' },
    }),
  });
  return { position, eventId };
}

/** Decisions on quarantined callbacks that do not wait for a projector. */
export function decisionsOf(ledger: Ledger): QuarantineDecisions {
  return createQuarantineDecisions({
    store: ledger.store,
    waitForPosition: () => Promise.resolve(),
    clock: () => 1_700_000_000_000,
  });
}
