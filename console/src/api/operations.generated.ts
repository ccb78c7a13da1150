/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** Whether a relay task is running, as far as callbacks show. */
export type RelayTaskState =
  /** Its newest run has exited. Not final: CSS restarts tasks, and sends TaskExit when it moves one. */
  | 'EXITED'
  /** Its newest run began with a TaskStart and has not exited. */
  | 'RUNNING'
  /** Only files, alarms or configuration changes are known of its newest run: neither a start nor an exit. */
  | 'UNKNOWN';

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