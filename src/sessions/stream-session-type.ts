import { IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTimeScalar, enumType, objectType, orNull, Conclusion, conclusionFields } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import { connectionOf, Node, readerOf, shownFields } from '../lists/connection-type.ts';
import { filterOf } from '../lists/filters-type.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import { endCauseOf, type EndSide } from './interruption-codes.ts';
import {
  silentAfterSecondsDefault,
  silentAfterSecondsMax,
  startedAtConclusions,
  type SilenceComparison,
  type PushRegion,
  type StartedAtSource,
  type StreamSessionState,
} from './stream-session-view.ts';
import { streamSessionFields, type ListedStreamSession } from './stream-session-fields.ts';

const StreamSessionStateEnum = enumType<StreamSessionState>(
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

const StartedAtSourceEnum = enumType<StartedAtSource>('StartedAtSource', 'Where `startedAt` comes from.', {
  PUSH_CALLBACK: '`event_time` of the push callback, in whole seconds.',
  DERIVED_FROM_DURATION:
    'No push callback with a time arrived: `event_time` of the interruption minus its `push_duration`.',
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

export const PushRegionEnum = enumType<PushRegion>('PushRegion', 'Where a push arrived at CSS.', {
  MAINLAND_CHINA: '`set_id` 1 to 6.',
  OUTSIDE_MAINLAND_CHINA: '`set_id` 7 to 200.',
});

const enums = {
  StreamSessionState: StreamSessionStateEnum,
  StartedAtSource: StartedAtSourceEnum,
  EndSide: EndSideEnum,
  PushRegion: PushRegionEnum,
} as const;

const silentAfterDescription = `Seconds without a callback after which a live session counts as silent, 1 to ${silentAfterSecondsMax}. Default: ${silentAfterSecondsDefault}, a day, because CSS sends nothing while a push goes on.`;

@InputType({
  description: 'Compares whether a session is silent: it is LIVE, and nothing was heard of it for a while.',
})
class SilenceFilter implements SilenceComparison {
  @Field(() => Boolean, { nullable: true, description: 'Whether it is silent.' })
  @IsOptional()
  eq?: boolean | null;

  @Field(() => Int, { nullable: true, description: silentAfterDescription })
  @IsOptional()
  @Min(1)
  @Max(silentAfterSecondsMax)
  afterSeconds?: number | null;
}

/** Arguments of the field by the same name. */
export const silentAfterArg = {
  nullable: true,
  defaultValue: silentAfterSecondsDefault,
  description: silentAfterDescription,
};

/** The input by which lists and subscriptions select sessions. */
export const StreamSessionFilter = filterOf('StreamSessionFilter', 'stream sessions', streamSessionFields, {
  enums,
  inputs: { isSilent: SilenceFilter, liveAt: DateTimeScalar },
});

export const EndCause = objectType(
  'EndCause',
  'Why a push ended, or was refused: what `endCode` means in the vendor’s list of interruption codes.',
  {
    side: [EndSideEnum, 'Which side ended the push.'],
    summary: [
      String,
      'What happened, in one sentence. If the vendor does not explain the code, it quotes CSS’s own message.',
      { hidden: 'CREDENTIALS' },
    ],
    advice: [String, 'What to do about it, in one sentence.'],
    ...conclusionFields,
  },
);
export type EndCause = InstanceType<typeof EndCause>;

export const SessionAccount = objectType('SessionAccount', 'The account of a push, and how it is known.', {
  appId: [ID, 'The account.'],
  ...conclusionFields,
});
export type SessionAccount = InstanceType<typeof SessionAccount>;

export const StreamSession = objectType(
  'StreamSession',
  'One push, from its push callback to its interruption, which share a sequence. The callbacks may arrive in any order. If the push callback was lost, the session is built from the interruption.',
  {
    id: [ID, 'Opaque id of this node. It never changes.'],
    ...shownFields(streamSessionFields, enums),
    startedAtConclusion: [orNull(Conclusion), 'How sure `startedAt` is, and from what. Null if it is unknown.'],
    endCause: [orNull(EndCause), 'What `endCode` means. Null if the push has not ended.'],
  },
  { implements: Node },
);
export type StreamSession = InstanceType<typeof StreamSession> & {
  /** Its row, for the resolvers. */
  rowId: number;
  /** The past read model that it is in, if any. */
  past: ReadModelReader | undefined;
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
class SessionNode
  extends readerOf<ListedStreamSession, typeof streamSessionFields>(streamSessionFields)
  implements StreamSession
{
  readonly past: ReadModelReader | undefined;

  constructor(row: ListedStreamSession, past: ReadModelReader | undefined) {
    super(row);
    this.past = past;
  }

  get rowId(): number {
    return this.row.id;
  }

  get id(): string {
    return writeNodeId({ type: 'StreamSession', appId: this.appId, sequence: this.sequence });
  }

  get startedAtConclusion(): Conclusion | null {
    return startedAtConclusions[this.startedAtSource];
  }

  get endCause(): EndCause | null {
    return this.state === 'ENDED' ? endCauseOf(this.row.view, this.row.endSide === 'TAKEOVER') : null;
  }
}
