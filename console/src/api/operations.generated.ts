/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Compares a point in time. All given operators must match; `null` is ignored. */
export type DateTimeFilter = {
  /** Equal to this value. */
  eq?: string | null | undefined;
  /** Greater than this value; of times, later. */
  gt?: string | null | undefined;
  /** Greater than or equal to this value; of times, at it or later. */
  gte?: string | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Less than this value; of times, earlier. */
  lt?: string | null | undefined;
  /** Less than or equal to this value; of times, at it or earlier. */
  lte?: string | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string> | null | undefined;
};

/** Which side ended a push, according to `endCode`. */
export type EndSide =
  /** The third-party authentication of the domain. */
  | 'AUTH'
  /** The pusher: it ended the stream, closed its connection, or sent bad media. */
  | 'CLIENT'
  /** A rule for the account, the domain or the stream; also quotas and expired push URLs. */
  | 'CONFIGURATION'
  /** The link between the pusher and CSS. */
  | 'NETWORK'
  /** Someone ended it by API or in the console. */
  | 'OPERATOR'
  /** CSS itself. */
  | 'PLATFORM'
  /** A newer push of the same stream replaced it. */
  | 'TAKEOVER'
  /** CSS does not say, or there was no code. */
  | 'UNKNOWN';

/** Compares an identifier. All given operators must match; `null` is ignored. */
export type IdFilter = {
  /** Equal to this value. */
  eq?: string | number | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string | number> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | number | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string | number> | null | undefined;
};

/** Which callbacks in quarantine a list contains. All given fields must match; `null` is ignored. */
export type QuarantineFilter = {
  /** All of these filters match. An empty list matches everything. */
  and?: Array<QuarantineFilter> | null | undefined;
  /** By the account that the body names. */
  appId?: IdFilter | null | undefined;
  /** This filter does not match. Also matches where a value it compares is unknown. */
  not?: QuarantineFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<QuarantineFilter> | null | undefined;
  /** By why the callback is in quarantine. */
  reason?: QuarantineReasonFilter | null | undefined;
  /** By when the callback arrived, by the receiver’s clock. */
  receivedAt?: DateTimeFilter | null | undefined;
  /** By what was decided about the callback. */
  status?: QuarantineStatusFilter | null | undefined;
};

/** The outcome of a decision on one callback. Only RELEASED and DISCARDED changed anything. */
export type QuarantineOutcome =
  /** It was discarded before. A discard can’t be undone. */
  | 'ALREADY_DISCARDED'
  /** It was released before. A release can’t be undone. */
  | 'ALREADY_RELEASED'
  /** It is now discarded, and that is durable. */
  | 'DISCARDED'
  /** No such callback is in quarantine, or it has been removed. */
  | 'NOT_FOUND'
  /** The log could not store the decision. Try again. */
  | 'NOT_STORED'
  /** It is now released, and that is durable. */
  | 'RELEASED'
  /** Its body is not a JSON object: it can be discarded, but not released. */
  | 'UNREADABLE';

/** Why a callback is in quarantine. */
export type QuarantineReason =
  /** Its `sign` is right, but `t` differed by more than 900 s from the receiver’s clock. */
  | 'EXPIRED'
  /** Its `sign` is not right for any of the callback keys of its domain. */
  | 'FORGED'
  /** It has no `sign` and `t`, like every relay callback, and its URL has no listed token. */
  | 'UNPROVEN'
  /** Its URL has a listed token, but its body is not a JSON object. It can’t be released. */
  | 'UNREADABLE';

/** Compares the reason why a callback is in quarantine. All given operators must match; `null` is ignored. */
export type QuarantineReasonFilter = {
  /** Equal to this value. */
  eq?: QuarantineReason | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<QuarantineReason> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: QuarantineReason | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<QuarantineReason> | null | undefined;
};

/** What was decided about a callback in quarantine. */
export type QuarantineStatus =
  /** It is not a callback of the account. */
  | 'DISCARDED'
  /** Nothing yet. */
  | 'HELD'
  /** It was accepted as a callback of the account. */
  | 'RELEASED';

/** Compares the status of a callback in quarantine. All given operators must match; `null` is ignored. */
export type QuarantineStatusFilter = {
  /** Equal to this value. */
  eq?: QuarantineStatus | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<QuarantineStatus> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: QuarantineStatus | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<QuarantineStatus> | null | undefined;
};

/** Whether a relay task is running, as far as callbacks show. */
export type RelayTaskState =
  /** Its newest run has exited. Not final: CSS restarts tasks, and sends TaskExit when it moves one. */
  | 'EXITED'
  /** Its newest run began with a TaskStart and has not exited. */
  | 'RUNNING'
  /** Only files, alarms or configuration changes are known of its newest run: neither a start nor an exit. */
  | 'UNKNOWN';

/** How a callback was authenticated, or why it was not. */
export type Signature =
  /** `sign` is right, but `t` differs by more than 900 s from the receiver’s clock. */
  | 'EXPIRED'
  /** `sign` is not right for any of the callback keys. */
  | 'INVALID'
  /** The receiver had neither keys nor tokens to check with. */
  | 'NOT_CHECKED'
  /** The callback URL ends in a listed token; `sign` was not checked. */
  | 'TOKEN'
  /** The callback has no `sign` and `t`, and its URL has no listed token. */
  | 'UNSIGNED'
  /** `sign` is right for one of the callback keys, and `t` is within 900 s of the receiver’s clock. */
  | 'VALID';

/** Whether a push is still running, as far as callbacks show. */
export type StreamSessionState =
  /** Its interruption has arrived. It never becomes live again, but its `endCause` may still change to TAKEOVER when the callback of the newer push arrives. */
  | 'ENDED'
  /** It began, no interruption has arrived, and no newer push of the same stream is known. */
  | 'LIVE'
  /** A newer push of the same stream began, and no interruption has arrived: it was lost, or is up to 13 minutes late. */
  | 'SUPERSEDED';

export type ShellProjectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ShellProjectionsQuery = { projections: Array<{ name: string, position: string | null, lagEvents: number, lagMs: number, serving: boolean, stalled: boolean, stalledBecause: string | null, notFollowedBecause: string | null }> | null };

export type LiveNowQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveNowQuery = { streamSessions: { totalCount: number, nodes: Array<{ streamId: string | null, domain: string | null, path: string | null, startedAt: string | null, node: string | null }> } | null };

export type LastEndingsQueryVariables = Exact<{ [key: string]: never; }>;


export type LastEndingsQuery = { streamSessions: { nodes: Array<{ streamId: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, advice: string } | null }> } | null };

export type OneStreamQueryVariables = Exact<{
  streamId?: string | null | undefined;
}>;


export type OneStreamQuery = { streamSessions: { nodes: Array<{ sequence: string, state: StreamSessionState, startedAt: string | null, endedAt: string | null, endCause: { summary: string } | null }> } | null };

export type RelayTasksNowQueryVariables = Exact<{ [key: string]: never; }>;


export type RelayTasksNowQuery = { relayTasks: { nodes: Array<{ taskId: string, toUrl: string | null, startedAt: string | null, currentFile: { index: number | null, url: string | null, startedAt: string | null } | null, streamSessions: Array<{ sequence: string, state: StreamSessionState }> }> } | null };

export type RelayExitsQueryVariables = Exact<{ [key: string]: never; }>;


export type RelayExitsQuery = { relayTasks: { nodes: Array<{ taskId: string, exitCode: number | null, exitMessage: string | null, exitReceivedAt: string | null, runs: Array<{ number: number, startedAt: string | null, exitedAt: string | null, exitCode: number | null }> }> } | null };

export type NewestCallbacksQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestCallbacksQuery = { callbacks: { nodes: Array<{ eventType: number | null, callbackEvent: string | null, receivedAt: string, deliveries: number, signature: Signature, body: unknown }> } | null };

export type InQuarantineQueryVariables = Exact<{ [key: string]: never; }>;


export type InQuarantineQuery = { quarantine: { totalCount: number, nodes: Array<{ id: string, reason: QuarantineReason, receivedAt: string, diagnosis: { summary: string, advice: string } }> } | null };

export type EndingsBySideQueryVariables = Exact<{
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type EndingsBySideQuery = { streamSessionStatistics: { rows: Array<{ domain: string | null, endSide: EndSide | null, ended: number, medianMs: number | null, p95Ms: number | null }>, total: { began: number, ended: number, pushedMs: number, reconnects: number } } | null };

export type FreshnessQueryVariables = Exact<{ [key: string]: never; }>;


export type FreshnessQuery = { projections: Array<{ name: string, serving: boolean, lagEvents: number, lagMs: number, stalled: boolean, stalledBecause: string | null }> | null, callbackSetup: { takesCallbacks: boolean, keys: number, tokens: number } };

export type SessionChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type SessionChangesSubscription = { streamSessionChanged: { cursor: string, streamSession: { streamId: string | null, state: StreamSessionState, startedAt: string | null, endCause: { summary: string } | null } } };

export type HealthQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type HealthQuery = { projections: Array<{ name: string, serving: boolean, lagEvents: number, lagMs: number, stalledBecause: string | null, notFollowedBecause: string | null, relayCallbacksWithoutTask: number, build: { because: string, lagEvents: number, stalledBecause: string | null } | null, spool: { events: number, oldestAgeMs: number, eventsRefused: number } | null, poisoned: Array<{ position: string, reason: string }> }> | null, callbacks: { nodes: Array<{ receivedAt: string }> } | null, callbackStatistics: { total: { callbacks: number, deliveries: number, delayMsP50: number | null, delayMsP95: number | null, delayMsLeast: number | null } } | null, all: { totalCount: number, totalCountIsCapped: boolean } | null, forged: { totalCount: number, totalCountIsCapped: boolean } | null, expired: { totalCount: number, totalCountIsCapped: boolean } | null, unproven: { totalCount: number, totalCountIsCapped: boolean } | null, unreadable: { totalCount: number, totalCountIsCapped: boolean } | null };

export type HeldCountFragment = { totalCount: number, totalCountIsCapped: boolean };

export type HeldCallbacksQueryVariables = Exact<{
  filter: QuarantineFilter;
  after?: string | null | undefined;
}>;


export type HeldCallbacksQuery = { quarantine: { nodes: Array<{ id: string, reason: QuarantineReason, receivedAt: string, appId: string | null, eventType: number | null, callbackEvent: string | null, body: unknown, bodyText: string | null, diagnosis: { summary: string, advice: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type HeldIdsQueryVariables = Exact<{
  filter: QuarantineFilter;
}>;


export type HeldIdsQuery = { quarantine: { nodes: Array<{ id: string }> } | null };

export type ReleaseHeldMutationVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type ReleaseHeldMutation = { releaseFromQuarantine: Array<{ outcome: QuarantineOutcome, message: string }> };

export type DiscardHeldMutationVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type DiscardHeldMutation = { discardFromQuarantine: Array<{ outcome: QuarantineOutcome, message: string }> };

export type LiveSessionFragment = { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, firstReceivedAt: string, lastReceivedAt: string, node: string | null, endedAt: string | null, endCause: { side: EndSide } | null };

export type LiveSessionsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveSessionsQuery = { streamSessions: { liveFrom: string, nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, firstReceivedAt: string, lastReceivedAt: string, node: string | null, endedAt: string | null, endCause: { side: EndSide } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type LiveSessionChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveSessionChangedSubscription = { streamSessionChanged: { cursor: string, matches: boolean, streamSession: { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, firstReceivedAt: string, lastReceivedAt: string, node: string | null, endedAt: string | null, endCause: { side: EndSide } | null } } };

export type LiveTaskFragment = { id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, exitCode: number | null, currentFile: { index: number | null, url: string | null } | null };

export type LiveTasksQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveTasksQuery = { relayTasks: { liveFrom: string, nodes: Array<{ id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, exitCode: number | null, currentFile: { index: number | null, url: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type LiveTaskChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveTaskChangedSubscription = { relayTaskChanged: { cursor: string, matches: boolean, relayTask: { id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, exitCode: number | null, currentFile: { index: number | null, url: string | null } | null } } };

export type LiveFiguresQueryVariables = Exact<{
  from: string;
  to: string;
  lastHour: string;
}>;


export type LiveFiguresQuery = { concurrency: { points: Array<{ at: string, live: number, most: number }>, peak: { at: string, live: number } | null } | null, streamSessionStatistics: { rows: Array<{ appId: string | null, domain: string | null, path: string | null, streamId: string | null, reconnects: number }> } | null };

export type SetUpQueryVariables = Exact<{ [key: string]: never; }>;


export type SetUpQuery = { callbackSetup: { takesCallbacks: boolean, keys: number, tokens: number } };

export type SendTestCallbackMutationVariables = Exact<{ [key: string]: never; }>;


export type SendTestCallbackMutation = { sendTestCallback: { testId: string, accepted: boolean, status: number | null, durationMs: number, message: string } };

export type ArrivedCallbackFragment = { id: string, position: string, eventType: number | null, callbackEvent: string | null, receivedAt: string, signature: Signature, streamId: string | null, streamSession: { sequence: string, appId: string } | null, relayTask: { taskId: string, appId: string } | null };

export type NewestArrivalsQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestArrivalsQuery = { callbacks: { liveFrom: string, nodes: Array<{ id: string, position: string, eventType: number | null, callbackEvent: string | null, receivedAt: string, signature: Signature, streamId: string | null, streamSession: { sequence: string, appId: string } | null, relayTask: { taskId: string, appId: string } | null }> } | null };

export type CallbackArrivedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type CallbackArrivedSubscription = { callbackRecorded: { cursor: string, callback: { id: string, position: string, eventType: number | null, callbackEvent: string | null, receivedAt: string, signature: Signature, streamId: string | null, streamSession: { sequence: string, appId: string } | null, relayTask: { taskId: string, appId: string } | null } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const HeldCountFragmentDoc = new TypedDocumentString(`
    fragment HeldCount on QuarantinedCallbackConnection {
  totalCount
  totalCountIsCapped
}
    `, {"fragmentName":"HeldCount"}) as unknown as TypedDocumentString<HeldCountFragment, unknown>;
export const LiveSessionFragmentDoc = new TypedDocumentString(`
    fragment LiveSession on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  firstReceivedAt
  lastReceivedAt
  node
  endedAt
  endCause {
    side
  }
}
    `, {"fragmentName":"LiveSession"}) as unknown as TypedDocumentString<LiveSessionFragment, unknown>;
export const LiveTaskFragmentDoc = new TypedDocumentString(`
    fragment LiveTask on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  exitCode
  currentFile {
    index
    url
  }
}
    `, {"fragmentName":"LiveTask"}) as unknown as TypedDocumentString<LiveTaskFragment, unknown>;
export const ArrivedCallbackFragmentDoc = new TypedDocumentString(`
    fragment ArrivedCallback on CallbackRecord {
  id
  position
  eventType
  callbackEvent
  receivedAt
  signature
  streamId
  streamSession {
    sequence
    appId
  }
  relayTask {
    taskId
    appId
  }
}
    `, {"fragmentName":"ArrivedCallback"}) as unknown as TypedDocumentString<ArrivedCallbackFragment, unknown>;
export const ShellProjectionsDocument = new TypedDocumentString(`
    query ShellProjections {
  projections {
    name
    position
    lagEvents
    lagMs
    serving
    stalled
    stalledBecause
    notFollowedBecause
  }
}
    `) as unknown as TypedDocumentString<ShellProjectionsQuery, ShellProjectionsQueryVariables>;
export const LiveNowDocument = new TypedDocumentString(`
    query LiveNow {
  streamSessions(filter: {state: {eq: LIVE}}, first: 20) {
    totalCount
    nodes {
      streamId
      domain
      path
      startedAt
      node
    }
  }
}
    `) as unknown as TypedDocumentString<LiveNowQuery, LiveNowQueryVariables>;
export const LastEndingsDocument = new TypedDocumentString(`
    query LastEndings {
  streamSessions(
    filter: {state: {eq: ENDED}}
    orderBy: {field: ENDED_AT, direction: DESC}
    first: 20
  ) {
    nodes {
      streamId
      endedAt
      pushDurationMs
      endCode
      endCause {
        side
        summary
        advice
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LastEndingsQuery, LastEndingsQueryVariables>;
export const OneStreamDocument = new TypedDocumentString(`
    query OneStream($streamId: String = "alpha") {
  streamSessions(filter: {streamId: {eq: $streamId}}, first: 20) {
    nodes {
      sequence
      state
      startedAt
      endedAt
      endCause {
        summary
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OneStreamQuery, OneStreamQueryVariables>;
export const RelayTasksNowDocument = new TypedDocumentString(`
    query RelayTasksNow {
  relayTasks(filter: {state: {eq: RUNNING}}, first: 20) {
    nodes {
      taskId
      toUrl
      startedAt
      currentFile {
        index
        url
        startedAt
      }
      streamSessions {
        sequence
        state
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RelayTasksNowQuery, RelayTasksNowQueryVariables>;
export const RelayExitsDocument = new TypedDocumentString(`
    query RelayExits {
  relayTasks(filter: {state: {eq: EXITED}, exitCode: {ne: 0}}, first: 20) {
    nodes {
      taskId
      exitCode
      exitMessage
      exitReceivedAt
      runs {
        number
        startedAt
        exitedAt
        exitCode
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RelayExitsQuery, RelayExitsQueryVariables>;
export const NewestCallbacksDocument = new TypedDocumentString(`
    query NewestCallbacks {
  callbacks(first: 10) {
    nodes {
      eventType
      callbackEvent
      receivedAt
      deliveries
      signature
      body
    }
  }
}
    `) as unknown as TypedDocumentString<NewestCallbacksQuery, NewestCallbacksQueryVariables>;
export const InQuarantineDocument = new TypedDocumentString(`
    query InQuarantine {
  quarantine(filter: {status: {eq: HELD}}, first: 20) {
    totalCount
    nodes {
      id
      reason
      receivedAt
      diagnosis {
        summary
        advice
      }
    }
  }
}
    `) as unknown as TypedDocumentString<InQuarantineQuery, InQuarantineQueryVariables>;
export const EndingsBySideDocument = new TypedDocumentString(`
    query EndingsBySide($from: DateTime = "2026-01-01T00:00:00Z", $to: DateTime = "2036-01-01T00:00:00Z") {
  streamSessionStatistics(
    from: $from
    to: $to
    groupBy: [DOMAIN, END_SIDE]
    orderBy: {field: ENDED, direction: DESC}
  ) {
    rows {
      domain
      endSide
      ended
      medianMs
      p95Ms
    }
    total {
      began
      ended
      pushedMs
      reconnects
    }
  }
}
    `) as unknown as TypedDocumentString<EndingsBySideQuery, EndingsBySideQueryVariables>;
export const FreshnessDocument = new TypedDocumentString(`
    query Freshness {
  projections {
    name
    serving
    lagEvents
    lagMs
    stalled
    stalledBecause
  }
  callbackSetup {
    takesCallbacks
    keys
    tokens
  }
}
    `) as unknown as TypedDocumentString<FreshnessQuery, FreshnessQueryVariables>;
export const SessionChangesDocument = new TypedDocumentString(`
    subscription SessionChanges {
  streamSessionChanged {
    cursor
    streamSession {
      streamId
      state
      startedAt
      endCause {
        summary
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionChangesSubscription, SessionChangesSubscriptionVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health($from: DateTime!, $to: DateTime!) {
  projections {
    name
    serving
    lagEvents
    lagMs
    stalledBecause
    notFollowedBecause
    relayCallbacksWithoutTask
    build {
      because
      lagEvents
      stalledBecause
    }
    spool {
      events
      oldestAgeMs
      eventsRefused
    }
    poisoned {
      position
      reason
    }
  }
  callbacks(first: 1) {
    nodes {
      receivedAt
    }
  }
  callbackStatistics(from: $from, to: $to) {
    total {
      callbacks
      deliveries
      delayMsP50
      delayMsP95
      delayMsLeast
    }
  }
  all: quarantine(filter: {status: {eq: HELD}}, first: 0) {
    ...HeldCount
  }
  forged: quarantine(filter: {status: {eq: HELD}, reason: {eq: FORGED}}, first: 0) {
    ...HeldCount
  }
  expired: quarantine(
    filter: {status: {eq: HELD}, reason: {eq: EXPIRED}}
    first: 0
  ) {
    ...HeldCount
  }
  unproven: quarantine(
    filter: {status: {eq: HELD}, reason: {eq: UNPROVEN}}
    first: 0
  ) {
    ...HeldCount
  }
  unreadable: quarantine(
    filter: {status: {eq: HELD}, reason: {eq: UNREADABLE}}
    first: 0
  ) {
    ...HeldCount
  }
}
    fragment HeldCount on QuarantinedCallbackConnection {
  totalCount
  totalCountIsCapped
}`) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const HeldCallbacksDocument = new TypedDocumentString(`
    query HeldCallbacks($filter: QuarantineFilter!, $after: Cursor) {
  quarantine(filter: $filter, first: 100, after: $after) {
    nodes {
      id
      reason
      receivedAt
      appId
      eventType
      callbackEvent
      body
      bodyText
      diagnosis {
        summary
        advice
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<HeldCallbacksQuery, HeldCallbacksQueryVariables>;
export const HeldIdsDocument = new TypedDocumentString(`
    query HeldIds($filter: QuarantineFilter!) {
  quarantine(filter: $filter, first: 500) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<HeldIdsQuery, HeldIdsQueryVariables>;
export const ReleaseHeldDocument = new TypedDocumentString(`
    mutation ReleaseHeld($ids: [ID!]!) {
  releaseFromQuarantine(ids: $ids) {
    outcome
    message
  }
}
    `) as unknown as TypedDocumentString<ReleaseHeldMutation, ReleaseHeldMutationVariables>;
export const DiscardHeldDocument = new TypedDocumentString(`
    mutation DiscardHeld($ids: [ID!]!) {
  discardFromQuarantine(ids: $ids) {
    outcome
    message
  }
}
    `) as unknown as TypedDocumentString<DiscardHeldMutation, DiscardHeldMutationVariables>;
export const LiveSessionsDocument = new TypedDocumentString(`
    query LiveSessions($after: Cursor) {
  streamSessions(filter: {state: {eq: LIVE}}, first: 500, after: $after) {
    nodes {
      ...LiveSession
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    liveFrom
  }
}
    fragment LiveSession on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  firstReceivedAt
  lastReceivedAt
  node
  endedAt
  endCause {
    side
  }
}`) as unknown as TypedDocumentString<LiveSessionsQuery, LiveSessionsQueryVariables>;
export const LiveSessionChangedDocument = new TypedDocumentString(`
    subscription LiveSessionChanged($after: Cursor) {
  streamSessionChanged(filter: {state: {eq: LIVE}}, after: $after, left: true) {
    cursor
    matches
    streamSession {
      ...LiveSession
    }
  }
}
    fragment LiveSession on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  firstReceivedAt
  lastReceivedAt
  node
  endedAt
  endCause {
    side
  }
}`) as unknown as TypedDocumentString<LiveSessionChangedSubscription, LiveSessionChangedSubscriptionVariables>;
export const LiveTasksDocument = new TypedDocumentString(`
    query LiveTasks($after: Cursor) {
  relayTasks(filter: {state: {eq: RUNNING}}, first: 500, after: $after) {
    nodes {
      ...LiveTask
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    liveFrom
  }
}
    fragment LiveTask on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  exitCode
  currentFile {
    index
    url
  }
}`) as unknown as TypedDocumentString<LiveTasksQuery, LiveTasksQueryVariables>;
export const LiveTaskChangedDocument = new TypedDocumentString(`
    subscription LiveTaskChanged($after: Cursor) {
  relayTaskChanged(filter: {state: {eq: RUNNING}}, after: $after, left: true) {
    cursor
    matches
    relayTask {
      ...LiveTask
    }
  }
}
    fragment LiveTask on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  exitCode
  currentFile {
    index
    url
  }
}`) as unknown as TypedDocumentString<LiveTaskChangedSubscription, LiveTaskChangedSubscriptionVariables>;
export const LiveFiguresDocument = new TypedDocumentString(`
    query LiveFigures($from: DateTime!, $to: DateTime!, $lastHour: DateTime!) {
  concurrency(from: $from, to: $to, stepSeconds: 900) {
    points {
      at
      live
      most
    }
    peak {
      at
      live
    }
  }
  streamSessionStatistics(
    from: $lastHour
    to: $to
    groupBy: [APP_ID, DOMAIN, PATH, STREAM_ID]
    orderBy: {field: RECONNECTS, direction: DESC}
    first: 500
  ) {
    rows {
      appId
      domain
      path
      streamId
      reconnects
    }
  }
}
    `) as unknown as TypedDocumentString<LiveFiguresQuery, LiveFiguresQueryVariables>;
export const SetUpDocument = new TypedDocumentString(`
    query SetUp {
  callbackSetup {
    takesCallbacks
    keys
    tokens
  }
}
    `) as unknown as TypedDocumentString<SetUpQuery, SetUpQueryVariables>;
export const SendTestCallbackDocument = new TypedDocumentString(`
    mutation SendTestCallback {
  sendTestCallback {
    testId
    accepted
    status
    durationMs
    message
  }
}
    `) as unknown as TypedDocumentString<SendTestCallbackMutation, SendTestCallbackMutationVariables>;
export const NewestArrivalsDocument = new TypedDocumentString(`
    query NewestArrivals {
  callbacks(first: 10) {
    nodes {
      ...ArrivedCallback
    }
    liveFrom
  }
}
    fragment ArrivedCallback on CallbackRecord {
  id
  position
  eventType
  callbackEvent
  receivedAt
  signature
  streamId
  streamSession {
    sequence
    appId
  }
  relayTask {
    taskId
    appId
  }
}`) as unknown as TypedDocumentString<NewestArrivalsQuery, NewestArrivalsQueryVariables>;
export const CallbackArrivedDocument = new TypedDocumentString(`
    subscription CallbackArrived($after: Cursor) {
  callbackRecorded(after: $after) {
    cursor
    callback {
      ...ArrivedCallback
    }
  }
}
    fragment ArrivedCallback on CallbackRecord {
  id
  position
  eventType
  callbackEvent
  receivedAt
  signature
  streamId
  streamSession {
    sequence
    appId
  }
  relayTask {
    taskId
    appId
  }
}`) as unknown as TypedDocumentString<CallbackArrivedSubscription, CallbackArrivedSubscriptionVariables>;