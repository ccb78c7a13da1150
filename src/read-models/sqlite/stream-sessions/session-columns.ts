import type { StreamSessionState } from '../../../domain/stream-session/session-status.ts';
import type { EndSide } from '../../../domain/stream-session/interruption-codes.ts';
import type { StreamSessionToPut } from '../../read-model-writer.ts';
import type { StreamSessionRow } from '../../rows.ts';
import { leastValue } from '../lists/list-definition.ts';
import { fromFoldText } from './session-fold-text.ts';

/** What is read back of a session: its fold, and what was said of it in view of its neighbours. */
export interface SessionColumns {
  readonly id: number;
  readonly app_id: string;
  readonly sequence: string;
  readonly session: string;
  readonly state: StreamSessionState;
  readonly end_side: EndSide | null;
  readonly changed_position: number;
  readonly changed_ordinal: number;
}

export const sessionColumnNames = 'id, app_id, sequence, session, state, end_side, changed_position, changed_ordinal';

export function toStreamSessionRow(columns: SessionColumns): StreamSessionRow {
  return {
    id: columns.id,
    session: fromFoldText(columns.session, columns.app_id, columns.sequence),
    status: { state: columns.state, endSide: columns.end_side },
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** The columns that filters and orders stand on, told from the fold; the fold itself is kept whole beside them. */
export function toSessionColumns({ view, status, changed }: Omit<StreamSessionToPut, 'id' | 'session'>) {
  return {
    app_id: view.appId,
    sequence: view.sequence,
    domain: view.domain,
    path: view.path,
    stream_id: view.streamId,
    user_ip: view.userIp,
    node: view.node,
    state: status.state,
    started_at: view.startedAtMs,
    ended_at: view.endedAtMs,
    ended_order: view.endedAtMs ?? leastValue,
    push_duration_ms: view.pushDurationMs,
    end_code: view.endCode,
    end_side: status.endSide,
    stream_key: view.orderKey?.streamKey ?? null,
    ordered_at: view.orderedAtMs,
    sequence_order: view.sequenceOrder,
    changed_position: changed.position,
    changed_ordinal: changed.ordinal,
  };
}

/** A row as it is written: the columns told from the fold, and the fold. */
export type SessionColumnValues = ReturnType<typeof toSessionColumns> & { readonly session: string };
