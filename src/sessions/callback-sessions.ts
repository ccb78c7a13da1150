import type { CallbackNames } from '../callbacks/types/other.ts';
import type { Conclusion } from '../kernel/sureness.ts';

/** A callback that names a session, a stream or a relay task, but is not folded into a session. */
export interface NamingCallback extends CallbackNames {
  /** In the log. */
  readonly position: bigint;
  readonly appId: string | null;
}

/** What decides whether a callback may be of a session. All times are by CSS's clock. */
export interface SessionSpan {
  /** The row of the session. */
  readonly id: number;
  readonly appId: string;
  readonly sequence: string;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  readonly relayTaskId: string | null;
  /** Null: unknown. */
  readonly startedAtMs: number | null;
  /** Null: unknown, or the push goes on. */
  readonly endedAtMs: number | null;
  readonly isLive: boolean;
  /** Position of its first callback in the log. */
  readonly firstPosition: bigint;
}

/** A session that a callback belongs to, and how sure that is. */
export interface SessionOfCallback extends Conclusion {
  readonly session: SessionSpan;
}

/**
 * Milliseconds after the end of a push in which callbacks still count as its own, if no other push fits: CSS reports the end of a
 * recording seconds after that of the push, and merges faults of recordings over two minutes.
 */
export const afterEndMs = 120_000;

/**
 * The sessions that a callback belongs to: by the sequence that it names; else by the relay task that it names; else by its stream and
 * its time, or, if it has none, by the order of the log. CSS's clock and ours are never compared.
 * `sessions`: all that may be meant, of any account and domain.
 */
export function sessionsOf(callback: NamingCallback, sessions: readonly SessionSpan[]): readonly SessionOfCallback[] {
  const { appId, sequence, taskId, streamId } = callback;
  const ofAccount = sessions.filter((session) => appId === null || session.appId === appId);
  if (sequence !== null) {
    const named = ofAccount.filter((session) => session.sequence === sequence);
    return concluded(named, named.length === 1 ? bySequence : bySequenceOfSeveral);
  }
  if (streamId === null) {
    const fed = taskId === null ? [] : ofAccount.filter((session) => session.relayTaskId === taskId);
    return concluded(
      fed.filter((session) => covers(session, callback)),
      byTask,
    );
  }
  const ofStream = ofAccount.filter(
    (session) =>
      session.streamId === streamId &&
      (callback.domain === null || session.domain === callback.domain) &&
      (callback.path === null || session.path === callback.path),
  );
  return callback.atMs === null ? byOrderOfTheLog(callback, ofStream) : byTime(callback, ofStream);
}

function byTime(callback: NamingCallback, ofStream: readonly SessionSpan[]): readonly SessionOfCallback[] {
  const covering = ofStream.filter((session) => covers(session, callback));
  if (covering.length === 0) return shortlyAfter(callback, ofStream);
  const isOfOneStream = new Set(covering.map(keyOf)).size === 1;
  // What lasted, such as a recording, belongs to each push of the stream that it covers.
  const mayBeOfSeveral = isOfOneStream && callback.fromMs !== callback.atMs;
  if (covering.length > 1 && !mayBeOfSeveral) return concluded(covering, isOfOneStream ? byOverlap : bySharedName);
  return concluded(covering, callback.domain === null ? byNameAlone : mayBeOfSeveral ? bySpan : byMoment);
}

function covers({ startedAtMs, endedAtMs }: SessionSpan, { fromMs, atMs }: NamingCallback): boolean {
  if (atMs === null) return false;
  return (startedAtMs ?? -Infinity) <= atMs && (endedAtMs ?? Infinity) >= (fromMs ?? atMs);
}

/** Of the pushes of each stream, the last one that had just ended. */
function shortlyAfter({ fromMs }: NamingCallback, ofStream: readonly SessionSpan[]): readonly SessionOfCallback[] {
  if (fromMs === null) return [];
  const ended = ofStream.filter(({ startedAtMs, endedAtMs }) => {
    if (endedAtMs === null || (startedAtMs ?? -Infinity) > fromMs) return false;
    return endedAtMs <= fromMs && fromMs - endedAtMs <= afterEndMs;
  });
  const last = new Map<string, number>();
  for (const session of ended) {
    last.set(keyOf(session), Math.max(last.get(keyOf(session)) ?? 0, session.endedAtMs ?? 0));
  }
  const newest = ended.filter((session) => session.endedAtMs === last.get(keyOf(session)));
  return concluded(newest, newest.length === 1 ? byEnd : last.size === 1 ? byOverlap : bySharedName);
}

/** Of the pushes of each stream, the newest one that had begun to arrive before the callback. */
function byOrderOfTheLog({ position }: NamingCallback, ofStream: readonly SessionSpan[]): readonly SessionOfCallback[] {
  const newest = new Map<string, SessionSpan>();
  for (const session of ofStream) {
    const known = newest.get(keyOf(session));
    if (session.firstPosition > position || (known !== undefined && known.firstPosition > session.firstPosition))
      continue;
    newest.set(keyOf(session), session);
  }
  return concluded([...newest.values()], newest.size === 1 ? byOrder : bySharedName);
}

const keyOf = ({ appId, domain, path, streamId }: SessionSpan) => JSON.stringify([appId, domain, path, streamId]);

function concluded(sessions: readonly SessionSpan[], conclusion: Conclusion): readonly SessionOfCallback[] {
  return sessions.map((session) => ({ session, ...conclusion }));
}

/** Of a callback that names its push, whether or not the session is folded from it. */
export const bySequence: Conclusion = {
  sureness: 'CERTAIN',
  because: 'The callback names the push by its sequence.',
  alternative: null,
};
const bySequenceOfSeveral: Conclusion = {
  sureness: 'POSSIBLE',
  because: 'The callback names the push by its sequence.',
  alternative: 'Several accounts have a push of this sequence, and the callback names none of them.',
};
const byTask: Conclusion = {
  sureness: 'CERTAIN',
  because: 'The callback names the relay task that pushed the stream, and its time is within this push.',
  alternative: null,
};
const byMoment: Conclusion = {
  sureness: 'LIKELY',
  because: 'The callback names the stream, and of its pushes only this one ran at that time.',
  alternative: null,
};
const bySpan: Conclusion = {
  sureness: 'LIKELY',
  because: 'The callback names the stream, and what it reports lasted during this push.',
  alternative: null,
};
const byNameAlone: Conclusion = {
  sureness: 'LIKELY',
  because: 'The callback names no domain, and of all streams of its name only this push ran at that time.',
  alternative: null,
};
const byEnd: Conclusion = {
  sureness: 'LIKELY',
  because:
    'The callback names the stream, and its time is at most two minutes after the end of this push, before any other.',
  alternative: null,
};
const byOverlap: Conclusion = {
  sureness: 'POSSIBLE',
  because: 'The callback names the stream, and this push ran at that time.',
  alternative: 'Another push of the same stream ran at that time as well.',
};
const bySharedName: Conclusion = {
  sureness: 'POSSIBLE',
  because: 'The callback names the stream but no domain, or not the whole of it.',
  alternative: 'Another stream has the same name, and the callback fits it as well.',
};
const byOrder: Conclusion = {
  sureness: 'POSSIBLE',
  because: 'The callback has no time. It arrived after callbacks of this push, and before those of the next one.',
  alternative: 'It may be of an earlier push of the stream, if it came late.',
};
