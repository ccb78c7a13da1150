import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { endSides, type EndSide } from '../../domain/stream-session/interruption-codes.ts';
import { streamSessionStates, type StreamSessionState } from '../../domain/stream-session/session-status.ts';
import { startedAtSources, type StartedAtSource } from '../../domain/stream-session/stream-session-view.ts';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';

export const StreamSessionStateEnum = enumOf<StreamSessionState>(streamSessionStates);
registerEnumType(StreamSessionStateEnum, {
  name: 'StreamSessionState',
  description: 'Whether a push goes on, as far as callbacks tell.',
  valuesConfig: {
    LIVE: { description: 'It began, no interruption has come, and no newer push of the same stream is known.' },
    ENDED: {
      description:
        'Its interruption has come, and nothing opens it again. Its `endCause` may still become TAKEOVER, when the newer push is heard of.',
    },
    SUPERSEDED: {
      description:
        'A newer push of the same stream began and no interruption has come: lost, or still on its way (up to 13 minutes).',
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
      description: 'The push callback never came: `event_time` of the interruption less its `push_duration`.',
    },
    UNKNOWN: { description: 'Neither callback says when the push began: `startedAt` is null.' },
  },
});

export const EndSideEnum = enumOf<EndSide>(endSides);
registerEnumType(EndSideEnum, {
  name: 'EndSide',
  description: 'Whose side ended a push, read from `endCode`.',
  valuesConfig: {
    CLIENT: { description: 'The pusher: it ended the stream, closed its connection, or sent bad media.' },
    NETWORK: { description: 'The link between the pusher and CSS.' },
    PLATFORM: { description: 'CSS itself.' },
    CONFIGURATION: {
      description: 'A rule of the account, the domain or the stream; also quotas and expired push URLs.',
    },
    AUTH: { description: 'The third-party authentication of the domain.' },
    OPERATOR: { description: 'Somebody ended it by API or console.' },
    TAKEOVER: { description: 'A newer push of the same stream replaced it.' },
    UNKNOWN: { description: 'CSS does not say, or no code came.' },
  },
});

@ObjectType({ description: 'Why a push ended: the meaning of `endCode` by the vendor’s list of interruption codes.' })
export class EndCause {
  @Field(() => EndSideEnum, { description: 'Whose side ended the push.' })
  side!: EndSide;

  @Field(() => String, { description: 'What happened, in a sentence.' })
  summary!: string;

  @Field(() => String, { description: 'What can be done about it, in a sentence.' })
  advice!: string;
}

@ObjectType({
  implements: Node,
  description:
    'One push activity: from a push callback to its interruption, which share a sequence. Folded from callbacks in any order; a session whose push callback was lost is known by its interruption.',
})
export class StreamSession implements Node {
  /** The row, and the query of the push URL: for the resolvers of fields that are not simply told. */
  rowId!: number;
  streamParamAsSent!: string | null;
  endMessageAsSent!: string | null;

  @Field(() => ID, { description: 'Opaque id of this node, the same for ever.' })
  id!: string;

  @Field(() => ID, { description: 'The account: `appid`.' })
  appId!: string;

  @Field(() => ID, {
    description: 'The push activity: `sequence`, 18 to 19 digits. A string: as a number it would lose digits.',
  })
  sequence!: string;

  @Field(() => String, { nullable: true, description: 'The push domain: `app` of the callback.' })
  domain!: string | null;

  @Field(() => String, { nullable: true, description: 'The push path: `appname` of the callback.' })
  path!: string | null;

  @Field(() => String, { nullable: true, description: 'The stream name: `stream_id`.' })
  streamId!: string | null;

  @Field(() => String, { nullable: true, description: 'The channel: `channel_id`, usually equal to the stream name.' })
  channelId!: string | null;

  @Field(() => StreamSessionStateEnum, { description: 'Whether the push goes on, as far as callbacks tell.' })
  state!: StreamSessionState;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the push began, by CSS’s clock; `startedAtSource` tells how it is known. Null where it is not.',
  })
  startedAt!: Date | null;

  @Field(() => StartedAtSourceEnum, { description: 'Where `startedAt` comes from.' })
  startedAtSource!: StartedAtSource;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the push ended: `event_time` of the interruption, by CSS’s clock, in whole seconds. Null while it has not ended, and where the interruption carries no time.',
  })
  endedAt!: Date | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How long CSS counted the push: `push_duration` of the interruption, in whole milliseconds. A Float because 24 days of them exceed Int. Null while it has not ended.',
  })
  pushDurationMs!: number | null;

  @Field(() => Int, { nullable: true, description: '`errcode` of the interruption; `endCause` tells what it means.' })
  endCode!: number | null;

  @Field(() => EndCause, { nullable: true, description: 'What `endCode` means. Null while the push has not ended.' })
  endCause!: EndCause | null;

  @Field(() => String, { nullable: true, description: 'Address of the CSS access point that took the push: `node`.' })
  node!: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the pusher: `user_ip`. Personal data.' })
  userIp!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the first of its callbacks arrived, by the receiver’s clock.' })
  firstReceivedAt!: Date;

  @Field(() => DateTimeScalar, {
    description: 'When the latest arrival of its callbacks came, redeliveries included, by the receiver’s clock.',
  })
  lastReceivedAt!: Date;

  @Field(() => Int, { description: 'Arrivals of its callbacks, redeliveries included.' })
  deliveries!: number;
}

export const StreamSessionConnection = connectionOf(StreamSession, 'StreamSession', 'stream sessions');
