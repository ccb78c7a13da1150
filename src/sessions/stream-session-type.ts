import { Float, ID, Int } from 'type-graphql';
import { enumType, objectType, orNull } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import { DateTimeScalar } from '../api/scalars-type.ts';
import { connectionOf, Node } from '../lists/connection-type.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { ListedStreamSession } from '../projecting/rows.ts';
import { endCauseOf, type EndSide } from './interruption-codes.ts';
import {
  sessionViewOf,
  type StartedAtSource,
  type StreamSessionState,
  type StreamSessionView,
} from './stream-session-view.ts';

export const StreamSessionStateEnum = enumType<StreamSessionState>(
  'StreamSessionState',
  'Whether a push is still running, as far as its callbacks show.',
  {
    LIVE: 'It began, no interruption has arrived, and no newer push of the same stream is known.',
    ENDED:
      'Its interruption has arrived. The session never becomes live again, but its `endCause` may still change to TAKEOVER when the callback of a newer push arrives.',
    SUPERSEDED:
      'A newer push of the same stream began, but no interruption has arrived: it was lost, or is up to 13 minutes late.',
    CLOSED:
      'No interruption has arrived, but an operator has stated that it ended: see `operatorFacts`. If the interruption arrives after all, the state becomes ENDED.',
  },
);

export const StartedAtSourceEnum = enumType<StartedAtSource>('StartedAtSource', 'Where `startedAt` comes from.', {
  PUSH_CALLBACK: '`event_time` of the push callback, in whole seconds.',
  DERIVED_FROM_DURATION: 'No push callback arrived: `event_time` of the interruption minus its `push_duration`.',
  UNKNOWN: 'Neither callback says when the push began, so `startedAt` is null.',
});

export const EndSideEnum = enumType<EndSide>('EndSide', 'Which side ended a push, according to `endCode`.', {
  CLIENT: 'The pusher: it ended the stream, closed its connection, or sent bad media.',
  NETWORK: 'The link between the pusher and CSS.',
  PLATFORM: 'CSS itself.',
  CONFIGURATION: 'A rule for the account, the domain or the stream, including quotas and expired push URLs.',
  AUTH: 'The third-party authentication of the domain.',
  OPERATOR: 'Someone ended it by API or in the console.',
  TAKEOVER: 'A newer push of the same stream replaced it.',
  UNKNOWN: 'CSS does not say, or there was no code.',
});

export const EndCause = objectType(
  'EndCause',
  'Why a push ended: what `endCode` means in the vendor’s list of interruption codes.',
  {
    side: [EndSideEnum, 'Which side ended the push.'],
    summary: [String, 'What happened, in one sentence.'],
    advice: [String, 'What to do about it, in one sentence.'],
  },
);
export type EndCause = InstanceType<typeof EndCause>;

export const StreamSession = objectType(
  'StreamSession',
  'One push, from its push callback to its interruption, which share a sequence. The callbacks may arrive in any order. If the push callback was lost, the session is built from the interruption.',
  {
    id: [ID, 'Opaque id of this node. It never changes.'],
    appId: [ID, 'The account: `appid`.'],
    sequence: [ID, 'The push: `sequence`, 18 to 19 digits. A string, because a JSON number would lose digits.'],
    domain: [orNull(String), 'The push domain: `app`. Null if no callback has it.'],
    path: [orNull(String), 'The push path: `appname`. Null if no callback has it.'],
    streamId: [orNull(String), 'The stream name: `stream_id`. Null if no callback has it.'],
    channelId: [
      orNull(String),
      'The channel: `channel_id`, usually the same as the stream name. Null if no callback has it.',
    ],
    state: [StreamSessionStateEnum, 'Whether the push is still running, as far as its callbacks show.'],
    startedAtMs: [
      orNull(DateTimeScalar),
      'When the push began, by CSS’s clock; `startedAtSource` says how this is known. Null if unknown.',
    ],
    startedAtSource: [StartedAtSourceEnum, 'Where `startedAt` comes from.'],
    endedAtMs: [
      orNull(DateTimeScalar),
      'When the push ended: `event_time` of the interruption, by CSS’s clock, in whole seconds. Null if it has not ended, or if the interruption has no time.',
    ],
    pushDurationMs: [
      orNull(Float),
      'The duration of the push as CSS counted it: `push_duration` of the interruption, in whole milliseconds. A Float, because 25 days of milliseconds exceed Int. Null if it has not ended, or if the interruption has no duration.',
    ],
    endCode: [orNull(Int), '`errcode` of the interruption; `endCause` explains it. Null if the push has not ended.'],
    endCause: [orNull(EndCause), 'What `endCode` means. Null if the push has not ended.'],
    node: [
      orNull(String),
      'Address of the CSS access point that received the push: `node`. Null if no callback has it.',
    ],
    userIp: [orNull(String), 'Address of the pusher: `user_ip`. Personal data. Null if no callback has it.'],
    firstReceivedAtMs: [DateTimeScalar, 'When the first of its callbacks arrived, by the receiver’s clock.'],
    lastReceivedAtMs: [
      DateTimeScalar,
      'When one of its callbacks last arrived, including redeliveries, by the receiver’s clock.',
    ],
    deliveries: [Int, 'How often its callbacks arrived, including redeliveries.'],
  },
  { implements: Node },
);
export type StreamSession = InstanceType<typeof StreamSession> & {
  /** Its row, and texts as sent: for the resolvers. */
  rowId: number;
  /** The past read model that it is in, if any. */
  past: ReadModelReader | undefined;
  streamParam: string | null;
  endMessage: string | null;
};

/** A page of sessions, by Relay's specification. */
export const StreamSessionConnection = connectionOf(StreamSession, 'StreamSession', 'stream sessions');

/**
 * A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. `past`: the read
 * model of a past moment that the row is in; everything that belongs to the row is read from there.
 */
export function toStreamSession(row: ListedStreamSession, past?: ReadModelReader): StreamSession {
  return new SessionNode(row, past);
}

/** Makes each field when it is selected: a page has up to 500 sessions. */
class SessionNode implements StreamSession {
  readonly past: ReadModelReader | undefined;
  private readonly row: ListedStreamSession;
  private derived: StreamSessionView | null = null;

  constructor(row: ListedStreamSession, past: ReadModelReader | undefined) {
    this.row = row;
    this.past = past;
  }

  /** For fields without a column. */
  private get view(): StreamSessionView {
    return (this.derived ??= sessionViewOf(this.row.session));
  }

  get rowId(): number {
    return this.row.id;
  }

  get id(): string {
    return writeNodeId({ type: 'StreamSession', appId: this.appId, sequence: this.sequence });
  }

  get appId(): string {
    return this.row.appId;
  }

  get sequence(): string {
    return this.row.sequence;
  }

  get domain(): string | null {
    return this.row.domain;
  }

  get path(): string | null {
    return this.row.path;
  }

  get streamId(): string | null {
    return this.row.streamId;
  }

  get channelId(): string | null {
    return this.view.channelId;
  }

  get state(): StreamSession['state'] {
    return this.row.state;
  }

  get startedAtMs(): number | null {
    return this.row.startedAtMs;
  }

  get startedAtSource(): StreamSession['startedAtSource'] {
    return this.row.startedAtSource;
  }

  get endedAtMs(): number | null {
    return this.row.endedAtMs;
  }

  get pushDurationMs(): number | null {
    return this.row.pushDurationMs;
  }

  get endCode(): number | null {
    return this.row.endCode;
  }

  get endMessage(): string | null {
    return this.view.endMessage;
  }

  get endCause(): EndCause | null {
    return this.state === 'ENDED' ? endCauseOf(this.endCode, this.row.endSide === 'TAKEOVER') : null;
  }

  get node(): string | null {
    return this.row.node;
  }

  get userIp(): string | null {
    return this.row.userIp;
  }

  get streamParam(): string | null {
    return this.view.streamParam;
  }

  get firstReceivedAtMs(): number {
    return this.row.session.firstReceivedAtMs;
  }

  get lastReceivedAtMs(): number {
    return this.row.session.lastReceivedAtMs;
  }

  get deliveries(): number {
    return this.row.session.deliveries;
  }
}
