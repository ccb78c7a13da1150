import type { WireBody } from './json-text.ts';
import type {
  PushActivity,
  SimulatedCallback,
  SimulatedInterruption,
  SimulatedOther,
  SimulatedPush,
  SimulatedRelay,
} from '../scenario/simulated-callback.ts';

/** The body of a callback with the vendor's names, types and oddities, without `t` and `sign`. */
export function bodyOf(callback: SimulatedCallback): WireBody {
  switch (callback.kind) {
    case 'PUSH':
      return pushBody(callback);
    case 'INTERRUPTION':
      return interruptionBody(callback);
    case 'RELAY':
      return relayBody(callback);
    case 'OTHER':
      return otherBody(callback);
  }
}

/** Seed 002: the push callback. */
function pushBody({ activity, atMs }: SimulatedPush): WireBody {
  return { ...activityStart(activity), errcode: 0, errmsg: 'ok', ...activityRest(activity, 1, atMs) };
}

/** Seed 002: the interruption callback, with the additional fields of its table. */
function interruptionBody({ activity, atMs, code, message, pushDurationMs }: SimulatedInterruption): WireBody {
  return {
    ...activityStart(activity),
    errcode: code,
    errmsg: message,
    ...activityRest(activity, 0, atMs),
    push_duration: activity.dialect.durationAsText ? String(pushDurationMs) : pushDurationMs,
  };
}

function activityStart({ domain, appId, path, channelId, dialect }: PushActivity): WireBody {
  return { app: domain, [dialect.appIdField]: Number(appId), appname: path, channel_id: channelId };
}

function activityRest(activity: PushActivity, eventType: number, atMs: number): WireBody {
  const { sequenceAsNumber, laterFields } = activity.dialect;
  return {
    event_time: atMs / 1000,
    event_type: eventType,
    node: activity.node,
    sequence: sequenceAsNumber ? BigInt(activity.sequence) : activity.sequence,
    stream_id: activity.streamId,
    stream_param: activity.streamParam,
    user_ip: activity.userIp,
    ...(laterFields !== null && {
      set_id: laterFields.setId,
      idc_id: laterFields.idcId,
      width: laterFields.width,
      height: (laterFields.width * 9) / 16,
    }),
  };
}

/** `callback_event` of the relay pages (seeds 000, 001, 003, 004), and two of the later page. */
const callbackEvents = {
  START: 'TaskStart',
  EXIT: 'TaskExit',
  FILE_START: 'VodSourceFileStart',
  FILE_FINISH: 'VodSourceFileFinish',
  ALARM: 'TaskAlarm',
  RESET: 'ResetTaskConfig',
} as const;

/** The `callback_event` that CSS sends for what happened to a relay task. */
export function callbackEventOf({ event }: SimulatedRelay): string {
  return callbackEvents[event.type];
}

function relayBody(callback: SimulatedRelay): WireBody {
  const { task, event, atMs } = callback;
  const { clock, appIdField, streamIdEmpty, callbackUrl } = task.dialect;
  const namesTask = event.type !== 'EXIT' || event.namesTask;
  const isFileEvent = event.type === 'FILE_START' || event.type === 'FILE_FINISH';
  return {
    [appIdField]: Number(task.appId),
    callback_event: callbackEventOf(callback),
    ...(isFileEvent && callbackUrl && { callback_url: 'http://you.callback.url' }),
    // The later page: seconds as a string.
    ...(clock !== 'NONE' && { event_time: String(Math.floor(atMs / 1000)) }),
    event_type: 314,
    interface: 'general_callback',
    msg: messageOf(callback),
    product_name: 'pullpush',
    // Every sample has the line end.
    source_urls: `${JSON.stringify(task.sourceUrls)}\n`,
    ...(namesTask && {
      stream_id: streamIdEmpty ? '' : task.streamId,
      task_id: task.taskId,
      to_url: task.toUrl,
    }),
  };
}

/** `msg`: JSON inside a string. */
function messageOf({ task, event, atMs }: SimulatedRelay): string {
  const { clock, numbersAsText } = task.dialect;
  const number = (value: number | string) => (numbersAsText ? String(value) : value);
  const timeMs = clock === 'MILLISECONDS' ? atMs : 0;
  switch (event.type) {
    case 'START':
      return JSON.stringify({ task_start_time: timeMs });
    case 'EXIT':
      return JSON.stringify({ message: event.message, code: number(event.code), task_exit_time: timeMs });
    case 'FILE_START':
    case 'FILE_FINISH':
      return JSON.stringify({
        url: event.url,
        index: number(event.index),
        duration: event.durationSeconds,
      });
    case 'ALARM':
      return JSON.stringify({ type: event.alarm });
    case 'RESET':
      return '{}';
  }
}

function otherBody({ appId, domain, streamId, eventType, atMs, more }: SimulatedOther): WireBody {
  return {
    app: domain,
    appid: Number(appId),
    appname: 'live',
    event_time: atMs / 1000,
    event_type: eventType,
    stream_id: streamId,
    ...more,
  };
}
