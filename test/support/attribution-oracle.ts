import type { CallbackRow } from '../../src/callbacks/callback-fields.ts';
import type { StreamSessionRow } from '../../src/sessions/stream-session-fields.ts';
import { sessionViewOf } from '../../src/sessions/stream-session-view.ts';
import type { TestArrival } from './ledger.ts';

/** A session with the times between which it ran, by CSS's clock. */
export interface SpanOfOracle {
  readonly id: number;
  readonly appId: string;
  readonly streamId: string | null;
  readonly domain: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly firstPosition: bigint;
  readonly stream: string;
  readonly state: string;
}

const endless = Number.MAX_SAFE_INTEGER;

export function spansOf(
  rows: readonly StreamSessionRow[],
  callbacks: readonly Pick<CallbackRow, 'position' | 'sessionId'>[],
): SpanOfOracle[] {
  const views = rows.map((row) => ({ row, view: sessionViewOf(row.session) }));
  return views.map(({ row: { id, status }, view }) => {
    const later = views
      .filter((other) => other.view.orderKey?.streamKey === view.orderKey?.streamKey && view.orderKey !== null)
      .filter(
        (other) =>
          other.view.orderedAtMs > view.orderedAtMs ||
          (other.view.orderedAtMs === view.orderedAtMs && other.view.sequenceOrder > view.sequenceOrder),
      )
      .sort(
        (one, other) =>
          one.view.orderedAtMs - other.view.orderedAtMs || (one.view.sequenceOrder < other.view.sequenceOrder ? -1 : 1),
      );
    const ends = {
      LIVE: endless,
      ENDED: view.endedAtMs,
      CLOSED: view.closedAtMs,
      SUPERSEDED: later[0]?.view.startedAtMs,
    };
    return {
      id,
      appId: view.appId,
      streamId: view.streamId,
      domain: view.domain,
      state: status.state,
      fromMs: view.startedAtMs ?? -endless,
      toMs: ends[status.state] ?? endless,
      firstPosition: callbacks
        .filter(({ sessionId }) => sessionId === id)
        .reduce((least, { position }) => (position < least ? position : least), 2n ** 63n),
      stream: JSON.stringify([view.appId, view.domain, view.path, view.streamId]),
    };
  });
}

/** Whether a screenshot names the stream of a session, as far as it names anything. */
export function isNamedBy(body: TestArrival['body'], { streamId, appId, domain }: SpanOfOracle): boolean {
  const account = body['appid'] as number | undefined;
  const named = (body['app'] as string | undefined)?.toLowerCase();
  return (
    streamId === body['stream_id'] &&
    (account === undefined || appId === String(account)) &&
    (named === undefined || domain === named)
  );
}

/** The sessions of a screenshot, and whether that is more than possible: looks at all sessions. */
export function sessionsOfScreenshot(
  { body, position }: { readonly body: TestArrival['body']; readonly position: bigint },
  spans: readonly SpanOfOracle[],
): { readonly ids: readonly number[]; readonly isLikely: boolean } {
  const fitting = spans.filter((span) => isNamedBy(body, span));
  const seconds = body['create_time'] as number | undefined;
  if (seconds === undefined) {
    const before = fitting.filter(({ firstPosition }) => firstPosition <= position);
    const newest = before.filter(
      (one) => !before.some((other) => other.stream === one.stream && other.firstPosition > one.firstPosition),
    );
    return { ids: newest.map(({ id }) => id), isLikely: false };
  }
  const atMs = seconds * 1_000;
  const running = fitting.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
  if (running.length > 0) return { ids: running.map(({ id }) => id), isLikely: running.length === 1 };
  const ended = fitting.filter(({ fromMs, toMs }) => fromMs <= atMs && toMs <= atMs && atMs - toMs <= 120_000);
  const last = ended.filter((one) => !ended.some((other) => other.stream === one.stream && other.toMs > one.toMs));
  return { ids: last.map(({ id }) => id), isLikely: last.length === 1 };
}

/** The screenshots of a history with the positions of their callbacks, and all their arrivals. */
export function screenshotsOf(arrivals: readonly TestArrival[], callbacks: readonly CallbackRow[]) {
  const rows = callbacks
    .filter(({ eventType }) => eventType === 200)
    .sort((one, other) => (one.position < other.position ? -1 : 1));
  const byBody = new Map<string, TestArrival[]>();
  for (const arrival of arrivals) {
    if (arrival.body['event_type'] !== 200) continue;
    const body = JSON.stringify(arrival.body);
    byBody.set(body, [...(byBody.get(body) ?? []), arrival]);
  }
  return [...byBody.values()].map((all, index) => ({
    body: all[0]?.body ?? {},
    position: rows[index]?.position ?? 0n,
    receivedAtMs: Math.max(...all.map(({ receivedAtMs }) => receivedAtMs)),
  }));
}
