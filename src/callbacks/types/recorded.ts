import type { JsonObject } from '../json-object.ts';
import { fieldReader, type AnyCallback, type BodyFields, type CallbackType, type FieldValues } from './declaration.ts';

/** What callbacks name that are only recorded. Screenshots name only the stream: neither account nor domain. */
const streamFields = {
  domain: { as: 'NAME', from: ['app', 'domain'] },
  path: { as: 'NAME', from: ['appname', 'path'] },
  streamId: { as: 'STREAM_NAME', from: ['stream_id', 'streamId'] },
} as const satisfies BodyFields;

/** Their times: of screenshots, image audits, abnormal recordings, recordings. */
const timeFields = {
  occurredAtMs: { as: 'SECONDS', from: ['create_time', 'screenshotTime', 'timestamp', 'end_time'] },
  /** Of push errors. */
  reportedAtMs: { as: 'MILLISECONDS', from: ['data_time'] },
} as const satisfies BodyFields;

/** A callback that is only recorded. */
export interface OtherCallback extends AnyCallback {
  readonly kind: 'OTHER';
  readonly facts: FieldValues<typeof streamFields>;
}

const readStream = fieldReader(streamFields);
const readTimes = fieldReader(timeFields);

function read(body: JsonObject, any: AnyCallback): OtherCallback {
  const { occurredAtMs, reportedAtMs } = readTimes(body);
  return {
    kind: 'OTHER',
    ...any,
    occurredAtMs: any.occurredAtMs ?? occurredAtMs ?? reportedAtMs,
    facts: readStream(body),
  };
}

/** The types of the vendor's documents that are only recorded; see the vendor's page on each. */
export const recordedTypes = [
  { eventTypes: [100], kind: 'RECORDING', meaning: 'a recording was saved.', isSentLater: true, read },
  { eventTypes: [200], kind: 'SCREENSHOT', meaning: 'a screenshot was saved.', read },
  { eventTypes: [315], kind: 'AUDIO_AUDIT', meaning: 'a moderation of audio.', read },
  { eventTypes: [317], kind: 'IMAGE_AUDIT', meaning: 'a moderation of images.', read },
  { eventTypes: [321], kind: 'PUSH_ERROR', meaning: 'an error during a push.', read },
  { eventTypes: [328], kind: 'MONITORING', meaning: 'stream monitoring.', read },
  { eventTypes: [332], kind: 'RECORDING_STATUS', meaning: 'a recording began, paused or ended.', read },
  { eventTypes: [338], kind: 'SUBTITLES', meaning: 'subtitles.', read },
  { eventTypes: [341], kind: 'ABNORMAL_RECORDING', meaning: 'a recording went wrong.', read },
  { eventTypes: [343, 344, 345], kind: 'QUALITY', meaning: 'the quality of a stream.', read },
  { eventTypes: [347], kind: 'ERASING', meaning: 'erasing.', read },
  { eventTypes: [348], kind: 'SUMMARY', meaning: 'a summary.', read },
  { eventTypes: [349], kind: 'HIGHLIGHT', meaning: 'a highlight.', read },
] as const satisfies readonly CallbackType<OtherCallback>[];

/** Any other `event_type`, or none. */
export const otherType = {
  eventTypes: [],
  kind: 'OTHER',
  meaning: 'Any other `event_type`, or none.',
  read,
} as const satisfies CallbackType<OtherCallback>;
