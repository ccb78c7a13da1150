import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import {
  ask,
  nodeNames,
  startBalancedNode,
  startLoadBalancer,
  type BalancedNode,
  type LoadBalancer,
  type NodeName,
} from '../support/load-balancer.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const proxyTest = testWith('haproxy (Debian: apt-get install haproxy)', commandAtHand(['haproxy', '-v']) !== null);

proxyTest('HAProxy accepts the configuration without a warning', () => {
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', file('docker/haproxy.cfg')], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('the load balancer has the nodes of the profile “many”, and no others', () => {
  const balanced = readFileSync(file('docker/haproxy.cfg'), 'utf8').matchAll(/^ +server (\S+) \1:4000$/gm);
  const composed = readFileSync(file('docker-compose.yml'), 'utf8').matchAll(/^ {2}((?:receive|query)-\d):$/gm);
  expect([...balanced].map(([, name]) => name)).toEqual([...nodeNames]);
  expect([...composed].map(([, name]) => name)).toEqual([...nodeNames]);
});

describe('through the load balancer', () => {
  let folder: TemporaryFolder;
  let balancer: LoadBalancer;
  let nodes: Record<NodeName, BalancedNode>;
  const askedOf = (name: NodeName) => nodes[name].asked.length;

  if (commandAtHand(['haproxy', '-v']) !== null) {
    beforeEach(async () => {
      folder = makeTemporaryFolder();
      balancer = await startLoadBalancer(folder.path);
      await Promise.all(nodeNames.map((name) => balancer.said(`${name} is DOWN`)));
      const started = nodeNames.map(async (name) => [name, await startBalancedNode(folder.path, name)] as const);
      nodes = Object.fromEntries(await Promise.all(started)) as Record<NodeName, BalancedNode>;
      await Promise.all(nodeNames.map((name) => balancer.said(`${name} is UP`)));
    });
    afterEach(async () => {
      await balancer.stop();
      for (const node of Object.values(nodes)) node.close();
      folder.remove();
    });
  }

  proxyTest(
    'sends callbacks to both receiving nodes in turn, and everything else to the query nodes, with the sender’s address',
    async () => {
      for (const url of ['/callbacks/css', '/callbacks/css/token', '/callbacks/css', '/callbacks/css']) {
        expect((await ask(balancer, 'POST', url)).status).toBe(200);
      }
      for (const url of ['/graphql', '/', '/callbacksnot']) {
        expect(await (await ask(balancer, 'GET', url)).body()).toMatch(/^query-/);
      }
      expect([askedOf('receive-1'), askedOf('receive-2')]).toEqual([2, 2]);
      expect(askedOf('query-1') + askedOf('query-2')).toBe(3);
      expect(nodes['receive-1'].asked[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
    },
  );

  proxyTest('sends nothing to a node that is not ready, until it is', async () => {
    nodes['receive-1'].ready = false;
    await balancer.said('receive-1 is DOWN');
    for (let n = 0; n < 4; n++) await ask(balancer, 'POST', '/callbacks/css');
    expect([askedOf('receive-1'), askedOf('receive-2')]).toEqual([0, 4]);
    nodes['receive-1'].ready = true;
    await balancer.said('receive-1 is UP');
    for (let n = 0; n < 4; n++) await ask(balancer, 'POST', '/callbacks/css');
    expect([askedOf('receive-1'), askedOf('receive-2')]).toEqual([2, 6]);
  });

  proxyTest('without a node of a role is not healthy, and answers requests for this role with 503', async () => {
    expect((await ask(balancer, 'GET', '/healthz')).status).toBe(200);
    for (const name of ['receive-1', 'receive-2'] as const) nodes[name].close();
    await balancer.said('receive-1 is DOWN');
    await balancer.said('receive-2 is DOWN');
    expect((await ask(balancer, 'GET', '/healthz')).status).toBe(503);
    expect((await ask(balancer, 'POST', '/callbacks/css')).status).toBe(503);
    expect((await ask(balancer, 'GET', '/graphql')).status).toBe(200);
  });

  proxyTest('passes a WebSocket on with its subprotocol', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${balancer.port}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.send('hello');
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.toString()).toMatch(/^query-\d hello$/);
    socket.terminate();
  });

  proxyTest('passes an event stream on at once, not at its end', async () => {
    const { response } = await ask(balancer, 'GET', '/graphql/stream');
    const [part] = (await once(response, 'data')) as [Buffer];
    expect(part.toString()).toBe(':\n\n');
    response.destroy();
  });

  proxyTest('does not serve the probes and metrics of a single node', async () => {
    for (const url of ['/metrics', '/readyz', '/readyz/receive', '/readyz/query']) {
      expect((await ask(balancer, 'GET', url)).status).toBe(404);
    }
    expect(nodeNames.map(askedOf)).toEqual([0, 0, 0, 0]);
  });
});
