import type { StreamSessionRow } from '../../src/sessions/stream-session-fields.ts';
import {
  sessionViewOf,
  type StreamSessionStatus,
  type StreamSessionView,
} from '../../src/sessions/stream-session-view.ts';
import { pageOf } from './list-requests.ts';
import type { TestReadModel } from './read-model.ts';

/** A session as readers see it, without rows, positions and the order of arrival. */
export interface ListedSession extends StreamSessionView, StreamSessionStatus {
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  readonly deliveries: number;
}

/** All sessions, by account and sequence. */
export function listedSessions(readModel: TestReadModel): ListedSession[] {
  return allSessionRows(readModel)
    .map(({ session, status }) => ({
      ...sessionViewOf(session),
      ...status,
      firstReceivedAtMs: session.firstReceivedAtMs,
      lastReceivedAtMs: session.lastReceivedAtMs,
      deliveries: session.deliveries,
    }))
    .sort((one, other) => compare(keyOf(one), keyOf(other)));
}

/** All callbacks with their deliveries, in an order independent of their arrival. */
export function listedCallbacks(readModel: TestReadModel): unknown[] {
  const sequenceOf = new Map(allSessionRows(readModel).map(({ id, session }) => [id, session.sequence]));
  const { rows } = readModel.read((reader) => reader.callbacks(pageOf('RECORDED')));
  return rows
    .map(({ row: { eventType, appId, occurredAtMs, receivedAtMs, lastReceivedAtMs, deliveries, sessionId } }) => ({
      eventType,
      appId,
      occurredAtMs,
      receivedAtMs,
      lastReceivedAtMs,
      deliveries,
      sequence: sessionId === null ? null : (sequenceOf.get(sessionId) ?? 'no session'),
    }))
    .sort((one, other) => compare(JSON.stringify(one), JSON.stringify(other)));
}

function allSessionRows(readModel: TestReadModel): StreamSessionRow[] {
  const { rows } = readModel.read((reader) => reader.streamSessions(pageOf('STARTED_AT')));
  return rows.map(({ row }) => row);
}

function keyOf({ appId, sequence }: ListedSession): string {
  return JSON.stringify([appId, sequence]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
