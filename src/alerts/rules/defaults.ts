import type { AlertKind } from '../../domain/alerts/alert-kinds.ts';

/** What a rule has where the file leaves it out. */
export const defaultsOfRule = { threshold: 1, forSeconds: 0, quietSeconds: 0, groupSeconds: 60 } as const;

/** Pushes of a stream that began, from which on it is flapping. */
export const flappingThreshold = 5;

/**
 * Seconds within which it must have happened. An hour: an end that callbacks report late is still an end. Ten minutes: what is
 * over by then is over. A day: what is missing is known for sure a quarter of an hour later at the soonest.
 */
export const withinSecondsOf = {
  PUSH_ENDED: 3_600,
  RELAY_EXIT: 3_600,
  FLAPPING: 600,
  RELAY_ALARM: 600,
  MISSING: 24 * 3_600,
} as const satisfies Partial<Record<AlertKind, number>>;

/** What a target has where the file leaves it out. DingTalk and WeCom take 20 messages in a minute, and block who sends more. */
export const defaultsOfTarget = { format: 'STANDARD', perMinute: 20 } as const;
