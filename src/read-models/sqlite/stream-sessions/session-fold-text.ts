import type { PushFacts } from '../../../domain/callback/callback.ts';
import type {
  StreamSession,
  StreamSessionEnd,
  StreamSessionPush,
} from '../../../domain/stream-session/stream-session.ts';

/**
 * The fold of a session as its row stores it: values by position instead of by name, and what an interruption repeats of the
 * push only once. That halves the text, and so the pages that sessions fill. The account and the sequence have columns of
 * their own. On disk: a change needs a new version of the read model.
 */
type FoldText = readonly [
  firstReceivedAtMs: number,
  lastReceivedAtMs: number,
  deliveries: number,
  push: PushText | null,
  end: EndText | null,
];

type PushText = readonly [occurredAtMs: number | null, digest: string, facts: FactsText];

type EndText = readonly [
  occurredAtMs: number | null,
  digest: string,
  pushDurationMs: number | null,
  endCode: number | null,
  endMessage: string | null,
  /** Null where they are those of the push. */
  facts: FactsText | null,
];

type FactsText = readonly [
  domain: string | null,
  path: string | null,
  streamId: string | null,
  channelId: string | null,
  node: string | null,
  userIp: string | null,
  streamParam: string | null,
];

/** Writes the fold of a session as text. */
export function toFoldText({ push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries }: StreamSession): string {
  const pushText: PushText | null = push === null ? null : [push.occurredAtMs, push.digest, toFactsText(push.facts)];
  const endText = end === null ? null : toEndText(end, pushText?.[2] ?? null);
  return JSON.stringify([firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText] satisfies FoldText);
}

/** Reads back what `toFoldText` wrote of the session of this account and sequence. */
export function fromFoldText(text: string, appId: string, sequence: string): StreamSession {
  const [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText] = JSON.parse(text) as FoldText;
  const push = pushText === null ? null : fromPushText(pushText);
  const end = endText === null ? null : fromEndText(endText, push?.facts ?? null);
  return { appId, sequence, push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries };
}

function toEndText(end: StreamSessionEnd, ofPush: FactsText | null): EndText {
  const { occurredAtMs, digest, pushDurationMs, endCode, endMessage } = end;
  const facts = toFactsText(end.facts);
  const isSame = ofPush !== null && facts.every((fact, index) => fact === ofPush[index]);
  return [occurredAtMs, digest, pushDurationMs, endCode, endMessage, isSame ? null : facts];
}

function fromPushText([occurredAtMs, digest, facts]: PushText): StreamSessionPush {
  return { occurredAtMs, digest, facts: fromFactsText(facts) };
}

function fromEndText(endText: EndText, ofPush: PushFacts | null): StreamSessionEnd {
  const [occurredAtMs, digest, pushDurationMs, endCode, endMessage, own] = endText;
  const facts = own === null ? ofPush : fromFactsText(own);
  if (facts === null) throw new Error('The fold of a session has an end without facts, and no push to take them from.');
  return { occurredAtMs, digest, facts, pushDurationMs, endCode, endMessage };
}

function toFactsText({ domain, path, streamId, channelId, node, userIp, streamParam }: PushFacts): FactsText {
  return [domain, path, streamId, channelId, node, userIp, streamParam];
}

function fromFactsText([domain, path, streamId, channelId, node, userIp, streamParam]: FactsText): PushFacts {
  return { domain, path, streamId, channelId, node, userIp, streamParam };
}
