/**
 * Seconds without a callback after which a live session counts as silent, unless a client gives another number. CSS
 * sends nothing while a push goes on, so this is longer than nearly every broadcast. If screenshots or recordings are
 * on, a few times their interval is a better choice.
 */
export const silentAfterSecondsDefault = 24 * 3_600;

/** The largest number of seconds that a client may give: ten years. */
export const silentAfterSecondsMax = 10 * 366 * 24 * 3_600;
