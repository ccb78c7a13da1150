/** Milliseconds, for what the product does within a bounded time: longer than any machine takes, because no result may depend on how fast this one is. */
export const patientMs = 120_000;
