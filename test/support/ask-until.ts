import { setTimeout as pause } from 'node:timers/promises';
import { patientMs } from './patience.ts';
import { inspect } from 'node:util';

/** The least milliseconds between two questions, so that the node asked can do other work. The interval grows with time. */
const askAgainMsLeast = 20;
const askAgainMsMost = 200;

/** Asks repeatedly, as a client would, until the answer fits. A node that has nothing of the log yet answers with an error. */
export async function askUntil<Answer>(ask: () => Promise<Answer>, fits: (answer: Answer) => boolean): Promise<Answer> {
  const begunMs = performance.now();
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (fits(answer)) return answer;
      last = answer;
    } catch (error) {
      if (!String(error).includes('STORE_UNAVAILABLE')) throw error;
      last = error;
    }
    const waitedMs = performance.now() - begunMs;
    if (waitedMs > patientMs) throw new Error(`Not within ${patientMs} ms; the last answer: ${inspect(last)}`);
    await pause(Math.min(askAgainMsMost, Math.max(askAgainMsLeast, waitedMs / 10)));
  }
}
