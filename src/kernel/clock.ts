/** The present as milliseconds since 1970-01-01T00:00:00Z. A port, so that tests decide what time it is. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
