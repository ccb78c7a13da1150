import { explain } from './quarantine-explanation.ts';
import type { QuarantinedRow } from './quarantine-rows.ts';
import { writeNodeId } from '../api/node-id.ts';
import type { QuarantinedCallback } from './quarantined-callback-type.ts';

/** A row of the read model as an object of the schema, with its diagnosis explained in words. */
export function toQuarantinedCallback(row: QuarantinedRow): QuarantinedCallback {
  const { position, eventId, diagnosis } = row;
  return {
    ...row,
    id: writeNodeId({ type: 'QuarantinedCallback', position, eventId }),
    diagnosis: { ...diagnosis, ...explain(diagnosis) },
  };
}
