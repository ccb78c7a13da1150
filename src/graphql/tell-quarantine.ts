import { explain } from '../domain/quarantine-explanation.ts';
import { readPosition } from '../domain/metadata-values.ts';
import type { QuarantinedPlace } from '../domain/quarantine-decisions.ts';
import type { QuarantinedRow } from '../read-models/quarantine.ts';
import type { QuarantinedCallback } from './types/quarantined-callback.ts';

const idType = 'QuarantinedCallback';

export function toQuarantinedCallback(row: QuarantinedRow): QuarantinedCallback {
  const { position, eventId, diagnosis } = row;
  return {
    place: { position, eventId },
    id: writeQuarantineId({ position, eventId }),
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

/** Opaque to clients; the same on every node and after every rebuild. */
export function writeQuarantineId({ position, eventId }: QuarantinedPlace): string {
  return Buffer.from(JSON.stringify([idType, String(position), eventId])).toString('base64url');
}

/** Null for any text that is not such an id. */
export function readQuarantineId(id: string): QuarantinedPlace | null {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(id, 'base64url').toString());
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 3) return null;
  const [type, digits, eventId] = parts as unknown[];
  const position = readPosition(digits);
  if (type !== idType || position === null || typeof eventId !== 'string') return null;
  return BigInt.asIntN(64, position) === position ? { position, eventId } : null;
}
