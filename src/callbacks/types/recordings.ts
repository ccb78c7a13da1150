import { isJsonObject, parseEmbeddedJson, type JsonObject } from '../json-object.ts';
import {
  readCode,
  readDuration,
  readId,
  readMs,
  readName,
  readPositive,
  readSecondsAsMs,
  readText,
} from '../wire-values.ts';
import { asSentence, listedIn, type CallbackType } from './declaration.ts';
import { recordingEvents, recordings } from './typed-lists.ts';

/** An object that CSS sends as JSON in a string, or plain. */
function innerObject(value: unknown): JsonObject {
  const read: unknown = typeof value === 'string' ? parseEmbeddedJson(value) : value;
  return isJsonObject(read) ? read : {};
}

const lowerCase = (value: unknown) => readName(value)?.toLowerCase() ?? null;

/** `event_type` 100: a file was saved. */
export const recordingType = {
  eventTypes: [100],
  kind: 'RECORDING',
  meaning: 'a recording was saved.',
  credentials: ['stream_param'],
  isSentLater: true,
  timesOf(body) {
    const atMs = readSecondsAsMs(body['end_time']);
    const durationMs = secondsAsMs(body['duration']);
    const byDuration = atMs === null || durationMs === null ? null : atMs - durationMs;
    return { fromMs: readSecondsAsMs(body['start_time']) ?? byDuration, atMs };
  },
  listed: listedIn(recordings, (body) => {
    const details = innerObject(body['callback_ext']);
    return [
      {
        startedAtMs: readSecondsAsMs(body['start_time']),
        durationMs: secondsAsMs(body['duration']),
        format: lowerCase(body['file_format']),
        sizeBytes: readPositive(body['file_size']),
        url: readText(body['video_url']),
        fileId: readId(body['file_id']) ?? readId(body['record_file_id']),
        recordingId: readId(body['task_id']) ?? readId(details['session_id']),
        templateId: readId(body['record_temp_id']),
        bitrateKbps: readPositive(body['record_bps']),
        resolution: readName(details['resolution']),
        codec: readName(details['video_codec']),
      },
    ];
  }),
  sentenceOf(body) {
    const durationMs = secondsAsMs(body['duration']);
    const format = lowerCase(body['file_format'])?.toUpperCase();
    const long = durationMs === null ? '' : ` of ${durationMs / 1_000} s`;
    return `A recording${long} was saved${format === undefined ? '' : ` as ${format}`}.`;
  },
} as const satisfies CallbackType;

function secondsAsMs(value: unknown): number | null {
  const seconds = readDuration(value);
  return seconds === null ? null : seconds * 1_000;
}

/** `file_format` of `record_detail` (the vendor's page 58590). */
const formats: ReadonlyMap<number, string> = new Map([
  [1, 'flv'],
  [2, 'hls'],
  [3, 'mp4'],
  [4, 'aac'],
  [5, 'mp3'],
]);

const relaySource = 2;

const events: ReadonlyMap<string, string> = new Map([
  ['record_start_succeeded', 'A recording began.'],
  ['record_start_failed', 'A recording could not begin. CSS gives no reason.'],
  ['record_paused', 'A recording paused.'],
  ['record_resumed', 'A recording went on.'],
  ['record_error', 'A recording failed. CSS gives no reason.'],
  ['record_ended', 'A recording ended.'],
]);

const failures: ReadonlySet<string> = new Set(['record_start_failed', 'record_error']);

/** An older table of the vendor writes `recordevent`. */
const eventOf = (body: JsonObject) => readName(body['record_event']) ?? readName(body['recordevent']) ?? 'unknown';

/** `event_type` 332: a recording began, paused, went on, ended or failed. */
export const recordingStatusType = {
  eventTypes: [332],
  kind: 'RECORDING_STATUS',
  meaning: 'a recording began, paused, went on, ended or failed.',
  credentials: ['stream_param'],
  namesTask: (body) => readCode(innerObject(body['record_detail'])['source_type']) === relaySource,
  listed: listedIn(recordingEvents, (body) => {
    const format = readCode(innerObject(body['record_detail'])['file_format']);
    const event = eventOf(body);
    return [
      {
        event,
        level: failures.has(event) ? 'error' : 'info',
        type: null,
        description: null,
        count: 1,
        recordingId: readId(body['session_id']),
        format: format === null ? null : (formats.get(format) ?? null),
      },
    ];
  }),
  sentenceOf: (body) => events.get(eventOf(body)) ?? 'Something happened to a recording that CSS does not explain.',
} as const satisfies CallbackType;

/** The types of exceptions (the vendor's page 68622). */
const exceptions: ReadonlyMap<number, string> = new Map([
  [-8, 'The timestamps of the audio jumped.'],
  [-9, 'The timestamps of the video jumped.'],
  [-10, 'Audio and video were out of step.'],
  [-11, 'The timestamps of the video were not valid.'],
  [-16, 'The stream could not be pulled.'],
  [-17, 'There was no audio.'],
  [-18, 'There was no video.'],
  [-22, 'The timestamps of the audio stood still.'],
  [-23, 'The timestamps of the video stood still.'],
  [-24, 'The timestamps of the audio were not valid.'],
  [-100, 'The resolution changed.'],
  [-104, 'The file could not be written.'],
  [-120, 'The codec changed, so the file was cut.'],
  [-130, 'Bad frames of the video were dropped.'],
  [-131, 'Bad frames of the audio were dropped.'],
  [-132, 'The groups of pictures were irregular.'],
  [-200, 'The timestamps of the audio were uneven.'],
  [-201, 'The timestamps of the video were uneven.'],
]);

function exceptionOf(body: JsonObject) {
  const exception = innerObject(body['exception']);
  const type = readCode(exception['type']);
  return {
    event: 'exception',
    level: lowerCase(body['exception_level']),
    type,
    description: (type === null ? undefined : exceptions.get(type)) ?? readName(exception['desc']),
    count: readDuration(exception['occurs']) ?? 1,
    recordingId: readId(body['session_id']),
    format: lowerCase(body['file_format']),
  };
}

/** `event_type` 341: something was wrong in a recording. CSS merges what happened within two minutes. */
export const abnormalRecordingType = {
  eventTypes: [341],
  kind: 'ABNORMAL_RECORDING',
  meaning: 'something was wrong in a recording.',
  credentials: ['stream_param'],
  timesOf(body) {
    const atMs = readSecondsAsMs(body['timestamp']) ?? readMs(body['timestamp']);
    return { fromMs: atMs, atMs };
  },
  listed: listedIn(recordingEvents, (body) => [exceptionOf(body)]),
  sentenceOf(body) {
    const { description } = exceptionOf(body);
    return `Something was wrong in a recording: ${asSentence(description ?? 'CSS does not say what.')}`;
  },
} as const satisfies CallbackType;
