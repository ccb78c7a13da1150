import { explain } from '../../domain/quarantine/quarantine-explanation.ts';
import type { QuarantinedRow } from '../../read-models/quarantine.ts';
import { writeNodeId } from '../node-id.ts';
import type { QuarantinedCallback } from '../types/quarantined-callback.ts';

export function toQuarantinedCallback(row: QuarantinedRow): QuarantinedCallback {
  const { position, eventId, diagnosis } = row;
  return {
    place: { position, eventId },
    id: writeNodeId({ type: 'QuarantinedCallback', position, eventId }),
    reason: row.reason,
    status: row.status,
    signature: row.signature,
    diagnosis: { check: diagnosis.check, field: diagnosis.field, ...explain(diagnosis) },
    receivedAt: new Date(row.receivedAtMs),
    recordedAt: new Date(row.recordedAtMs),
    appId: row.appId,
    eventType: row.eventType,
    callbackEvent: row.callbackEvent,
    bodyBytes: row.bodyBytes,
  };
}
