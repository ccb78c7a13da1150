import { signedBodies } from '../callback-bodies.ts';
import type { HostileLine } from '../hostile-line.ts';
import { createTally, paced, post } from '../posting.ts';

/** Not an attack: somebody has changed the key at CSS and forgotten the service. */
function changedKey(perSecond: number): HostileLine {
  return {
    name: `unknown-key-${perSecond}`,
    what: `a key that was changed at CSS only: ${perSecond} callbacks a second`,
    async attack({ port, ms }) {
      const tally = createTally();
      const next = signedBodies('a key that CSS alone knows');
      await paced(perSecond, AbortSignal.timeout(ms), async () => {
        tally.add((await post({ port, body: next() })).status);
      });
      return tally.toString();
    },
  };
}

export const unknownKeys: readonly HostileLine[] = [changedKey(10), changedKey(50)];
