import { isJsonObject, parseEmbeddedJson, type JsonObject } from '../callbacks/json-object.ts';
import { hash } from 'node:crypto';
import {
  cutMark,
  readCode,
  readCodeText,
  readDuration,
  readId,
  readMs,
  readName,
  readSecondsAsMs,
  readStreamName,
  readText,
} from '../callbacks/wire-values.ts';

/** What happened, according to one relay callback (the relay pages, seeds 000, 001, 003 and 004). */
export type RelayEvent =
  | { readonly type: 'TASK_START' }
  | { readonly type: 'TASK_EXIT'; readonly exit: RelayExit }
  | { readonly type: 'FILE_START' | 'FILE_FINISH'; readonly file: SourceFileNaming }
  /** `type` of the alarm as CSS names it: PullFileUnstable, PushStreamFailed, … */
  | { readonly type: 'ALARM'; readonly alarm: string }
  /** ResetTaskConfig, and whatever CSS adds later: recorded and shown, without an effect on runs. */
  | { readonly type: 'OTHER' };

/** How a run ended. */
export interface RelayExit {
  /** −22 in the one sample. Null if it is not a 32-bit number; then `codeText` has the value as sent. */
  readonly code: number | null;
  readonly codeText: string | null;
  readonly message: string | null;
}

/** How a callback identifies its source file. */
export interface SourceFileNaming {
  /** Index in the list of files, from 0. */
  readonly index: number | null;
  readonly url: string | null;
  readonly durationSeconds: number | null;
}

/** What a relay callback says about its task and about what happened. */
export interface RelayDetails {
  /** CSS's clock, in milliseconds since 1970; null if the callback carries no time. */
  readonly occurredAtMs: number | null;
  readonly taskId: string | null;
  /** Empty if `source_urls` is missing or unreadable. */
  readonly sourceUrls: readonly string[];
  readonly toUrl: string | null;
  /** `stream_id`, or the last part of `to_url` if that is empty. */
  readonly streamId: string | null;
  readonly event: RelayEvent;
}

/** Reads the fields that only relay callbacks carry. Never throws: an unreadable field counts as unknown. */
export function readRelayDetails(body: JsonObject, callbackEvent: string | null): RelayDetails {
  const toUrl = readText(body['to_url']);
  const message = readMessage(body['msg']);
  return {
    occurredAtMs: readRelayTime(body, callbackEvent, message),
    taskId: readId(body['task_id']),
    sourceUrls: readSourceUrls(body['source_urls']),
    toUrl,
    streamId: readStreamName(body['stream_id']) ?? parseTargetUrl(toUrl)?.streamId ?? null,
    event: readRelayEvent(callbackEvent, message),
  };
}

/** CSS's clock for a relay callback, in milliseconds: the time in `msg`, which is more precise, or else `event_time`. */
function readRelayTime(body: JsonObject, callbackEvent: string | null, message: JsonObject): number | null {
  const inMessage =
    callbackEvent === 'TaskStart'
      ? message['task_start_time']
      : callbackEvent === 'TaskExit'
        ? message['task_exit_time']
        : null;
  return readMs(inMessage) ?? readSecondsAsMs(body['event_time']);
}

/** Where a relay pushes to: `rtmp://<domain>/<path>/<stream>`. The push is a stream session with the same three values. */
interface RelayTarget {
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
}

const targetUrl = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^@/:?#]+)(?::\d+)?\/([^?#]*)/i;

/** The name of the file that a source URL names: the last segment of its path, without percent encoding. Null: it names none. */
export function sourceFileOf(url: string): string | null {
  const [, file] = /^[^?#]*\/\/[^/?#]+\/(?:[^?#]*\/)?([^/?#]+)/.exec(url) ?? [];
  try {
    return file === undefined ? null : decodeURIComponent(file);
  } catch {
    return file ?? null;
  }
}

/** Null if the URL names no stream. Blanks around its parts are ignored, as around the names of sessions. */
export function parseTargetUrl(url: string | null): RelayTarget | null {
  const [, host, rest] = targetUrl.exec(url?.trim() ?? '') ?? [];
  if (host === undefined || rest === undefined) return null;
  const [domain = '', ...parts] = [host, ...rest.split('/')].map((part) => part.trim());
  const names = parts.filter((part) => part !== '');
  const streamId = names.pop();
  if (streamId === undefined || domain === '') return null;
  // Host names are case-insensitive, and CSS writes those of sessions in lower case.
  return { domain: domain.toLowerCase(), path: names.join('/'), streamId };
}

function readRelayEvent(callbackEvent: string | null, message: JsonObject): RelayEvent {
  switch (callbackEvent) {
    case 'TaskStart':
      return { type: 'TASK_START' };
    case 'TaskExit':
      return { type: 'TASK_EXIT', exit: readExit(message) };
    case 'VodSourceFileStart':
      return { type: 'FILE_START', file: readFile(message) };
    case 'VodSourceFileFinish':
      return { type: 'FILE_FINISH', file: readFile(message) };
    case 'TaskAlarm':
      return { type: 'ALARM', alarm: readName(message['type'], alarmLengthMax) ?? 'unknown' };
    default:
      return callbackEvent !== null && alarmTypes.has(callbackEvent)
        ? { type: 'ALARM', alarm: callbackEvent }
        : { type: 'OTHER' };
  }
}

/** Types of alarms, which some accounts get as events of their own instead of in a TaskAlarm. */
const alarmTypes: ReadonlySet<string> = new Set([
  'PullFileUnstable',
  'PushStreamUnstable',
  'PullFileFailed',
  'PushStreamFailed',
  'FileEndEarly',
]);

function readExit(message: JsonObject): RelayExit {
  const sent = message['code'];
  return {
    code: readCode(sent),
    codeText: readCodeText(sent),
    message: readText(message['message'], exitMessageLengthMax),
  };
}

function readFile(message: JsonObject): SourceFileNaming {
  return {
    index: readCode(message['index']),
    url: readText(message['url']),
    durationSeconds: readDuration(message['duration']),
  };
}

/** `msg` is JSON inside a string; a plain object is accepted too. */
function readMessage(value: unknown): JsonObject {
  const message = typeof value === 'string' ? parseEmbeddedJson(value) : value;
  return isJsonObject(message) ? message : {};
}

/** `source_urls` is a JSON array inside a string, with a trailing newline in every sample. */
function readSourceUrls(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? parseEmbeddedJson(value) : value;
  if (!Array.isArray(list)) return [];
  const urls = list.flatMap((url) => readText(url) ?? []);
  if (urls.length <= sourceUrlsMax) return urls;
  const shown = urls.slice(0, sourceUrlsMax - 1);
  return [...shown, `${cutMark}${digestOfList(urls)}`];
}

/**
 * Source URLs read of one task at most, so that no row grows without bound. In a longer list the last one becomes a
 * digest.
 */
export const sourceUrlsMax = 100;

/** Lists that differ only in the part cut off are still different sources. */
function digestOfList(urls: readonly string[]): string {
  return hash('sha256', JSON.stringify(urls), 'hex').slice(0, 32);
}

/** Code units of short texts; the longest documented ones are far shorter. */
const alarmLengthMax = 64;
const exitMessageLengthMax = 1_024;
