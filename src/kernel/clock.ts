/** The present as milliseconds since 1970-01-01T00:00:00Z. A port, so that tests decide what time it is. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Milliseconds since the process began: nobody sets it, so it tells how long something took whatever is done to `systemClock`. */
export const steadyClock: Clock = () => performance.now();
