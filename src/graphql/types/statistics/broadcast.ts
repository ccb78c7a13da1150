import { Float, ID, Int } from 'type-graphql';
import { DateTimeScalar } from '../../scalars.ts';
import { connectionOf } from '../connection.ts';
import { InterruptionCount } from './kinds.ts';
import { objectType, orNull } from '../declare.ts';

export const Broadcast = objectType(
  'Broadcast',
  'What viewers of one stream saw as one broadcast: sessions of that stream, each of which began at most `gapMaxSeconds` after the one before it had ended.',
  {
    appId: [ID, 'The account.'],
    domain: [String, 'Push domain.'],
    path: [String, 'Push path.'],
    streamId: [String, 'Stream name.'],
    startedAtMs: [
      DateTimeScalar,
      'When its first session began. Where that is not known, its end or first arrival, whichever is earlier: a session with an unknown start counts from there.',
    ],
    endedAtMs: [
      orNull(DateTimeScalar),
      'When its last session ended. Null while it is live, and where that ended at an unknown time.',
    ],
    isLive: [Boolean, 'Whether its last session is LIVE.'],
    durationMs: [
      orNull(Float),
      'Milliseconds from its start to its end; while it is live, to the end of the time that was asked for, at most until the answer was made. Null where it ended at an unknown time.',
    ],
    sessionCount: [Int, 'How many sessions it has, whichever time was asked for.'],
    reconnects: [Int, 'How often it was connected again: all its sessions but the first.'],
    longestGapMs: [
      Float,
      'The longest time between the end of a session and the beginning of the next, in milliseconds; 0 if there is none. Where an interruption was lost, the session is taken to have ended when the next one began.',
    ],
    availability: [
      orNull(Float),
      'The part of `durationMs` that is no gap, from 0 to 1. Null where it ended at an unknown time.',
    ],
    causes: [
      [InterruptionCount],
      'What ended the sessions before each reconnect, by side, lost interruptions as UNKNOWN; sides that ended none are left out. The end of the broadcast itself is not among them.',
    ],
  },
);
export type Broadcast = InstanceType<typeof Broadcast> & {
  /** For the resolver of `sessions`. */
  sequences: readonly string[];
};

/** A page of them, with cursors at both ends. */
export const BroadcastConnection = connectionOf(Broadcast, 'Broadcast', 'broadcasts');
