import { createStore } from './store.ts';

/** Milliseconds by which the server's clock is ahead of this device's; negative if it is behind. */
export const serverAheadMs = createStore(0);

/** Now, by the clock of the server: in milliseconds since 1970. */
export const serverNow = (): number => Date.now() + serverAheadMs.get();

/** Milliseconds: the `Date` of an answer is cut off to whole seconds. */
const dateStepMs = 1_000;

/**
 * Compares the clocks by the `Date` of an answer. The server's clock showed it at some moment between the request and
 * the answer, so the difference is known as a range. What was known stays if it is within that range, so that times on
 * the page don't jump.
 */
export function noteAnswer({ headers }: Response, sentAtMs: number, answeredAtMs = Date.now()): void {
  const dateMs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(dateMs)) return;
  const [least, most] = [dateMs - answeredAtMs, dateMs + dateStepMs - sentAtMs];
  const known = serverAheadMs.get();
  if (known < least || known > most) serverAheadMs.set(Math.round((least + most) / 2));
}
