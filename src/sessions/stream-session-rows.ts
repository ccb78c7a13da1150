import type { ListedProperties } from '../lists/list-fields.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import type { streamSessionFields } from './stream-session-fields.ts';
import type { StreamSession } from './stream-session.ts';
import type { StreamSessionStatus, StreamSessionView } from './stream-session-view.ts';

/** A stream session, with its status among the sessions of its stream. */
export interface StreamSessionRow {
  readonly id: number;
  readonly session: StreamSession;
  readonly status: StreamSessionStatus;
  readonly changed: ChangePosition;
}

/** A stream session as readers get it: most of its fields are stored, so they need not fold it. */
export type ListedStreamSession = StreamSessionRow &
  ListedProperties<typeof streamSessionFields> & { readonly view: StreamSessionView };

/** A session with its view, which is computed once and read often. */
export interface StoredSessionView extends StreamSessionRow {
  readonly view: StreamSessionView;
}

/** The sessions directly before and after a given one in its stream; null if there is none. */
export interface NeighbourSessions {
  readonly previous: StoredSessionView | null;
  readonly next: StoredSessionView | null;
}

/** A row to insert or, if it has an id, to replace. */
export interface StreamSessionToPut extends Omit<StoredSessionView, 'id'> {
  readonly id: number | null;
}
