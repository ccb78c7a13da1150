import { Agent } from 'node:http';
import { bulkyBody } from '../callback-bodies.ts';
import type { HostileLine } from '../hostile-line.ts';
import { createTally, post, repeated } from '../posting.ts';

const [connections, bytes] = [32, 500_000];

export const unprovenBodies: HostileLine = {
  name: 'unproven-bodies',
  what: `unproven bodies of 500 KB on ${connections} connections`,
  async attack({ port, ms }) {
    const tally = createTally();
    const agent = new Agent({ keepAlive: true });
    const body = Buffer.from(bulkyBody(bytes, 'none'));
    await repeated(connections, AbortSignal.timeout(ms), async () => {
      tally.add((await post({ port, body, agent })).status);
    });
    agent.destroy();
    return tally.toString();
  },
};
