import type { PushActivity } from '../../../domain/callback/callback.ts';
import type {
  StreamSession,
  StreamSessionEnd,
  StreamSessionPush,
} from '../../../domain/stream-session/stream-session.ts';

/**
 * The fold of a session as its row keeps it: values by their places, and what an interruption says again of the push only
 * once. That is half as long as the same with names, and so are the pages that sessions fill. The account and the sequence
 * stand in columns of their own.
 */
type FoldText = readonly [
  firstReceivedAtMs: number,
  lastReceivedAtMs: number,
  deliveries: number,
  push: readonly [occurredAtMs: number | null, digest: string, facts: FactsText] | null,
  end: EndText | null,
];

type EndText = readonly [
  occurredAtMs: number | null,
  digest: string,
  pushDurationMs: number | null,
  endCode: number | null,
  endMessage: string | null,
  /** Null where they are those of the push. */
  facts: FactsText | null,
];

type Facts = Omit<PushActivity, 'sequence'>;

type FactsText = readonly [
  domain: string | null,
  path: string | null,
  streamId: string | null,
  channelId: string | null,
  node: string | null,
  userIp: string | null,
  streamParam: string | null,
];

export function toFoldText({ push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries }: StreamSession): string {
  const fold: FoldText = [
    firstReceivedAtMs,
    lastReceivedAtMs,
    deliveries,
    push === null ? null : [push.occurredAtMs, push.digest, toFactsText(push)],
    end === null ? null : toEndText(end, push),
  ];
  return JSON.stringify(fold);
}

/** Reads back what `toFoldText` wrote of the session of this account and sequence. */
export function fromFoldText(text: string, appId: string, sequence: string): StreamSession {
  const [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText] = JSON.parse(text) as FoldText;
  const push = pushText === null ? null : fromPushText(pushText);
  const end = endText === null ? null : fromEndText(endText, pushText);
  return { appId, sequence, push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries };
}

function toEndText(end: StreamSessionEnd, push: StreamSessionPush | null): EndText {
  const { occurredAtMs, digest, pushDurationMs, endCode, endMessage } = end;
  const facts = push !== null && saySame(push, end) ? null : toFactsText(end);
  return [occurredAtMs, digest, pushDurationMs, endCode, endMessage, facts];
}

function fromPushText([occurredAtMs, digest, facts]: NonNullable<FoldText[3]>): StreamSessionPush {
  const [domain, path, streamId, channelId, node, userIp, streamParam] = facts;
  return { occurredAtMs, digest, domain, path, streamId, channelId, node, userIp, streamParam };
}

function fromEndText(endText: EndText, pushText: FoldText[3]): StreamSessionEnd {
  const [occurredAtMs, digest, pushDurationMs, endCode, endMessage, own] = endText;
  const facts = own ?? pushText?.[2];
  if (facts === undefined) throw new Error('An end without facts of its own has a push before it.');
  const [domain, path, streamId, channelId, node, userIp, streamParam] = facts;
  return {
    occurredAtMs,
    digest,
    domain,
    path,
    streamId,
    channelId,
    node,
    userIp,
    streamParam,
    pushDurationMs,
    endCode,
    endMessage,
  };
}

function toFactsText({ domain, path, streamId, channelId, node, userIp, streamParam }: Facts): FactsText {
  return [domain, path, streamId, channelId, node, userIp, streamParam];
}

function saySame(one: Facts, other: Facts): boolean {
  return (
    one.domain === other.domain &&
    one.path === other.path &&
    one.streamId === other.streamId &&
    one.channelId === other.channelId &&
    one.node === other.node &&
    one.userIp === other.userIp &&
    one.streamParam === other.streamParam
  );
}
