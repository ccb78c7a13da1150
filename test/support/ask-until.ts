import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Milliseconds after which it gives up asking: no machine is as slow as that. */
const patienceMs = 120_000;

/** Milliseconds between two questions: whoever is asked has something else to do. */
const askAgainMs = 20;

/** Asks again and again, as a client would, until the answer fits. A node that has nothing of the log yet answers with an error. */
export async function askUntil<Answer>(ask: () => Promise<Answer>, fits: (answer: Answer) => boolean): Promise<Answer> {
  const deadlineMs = performance.now() + patienceMs;
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
    if (performance.now() > deadlineMs)
      throw new Error(`Not within ${patienceMs} ms; the last answer: ${inspect(last)}`);
    await pause(askAgainMs);
  }
}
