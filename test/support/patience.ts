/**
 * Milliseconds, for what a test waits for and for what the product does within a bounded time: longer than any machine takes, because
 * no result may depend on how fast this one is.
 */
export const patientMs = 300_000;
