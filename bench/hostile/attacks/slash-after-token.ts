import { callbackBodies } from '../callback-bodies.ts';
import type { HostileLine } from '../hostile-line.ts';
import { createTally, post } from '../posting.ts';

const token = 'bench-token-bench-token';

/** Relay callbacks to each URL. */
const callbacks = 20;

export const slashAfterToken: HostileLine = {
  name: 'slash-after-token',
  what: 'relay callbacks to a token URL with a slash at its end',
  settings: { CSS_CALLBACK_TOKENS: token },
  async attack({ port }) {
    const next = callbackBodies(1);
    const got = [];
    for (const path of [`/callbacks/css/${token}`, `/callbacks/css/${token}/`]) {
      const tally = createTally();
      for (let sent = 0; sent < callbacks; sent += 1) tally.add((await post({ port, path, body: next() })).status);
      got.push(`${path}: ${tally.toString()}`);
    }
    return got.join('; ');
  },
};
