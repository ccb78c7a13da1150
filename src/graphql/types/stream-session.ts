import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { endSides, type EndSide } from '../../domain/stream-session/interruption-codes.ts';
import {
  startedAtSources,
  streamSessionStates,
  type StartedAtSource,
  type StreamSessionState,
} from '../../domain/stream-session/stream-session-view.ts';
import type { ReadModelReader } from '../../read-models/read-model-reader.ts';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';

export const StreamSessionStateEnum = enumOf<StreamSessionState>(streamSessionStates);
registerEnumType(StreamSessionStateEnum, {
  name: 'StreamSessionState',
  description: 'Whether a push is still running, as far as callbacks show.',
  valuesConfig: {
    LIVE: { description: 'It began, no interruption has arrived, and no newer push of the same stream is known.' },
    ENDED: {
      description:
        'Its interruption has arrived. It never becomes live again, but its `endCause` may still change to TAKEOVER when the callback of the newer push arrives.',
    },
    SUPERSEDED: {
      description:
        'A newer push of the same stream began, and no interruption has arrived: it was lost, or is up to 13 minutes late.',
    },
    CLOSED: {
      description:
        'No interruption has arrived, and an operator has stated that it ended: see `operatorFacts`. If the interruption arrives after all, it is ENDED.',
    },
  },
});

export const StartedAtSourceEnum = enumOf<StartedAtSource>(startedAtSources);
registerEnumType(StartedAtSourceEnum, {
  name: 'StartedAtSource',
  description: 'Where `startedAt` comes from.',
  valuesConfig: {
    PUSH_CALLBACK: { description: '`event_time` of the push callback, in whole seconds.' },
    DERIVED_FROM_DURATION: {
      description: 'No push callback arrived: `event_time` of the interruption minus its `push_duration`.',
    },
    UNKNOWN: { description: 'Neither callback says when the push began: `startedAt` is null.' },
  },
});

export const EndSideEnum = enumOf<EndSide>(endSides);
registerEnumType(EndSideEnum, {
  name: 'EndSide',
  description: 'Which side ended a push, according to `endCode`.',
  valuesConfig: {
    CLIENT: { description: 'The pusher: it ended the stream, closed its connection, or sent bad media.' },
    NETWORK: { description: 'The link between the pusher and CSS.' },
    PLATFORM: { description: 'CSS itself.' },
    CONFIGURATION: {
      description: 'A rule for the account, the domain or the stream; also quotas and expired push URLs.',
    },
    AUTH: { description: 'The third-party authentication of the domain.' },
    OPERATOR: { description: 'Someone ended it by API or in the console.' },
    TAKEOVER: { description: 'A newer push of the same stream replaced it.' },
    UNKNOWN: { description: 'CSS does not say, or there was no code.' },
  },
});

@ObjectType({ description: 'Why a push ended: what `endCode` means in the vendor’s list of interruption codes.' })
export class EndCause {
  @Field(() => EndSideEnum, { description: 'Which side ended the push.' })
  side!: EndSide;

  @Field(() => String, { description: 'What happened, in one sentence.' })
  summary!: string;

  @Field(() => String, { description: 'What to do about it, in one sentence.' })
  advice!: string;
}

@ObjectType({
  implements: Node,
  description:
    'One push, from its push callback to its interruption, which share a sequence. The callbacks may arrive in any order; if the push callback was lost, the session is built from the interruption.',
})
export class StreamSession implements Node {
  /** Its row, and texts as sent: for the resolvers. */
  rowId!: number;
  /** The read model that it is in, where it is as of a moment in the past. */
  past?: ReadModelReader;
  streamParam!: string | null;
  endMessage!: string | null;

  @Field(() => ID, { description: 'Opaque id of this node. It never changes.' })
  id!: string;

  @Field(() => ID, { description: 'The account: `appid`.' })
  appId!: string;

  @Field(() => ID, {
    description: 'The push: `sequence`, 18 to 19 digits. A string, because a JSON number would lose digits.',
  })
  sequence!: string;

  @Field(() => String, { nullable: true, description: 'The push domain: `app`. Null if no callback has it.' })
  domain!: string | null;

  @Field(() => String, { nullable: true, description: 'The push path: `appname`. Null if no callback has it.' })
  path!: string | null;

  @Field(() => String, { nullable: true, description: 'The stream name: `stream_id`. Null if no callback has it.' })
  streamId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The channel: `channel_id`, usually the same as the stream name. Null if no callback has it.',
  })
  channelId!: string | null;

  @Field(() => StreamSessionStateEnum, { description: 'Whether the push is still running, as far as callbacks show.' })
  state!: StreamSessionState;

  @Field(() => DateTimeScalar, {
    name: 'startedAt',
    nullable: true,
    description: 'When the push began, by CSS’s clock; `startedAtSource` says how it is known. Null if it is not.',
  })
  startedAtMs!: number | null;

  @Field(() => StartedAtSourceEnum, { description: 'Where `startedAt` comes from.' })
  startedAtSource!: StartedAtSource;

  @Field(() => DateTimeScalar, {
    name: 'endedAt',
    nullable: true,
    description:
      'When the push ended: `event_time` of the interruption, by CSS’s clock, in whole seconds. Null if it has not ended, or if the interruption has no time.',
  })
  endedAtMs!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The duration of the push as CSS counted it: `push_duration` of the interruption, in whole milliseconds. A Float, because 25 days of milliseconds exceed Int. Null if it has not ended, or if the interruption has no duration.',
  })
  pushDurationMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: '`errcode` of the interruption; `endCause` explains it. Null if the push has not ended.',
  })
  endCode!: number | null;

  @Field(() => EndCause, { nullable: true, description: 'What `endCode` means. Null if the push has not ended.' })
  endCause!: EndCause | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the CSS access point that received the push: `node`. Null if no callback has it.',
  })
  node!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the pusher: `user_ip`. Personal data. Null if no callback has it.',
  })
  userIp!: string | null;

  @Field(() => DateTimeScalar, {
    name: 'firstReceivedAt',
    description: 'When the first of its callbacks arrived, by the receiver’s clock.',
  })
  firstReceivedAtMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'lastReceivedAt',
    description: 'When one of its callbacks last arrived, redeliveries included, by the receiver’s clock.',
  })
  lastReceivedAtMs!: number;

  @Field(() => Int, { description: 'How often its callbacks arrived, redeliveries included.' })
  deliveries!: number;
}

/** A page of sessions, by Relay's specification. */
export const StreamSessionConnection = connectionOf(StreamSession, 'StreamSession', 'stream sessions');
