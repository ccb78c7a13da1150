import type { JsonObject } from '../json-object.ts';
import {
  readCode,
  readCodeText,
  readDuration,
  readId,
  readName,
  readPositive,
  readStreamName,
  readText,
} from '../wire-values.ts';
import type { AnyCallback, CallbackType } from './declaration.ts';

/** The stream, access point and pusher of a push or interruption callback (seed 002). */
export type PushFacts = Readonly<ReturnType<typeof readFacts>>;

function readFacts(body: JsonObject) {
  return {
    /** The push domain. */
    domain: readName(body['app']),
    /** The push path. */
    path: readName(body['appname']),
    // Image audits write `streamId` and `channelId`; so may others.
    streamId: readStreamName(body['stream_id']) ?? readStreamName(body['streamId']),
    channelId: readName(body['channel_id']) ?? readName(body['channelId']),
    /** Address of the CSS access point. */
    node: readName(body['node']),
    /** Address of the pusher: personal data. */
    userIp: readName(body['user_ip']),
    /** Query of the push URL: contains credentials. */
    streamParam: readText(body['stream_param']),
    // Pixels, and where the push arrived (later vendor page).
    width: readPositive(body['width']),
    height: readPositive(body['height']),
    /** 1 to 6: in mainland China; 7 to 200: elsewhere. */
    setId: readCode(body['set_id']),
    idcId: readCode(body['idc_id']),
  };
}

interface CallbackOfPush extends AnyCallback {
  /** 18 to 19 digits, the same for the push and its interruption. */
  readonly sequence: string | null;
  readonly facts: PushFacts;
}

/** A push has begun. */
export interface PushCallback extends CallbackOfPush {
  readonly kind: 'PUSH';
}

/** A push has ended. */
export interface InterruptionCallback extends CallbackOfPush {
  readonly kind: 'INTERRUPTION';
  /** The push's length by CSS, in milliseconds. */
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  /** The code as sent, if it is not a 32-bit number. */
  readonly endCodeText: string | null;
  readonly endMessage: string | null;
}

/** `event_type` 1: becomes a session, with its interruption. */
export const pushType = {
  eventTypes: [1],
  kind: 'PUSH',
  meaning: 'a push began.',
  eventName: 'CssPush',
  credentials: ['stream_param'],
  read: (body, any): PushCallback => ({
    kind: 'PUSH',
    ...any,
    sequence: readId(body['sequence']),
    facts: readFacts(body),
  }),
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
    sequence: readId(body['sequence']),
    facts: readFacts(body),
    pushDurationMs: readDuration(body['push_duration']),
    endCode: readCode(body['errcode']),
    endCodeText: readCodeText(body['errcode']),
    endMessage: readText(body['errmsg']),
  }),
} as const satisfies CallbackType<InterruptionCallback>;
