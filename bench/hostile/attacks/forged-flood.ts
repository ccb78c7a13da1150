import { Agent } from 'node:http';
import { bulkyBody, signedBodies } from '../callback-bodies.ts';
import type { HostileLine } from '../hostile-line.ts';
import { createTally, paced, post, repeated } from '../posting.ts';

const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;
const connectionsOfAddress = 8;

/** Callbacks a second with the new key, from another address, in the second half of the time. */
const newKeyPerSecond = 10;

function floodOf(kib: number): HostileLine {
  return {
    name: `forged-${kib}k`,
    what: `forged requests of ${kib} KiB from ${addresses.length} addresses, then ${newKeyPerSecond} callbacks a second with a new key`,
    async attack({ port, ms }) {
      const [forged, withNewKey] = [createTally(), createTally()];
      const body = Buffer.from(bulkyBody(kib * 1_024, 'wrong'));
      const flooding = AbortSignal.timeout(ms / 2);
      await Promise.all(
        addresses.map(async (localAddress) => {
          const agent = new Agent({ keepAlive: true, localAddress });
          await repeated(connectionsOfAddress, flooding, async () => {
            forged.add((await post({ port, body, agent, localAddress })).status);
          });
          agent.destroy();
        }),
      );
      const next = signedBodies('a new key');
      await paced(newKeyPerSecond, AbortSignal.timeout(ms / 2), async () => {
        withNewKey.add((await post({ port, body: next() })).status);
      });
      return `forged: ${forged.toString()}; with the new key: ${withNewKey.toString()}`;
    },
  };
}

export const forgedFloods: readonly HostileLine[] = [floodOf(512), floodOf(60)];
