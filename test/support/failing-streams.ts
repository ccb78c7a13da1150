import { streamsMin } from '../../src/incidents/incident-rules.ts';
import { interruptionBody, pushBody } from './callback-bodies.ts';

/**
 * Streams that push, and end together by an internal fault of CSS: enough for an incident, which does not double, however few of the
 * callbacks it is first found by.
 */
export const failingStreams = Array.from({ length: 2 * streamsMin - 1 }, (_, number) => `stream-${number}`);

const now = Math.floor(Date.now() / 1_000);

export const pushAgo = (stream_id: string, sequence: number, secondsAgo: number) =>
  pushBody({ stream_id, sequence: String(sequence), event_time: now - secondsAgo });

export const faultAgo = (stream_id: string, sequence: number, secondsAgo: number) =>
  interruptionBody({
    stream_id,
    sequence: String(sequence),
    event_time: now - secondsAgo,
    errcode: 5,
    push_duration: '1000',
  });
