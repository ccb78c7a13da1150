/**
 * Seconds without a callback after which a live session counts as silent, unless a client names another number. CSS sends
 * nothing while a push goes on, so this is longer than nearly every broadcast. With screenshots or recordings turned on,
 * a few times their interval says more.
 */
export const silentAfterSecondsDefault = 24 * 3_600;

/** The most that a client may name: ten years. */
export const silentAfterSecondsMax = 10 * 366 * 24 * 3_600;
