import { fieldReader, type AnyCallback, type BodyFields, type CallbackType, type FieldValues } from './declaration.ts';

/** Members of push and interruption callbacks (seed 002). */
const pushFields = {
  /** The push domain. */
  domain: { as: 'NAME', from: ['app'] },
  /** The push path. */
  path: { as: 'NAME', from: ['appname'] },
  // Image audits write `streamId` and `channelId`; so may others.
  streamId: { as: 'STREAM_NAME', from: ['stream_id', 'streamId'] },
  channelId: { as: 'NAME', from: ['channel_id', 'channelId'] },
  /** Address of the CSS access point. */
  node: { as: 'NAME', from: ['node'] },
  /** Address of the pusher: personal data. */
  userIp: { as: 'NAME', from: ['user_ip'] },
  /** Query of the push URL: contains credentials. */
  streamParam: { as: 'TEXT', from: ['stream_param'] },
  // Pixels, and where the push arrived (later vendor page).
  width: { as: 'POSITIVE', from: ['width'] },
  height: { as: 'POSITIVE', from: ['height'] },
  /** 1 to 6: in mainland China; 7 to 200: elsewhere. */
  setId: { as: 'CODE', from: ['set_id'] },
  idcId: { as: 'CODE', from: ['idc_id'] },
} as const satisfies BodyFields;

/** The stream, access point and pusher of a push or interruption callback. */
export type PushFacts = FieldValues<typeof pushFields>;

/** 18 to 19 digits, the same for the push and its interruption. */
const sequenceField = { sequence: { as: 'ID', from: ['sequence'] } } as const satisfies BodyFields;

const endFields = {
  /** The push's length by CSS, in milliseconds. */
  pushDurationMs: { as: 'DURATION', from: ['push_duration'] },
  endCode: { as: 'CODE', from: ['errcode'] },
  endCodeText: { as: 'CODE_TEXT', from: ['errcode'] },
  endMessage: { as: 'TEXT', from: ['errmsg'] },
} as const satisfies BodyFields;

interface CallbackOfPush extends AnyCallback, FieldValues<typeof sequenceField> {
  readonly facts: PushFacts;
}

/** A push has begun. */
export interface PushCallback extends CallbackOfPush {
  readonly kind: 'PUSH';
}

/** A push has ended. */
export interface InterruptionCallback extends CallbackOfPush, FieldValues<typeof endFields> {
  readonly kind: 'INTERRUPTION';
}

const readFacts = fieldReader(pushFields);
const readSequence = fieldReader(sequenceField);
const readEnd = fieldReader(endFields);

/** `event_type` 1: becomes a session, with its interruption. */
export const pushType = {
  eventTypes: [1],
  kind: 'PUSH',
  meaning: 'a push began.',
  eventName: 'CssPush',
  credentials: ['stream_param'],
  read: (body, any): PushCallback => ({ kind: 'PUSH', ...any, ...readSequence(body), facts: readFacts(body) }),
} as const satisfies CallbackType<PushCallback>;

/** `event_type` 0: ends the session of its push. */
export const interruptionType = {
  eventTypes: [0],
  kind: 'INTERRUPTION',
  meaning: 'a push ended.',
  eventName: 'CssInterruption',
  credentials: ['stream_param'],
  read: (body, any): InterruptionCallback => ({
    kind: 'INTERRUPTION',
    ...any,
    ...readSequence(body),
    facts: readFacts(body),
    ...readEnd(body),
  }),
} as const satisfies CallbackType<InterruptionCallback>;
