import { isJsonObject, parseEmbeddedJson, type JsonObject } from '../json-object.ts';
import { readCode, readDuration, readMs, readName } from '../wire-values.ts';
import { asSentence, listedIn, type CallbackType } from './declaration.ts';
import { pushErrors, rowsOfCallbackMax } from './typed-lists.ts';

/** The types of push errors (the vendor's page 53310, and its Chinese version of 2025-11, which has 12 to 16). */
const meanings: ReadonlyMap<number, string> = new Map([
  [1, 'The timestamps of the video went back.'],
  [2, 'The timestamps of the audio went back.'],
  [3, 'The timestamps of the video jumped by more than 1,000 ms.'],
  [4, 'The timestamps of the audio jumped by more than 1,000 ms.'],
  [5, 'A chunk was larger than 8,192 bytes.'],
  [6, 'Two frames of the video were more than 3,000 ms apart.'],
  [7, 'Two frames of the audio were more than 1,000 ms apart.'],
  [8, 'The codec of the video changed.'],
  [9, 'The codec of the audio changed.'],
  [10, 'The video began without the header of its codec.'],
  [11, 'The audio began without the header of its codec.'],
  [12, 'There was a gap in the timestamps of the audio.'],
  [13, 'The codec is uncommon.'],
  [14, 'The header of the video could not be parsed.'],
  [15, 'The frame rate was low.'],
  [16, 'A group of pictures was longer than 10 s.'],
]);

/** `event_type` 321: a report for each interval with errors. */
export const pushErrorType = {
  eventTypes: [321],
  kind: 'PUSH_ERROR',
  meaning: 'errors in what was pushed.',
  credentials: ['stream_param'],
  timesOf(body) {
    const atMs = readMs(body['data_time']);
    const intervalMs = readDuration(body['report_interval']);
    return { fromMs: atMs === null ? null : atMs - (intervalMs ?? 0), atMs };
  },
  listed: listedIn(pushErrors, (body) => errorsOf(body).map(errorOf)),
  sentenceOf(body) {
    const errors = errorsOf(body).map(errorOf);
    const [first] = errors;
    if (first === undefined) return 'CSS reported errors in what was pushed, without saying which.';
    const others =
      errors.length === 1 ? '' : ` And ${errors.length - 1} more ${errors.length === 2 ? 'type' : 'types'}.`;
    return `Error in what was pushed, ${first.count} times: ${asSentence(first.description)}${others}`;
  },
} as const satisfies CallbackType;

/** CSS sends a list; a JSON list in a string is read as well. */
function errorsOf(body: JsonObject): readonly JsonObject[] {
  const sent = body['abnormal_event'];
  const list: unknown = typeof sent === 'string' ? parseEmbeddedJson(sent) : sent;
  return Array.isArray(list) ? list.filter(isJsonObject).slice(0, rowsOfCallbackMax) : [];
}

function errorOf(error: JsonObject) {
  const type = readCode(error['type']);
  const details = Array.isArray(error['detail']) ? (error['detail'] as unknown[]).filter(isJsonObject) : [];
  const times = details.flatMap((detail) => readMs(detail['occur_time']) ?? []);
  const bySend = readName(error['type_desc_en']) ?? readName(error['type_desc_cn']);
  return {
    type,
    description: (type === null ? undefined : meanings.get(type)) ?? bySend ?? 'CSS does not say what this type means.',
    count: readDuration(error['count']) ?? Math.max(1, details.length),
    firstAtMs: times.length === 0 ? null : Math.min(...times),
    lastAtMs: times.length === 0 ? null : Math.max(...times),
  };
}
