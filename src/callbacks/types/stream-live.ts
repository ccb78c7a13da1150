import { isJsonObject, type JsonObject } from '../json-object.ts';
import { readCode } from '../wire-values.ts';
import type { CallbackType } from './declaration.ts';

// StreamLive is another product of the vendor, whose callbacks arrive by the same URL (page 1048/73133).

const pushed = 329;
const interrupted = 330;

/** `pipeline` is 0 or 1; the vendor's sample writes `pipelie`. */
function sentence(what: string, body: JsonObject): string {
  const pipeline = readCode(body['pipeline']) ?? readCode(body['pipelie']);
  const where = pipeline === null ? '' : `, pipeline ${pipeline},`;
  return `A push to an input of StreamLive${where} ${what}. StreamLive is another product: this is of no stream of CSS.`;
}

/** The callbacks of StreamLive. They name an input and a channel, which is no stream, and have no time. */
export const streamLiveTypes = [
  {
    eventTypes: [pushed],
    kind: 'STREAM_LIVE_PUSH',
    meaning: 'a push to an input of StreamLive began. StreamLive is another product: it is of no stream of CSS.',
    namesStream: false,
    sentenceOf: (body) => sentence('began', unwrapped(body)),
  },
  {
    eventTypes: [interrupted],
    kind: 'STREAM_LIVE_INTERRUPTION',
    meaning: 'a push to an input of StreamLive ended. StreamLive is another product: it is of no stream of CSS.',
    namesStream: false,
    sentenceOf: (body) => sentence('ended', unwrapped(body)),
  },
] as const satisfies readonly CallbackType[];

/**
 * The callback in an entry of StreamLive's log, `{ data, header, receive_time }`, which is the vendor's only sample: that may be how it
 * arrives. Any other body is returned as it is.
 */
export function unwrapped(body: JsonObject): JsonObject {
  if (body['event_type'] !== undefined) return body;
  const inner = body['data'];
  if (!isJsonObject(inner)) return body;
  const eventType = readCode(inner['event_type']);
  return eventType === pushed || eventType === interrupted ? inner : body;
}
