import { callbackKey } from './callback-requests.ts';

/** The subscription of all subscribers in the benches. */
export const subscription = `subscription Recorded($after: Cursor, $filter: CallbackFilter) {
  callbackRecorded(after: $after, filter: $filter) {
    cursor
    callback {
      position appId eventType callbackEvent occurredAt receivedAt signature deliveries
      streamSession { sequence domain path streamId state }
    }
  }
}`;

/** The part of the product's schema that the subscription needs. */
export const schemaOfSubscription = `
  scalar Cursor
  scalar CallbackFilter
  scalar DateTime
  enum Signature { NOT_CHECKED }
  enum StreamSessionState { LIVE ENDED SUPERSEDED }
  type StreamSession { sequence: ID! domain: String path: String streamId: String state: StreamSessionState! }
  type CallbackRecord {
    position: ID!
    appId: ID
    eventType: Int
    callbackEvent: String
    occurredAt: DateTime
    receivedAt: DateTime!
    signature: Signature!
    deliveries: Int!
    streamSession: StreamSession
  }
  type RecordedCallback { cursor: Cursor! callback: CallbackRecord! }
  type Subscription { callbackRecorded(after: Cursor, filter: CallbackFilter): RecordedCallback! }
  type Query { nothing: String }
`;

const messagePattern =
  /"cursor":"([^"]+)",.*"position":"(\d+)","appId":"(\d+)","eventType":(\d+),.*"streamSession":\{"sequence":"(\d+)"/;

/** The callback of a message, its position in the log, and the cursor after it. */
export function readMessage(text: string): {
  readonly position: number;
  readonly key: string;
  readonly cursor: string;
} {
  const [, cursor = '', position, appId = '', eventType = '', sequence = ''] = messagePattern.exec(text) ?? [];
  return { position: Number(position), key: callbackKey(appId, eventType, sequence), cursor };
}
