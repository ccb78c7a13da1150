import type { Broadcast, BroadcastsQuestion } from '../../src/analysis/broadcasts/broadcasts.ts';
import { endSides } from '../../src/sessions/interruption-codes.ts';
import { matches } from './list-oracle.ts';
import type { TableSession } from './table-sessions.ts';

/** A session of a stream, and what its neighbours determine. */
interface Linked {
  readonly session: TableSession;
  /** Null: unknown. */
  readonly stoppedMs: number | null;
  /** From the end of the previous session; null: there is none, or its end is unknown. */
  readonly gapMs: number | null;
}

/** Broadcasts by definition: links all sessions of each stream, then cuts them at gaps that are too long. */
export function expectedBroadcasts(
  all: readonly TableSession[],
  { condition, window, gapMsMax }: Pick<BroadcastsQuestion, 'condition' | 'window' | 'gapMsMax'>,
): Broadcast[] {
  const streamOf = ({ appId, domain, path, streamId }: TableSession) => [appId, domain, path, streamId].join(' ');
  const streams = [...new Set(all.map(streamOf))];
  return streams.flatMap((stream) => {
    const sessions = all
      .filter((one) => streamOf(one) === stream)
      .sort(
        (one, other) => one.orderedAtMs - other.orderedAtMs || Number(BigInt(one.sequence) - BigInt(other.sequence)),
      );
    const stops = sessions.map(({ stoppedAtMs }) => stoppedAtMs);
    const linked = sessions.map((session, index): Linked => {
      const before = stops[index - 1] ?? null;
      return { session, stoppedMs: stops[index] ?? null, gapMs: before === null ? null : session.orderedAtMs - before };
    });
    const cuts = linked.flatMap(({ gapMs }, index) =>
      index > 0 && gapMs !== null && gapMs <= gapMsMax ? [] : [index],
    );
    return cuts
      .map((cut, index) => linked.slice(cut, cuts[index + 1]))
      .filter((ones) =>
        ones.some(
          ({ session: { orderedAtMs }, stoppedMs }) =>
            orderedAtMs < window.toMs && (orderedAtMs >= window.fromMs || (stoppedMs ?? -Infinity) > window.fromMs),
        ),
      )
      .map((ones) => shown(ones, window.toMs))
      .filter((one) => matches(fieldsOf(one), condition));
  });
}

function shown(ones: readonly Linked[], untilMs: number): Broadcast {
  const [first, last] = [ones[0], ones.at(-1)];
  if (first === undefined || last === undefined) throw new TypeError('A broadcast has a session.');
  const { appId, domain, path, streamId } = first.session;
  const startedAtMs = first.session.orderedAtMs;
  const isLive = last.stoppedMs === Infinity;
  const endMs = isLive ? untilMs : last.stoppedMs;
  const durationMs = endMs === null ? null : Math.max(0, endMs - startedAtMs);
  const gaps = ones.slice(1).map(({ gapMs }) => Math.max(0, gapMs ?? 0));
  const pausedMs = ones.slice(1).reduce((sum, { session: { orderedAtMs }, gapMs }) => {
    const stoppedMs = orderedAtMs - (gapMs ?? 0);
    return sum + Math.max(0, (isLive ? Math.min(orderedAtMs, untilMs) : orderedAtMs) - stoppedMs);
  }, 0);
  const sides = ones.slice(0, -1).map(({ session }) => session.endSide ?? 'UNKNOWN');
  return {
    appId,
    domain,
    path,
    streamId,
    firstSequence: first.session.sequence,
    startedAtMs,
    endedAtMs: isLive ? null : last.stoppedMs,
    isLive,
    durationMs,
    sessionCount: ones.length,
    reconnects: ones.length - 1,
    longestGapMs: Math.max(0, ...gaps),
    overlaps: overlapsOf(ones),
    availability: durationMs === null ? null : durationMs === 0 ? 1 : Math.max(0, 1 - pausedMs / durationMs),
    causes: endSides.flatMap((side) => {
      const sessions = sides.filter((one) => one === side).length;
      return sessions === 0 ? [] : [{ side, sessions }];
    }),
    sequences: ones.map(({ session }) => session.sequence).reverse(),
  };
}

function fieldsOf({
  appId,
  domain,
  path,
  streamId,
  isLive,
  reconnects,
  overlaps,
  durationMs,
  availability,
}: Broadcast) {
  return { appId, domain, path, streamId, isLive: Number(isLive), reconnects, overlaps, durationMs, availability };
}

/** Sessions with another one, before them in the stream, that pushed when they began, from another address. */
function overlapsOf(ones: readonly Linked[]): number {
  const isOf = ({ session: { startedAtMs }, stoppedMs }: Linked, atMs: number) =>
    startedAtMs !== null && stoppedMs !== null && startedAtMs <= atMs && atMs < stoppedMs;
  const hostOf = ({ session: { userIp } }: Linked) => userIp.replace('::ffff:', '');
  return ones.filter((one, index) => {
    const atMs = one.session.startedAtMs ?? NaN;
    return isOf(one, atMs) && ones.slice(0, index).some((other) => isOf(other, atMs) && hostOf(other) !== hostOf(one));
  }).length;
}
