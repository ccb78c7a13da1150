import type { ListedProperties } from '../../lists/list-fields.ts';
import { sessionViewOf } from '../stream-session-view.ts';
import type { StreamSession } from '../stream-session.ts';
import type { refusedPushFields } from './refused-push-fields.ts';

/** An attempt to push that CSS refused. */
export interface RefusedPushRow extends ListedProperties<typeof refusedPushFields> {
  /** The interruption that says so. */
  readonly callbackPosition: bigint;
}

/** The row of a push whose callbacks all say that it was refused. */
export function refusedPushOf(session: StreamSession, callbackPosition: bigint): RefusedPushRow {
  const view = sessionViewOf(session);
  const { appId, sequence, domain, path, streamId, accessPoint, userIp, streamParam, endedAtMs, endCode, endMessage } =
    view;
  const { firstReceivedAtMs, lastReceivedAtMs, deliveries } = session;
  if (endCode === null) throw new TypeError('A refused push has the code of its interruption.');
  return {
    atMs: endedAtMs ?? firstReceivedAtMs,
    appId,
    sequence,
    domain,
    path,
    streamId,
    endCode,
    accessPoint,
    userIp,
    firstReceivedAtMs,
    lastReceivedAtMs,
    deliveries,
    streamParam,
    message: endMessage,
    callbackPosition,
  };
}
