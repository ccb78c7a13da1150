// Loaded before a program, it makes its pauses twenty times as short. What is longer than a minute is Node's own, and stays.
const asLong = globalThis.setTimeout;
globalThis.setTimeout = (call, ms, ...args) => asLong(call, ms > 60_000 ? ms : ms / 20, ...args);
const timeout = globalThis.AbortSignal.timeout.bind(globalThis.AbortSignal);
globalThis.AbortSignal.timeout = (ms) => timeout(ms / 20);
