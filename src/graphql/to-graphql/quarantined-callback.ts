import { explain } from '../../domain/quarantine/quarantine-explanation.ts';
import type { QuarantinedRow } from '../../read-models/quarantine.ts';
import { writeNodeId } from '../node-id.ts';
import type { QuarantinedCallback } from '../types/quarantined-callback.ts';

/** A row of the read model as an object of the schema, with its diagnosis explained in words. */
export function toQuarantinedCallback(row: QuarantinedRow): QuarantinedCallback {
  const { position, eventId, diagnosis } = row;
  return {
    ...row,
    id: writeNodeId({ type: 'QuarantinedCallback', position, eventId }),
    diagnosis: { ...diagnosis, ...explain(diagnosis) },
  };
}
