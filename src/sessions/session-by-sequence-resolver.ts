import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import { LedgerError } from '../kernel/errors.ts';
import { accountsNamedMax } from '../api/context.ts';

/**
 * The session with this sequence of CSS, of any account if none is given. Undefined if there is none.
 * @throws LedgerError - AMBIGUOUS_ID: several accounts use the sequence
 */
export function sessionBySequence(readModel: ReadModelReader, sequence: string, appId: string | null) {
  const rows = readModel.streamSessionsBySequence(sequence, appId, accountsNamedMax);
  if (rows.length > 1) {
    throw new LedgerError('AMBIGUOUS_ID', 'Several accounts use this sequence; set appId to one of them.', {
      appIds: rows.map(({ session }) => session.appId),
    });
  }
  return rows[0];
}
