import type { ArrivedCallback } from '../../simulator/expected/arrived.ts';
import type {
  PushActivity,
  RelayEvent,
  SimulatedTask,
  Unnumbered,
} from '../../simulator/scenario/simulated-callback.ts';
import { someMomentMs } from './simulation.ts';

/** Callbacks of a hand-written simulation: times are seconds after some moment. */
export function activity(sequence: string, startSecond: number): PushActivity {
  return {
    appId: '1000000001',
    sequence,
    domain: 'push.example.com',
    path: 'live',
    streamId: 'studio',
    channelId: 'studio',
    node: '100.64.0.1',
    userIp: '203.0.113.1',
    streamParam: 'txSecret=00ff',
    startedAtMs: atMs(startSecond),
    dialect: {
      appIdField: 'appid',
      tAsText: false,
      durationAsText: true,
      sequenceAsNumber: false,
      laterFields: null,
    },
  };
}

export function push(of: PushActivity): Unnumbered {
  return { kind: 'PUSH', appId: of.appId, atMs: of.startedAtMs, activity: of };
}

export function end(of: PushActivity, second: number, code: number, pushDurationMs?: number): Unnumbered {
  const durationMs = pushDurationMs ?? atMs(second) - of.startedAtMs;
  return {
    kind: 'INTERRUPTION',
    appId: of.appId,
    atMs: atMs(second),
    activity: of,
    pushDurationMs: durationMs,
    code,
    message: 'm',
  };
}

export function task(taskId: string, clock: SimulatedTask['dialect']['clock'] = 'SECONDS'): SimulatedTask {
  return {
    appId: '1000000001',
    taskId,
    sourceUrls: ['http://source.example.com/0.mp4'],
    toUrl: `rtmp://relay.example.com/live/${taskId}`,
    domain: 'relay.example.com',
    path: 'live',
    streamId: taskId,
    dialect: { clock, appIdField: 'appid', numbersAsText: false, streamIdEmpty: false, callbackUrl: false },
  };
}

export function relay(of: SimulatedTask, second: number, event: RelayEvent): Unnumbered {
  return { kind: 'RELAY', appId: of.appId, atMs: atMs(second), task: of, event };
}

export const start: RelayEvent = { type: 'START' };

export function exit(code: number, namesTask = true): RelayEvent {
  return { type: 'EXIT', code, message: 'm', namesTask };
}

export function file(type: 'FILE_START' | 'FILE_FINISH', index = 0): RelayEvent {
  return { type, index, url: `http://source.example.com/${index}.mp4`, durationSeconds: 9 };
}

export function atMs(second: number): number {
  return someMomentMs + second * 1_000;
}

/** The callbacks, each arrived once. */
export function arrived(callbacks: readonly Unnumbered[]): ArrivedCallback[] {
  const inOrder = [...callbacks].sort((one, other) => one.atMs - other.atMs);
  return inOrder.map((callback, number) => ({
    callback: { ...callback, number },
    deliveriesMin: 1,
    deliveriesMax: 1,
  }));
}
