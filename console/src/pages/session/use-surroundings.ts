import { useAsk } from '../../api/hooks.ts';
import {
  SessionNeighboursDocument,
  SessionRelaysDocument,
  type CallbackFilter,
  type SessionFactsFragment,
  type SessionPageQuery,
  type StreamSessionFilter,
} from '../../api/operations.generated.ts';

/** Milliseconds around a session in which other callbacks of its stream arrive: recordings are announced minutes later. */
const aroundMs = 600_000;

function named(value: string | null): { eq: string } | { isNull: true } {
  return value === null ? { isNull: true } : { eq: value };
}

/** All sessions of the same stream. */
function sameStream({ appId, domain, path, streamId }: SessionFactsFragment): StreamSessionFilter {
  return { appId: { eq: appId }, streamId: named(streamId), domain: named(domain), path: named(path) };
}

/** Recordings and whatever else CSS sent about the stream in the time of the session; not pushes, ends and relays. */
function otherCallbacks({ domain, streamId, startedAt, endedAt }: SessionFactsFragment): CallbackFilter {
  const at = (time: string, differenceMs: number) => new Date(Date.parse(time) + differenceMs).toISOString();
  return {
    streamId: named(streamId),
    domain: named(domain),
    eventType: { notIn: [0, 1, 314] },
    receivedAt: {
      ...(startedAt !== null && { gte: at(startedAt, 0) }),
      ...(endedAt !== null && { lt: at(endedAt, aroundMs) }),
    },
  };
}

/** Relay tasks whose runs are shown: each costs as much as a list. A session is rarely fed by more than one. */
const tasksMax = 5;

/** The pushes before and after a session in its stream, the runs that fed it, and the other callbacks of its time. */
export function useSurroundings(session: NonNullable<SessionPageQuery['streamSession']>) {
  const stream = sameStream(session);
  const { startedAt, appId } = session;
  const { data } = useAsk(
    SessionNeighboursDocument,
    {
      before: { ...stream, startedAt: { lt: startedAt } },
      after: { ...stream, startedAt: { gt: startedAt } },
      others: otherCallbacks(session),
    },
    { enabled: startedAt !== null && session.streamId !== null },
  );
  const taskIds = session.relayTasks.slice(0, tasksMax).map(({ taskId }) => taskId);
  const relays = useAsk(
    SessionRelaysDocument,
    { filter: { taskId: { in: taskIds }, appId: { eq: appId } } },
    { enabled: taskIds.length > 0 },
  );
  return {
    neighbours: [...(data?.before?.nodes ?? []), ...(data?.after?.nodes ?? [])],
    callbacks: data?.others?.nodes ?? [],
    tasks: relays.data?.relayTasks?.nodes ?? [],
  };
}
