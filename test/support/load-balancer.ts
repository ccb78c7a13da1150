import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { reservePort } from './reserved-port.ts';

const settings = fileURLToPath(new URL('../../docker/haproxy.cfg', import.meta.url));

/** The nodes' names in the file. */
export const nodeNames = ['receive-1', 'receive-2', 'query-1', 'query-2'] as const;
export type NodeName = (typeof nodeNames)[number];

/** HAProxy with the settings of `docker/`, but on a loopback port, with its nodes on sockets in a folder, and with frequent checks. */
export interface LoadBalancer {
  readonly port: number;
  /** Resolves once it has logged this; each line counts once. */
  said(what: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startLoadBalancer(folder: string): Promise<LoadBalancer> {
  const reserved = await reservePort();
  const { port } = reserved;
  const file = path.join(folder, 'haproxy.cfg');
  const written = readFileSync(settings, 'utf8')
    .replace('bind :4000', `bind 127.0.0.1:${port}`)
    .replace('inter 2s', 'inter 50ms')
    // Otherwise a check that takes longer than that interval fails, as on a busy machine.
    .replace('timeout connect 2s', 'timeout connect 2s\n  timeout check 60s')
    .replaceAll(/^( +server (\S+)) \S+$/gm, (_, server: string, name: string) => {
      return `${server} unix@${path.join(folder, name)}`;
    });
  writeFileSync(file, written);
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaints] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  let ended = false;
  const looking = new Set<() => void>();
  const look = () => {
    for (const one of [...looking]) one();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    look();
  });
  const exit = once(child, 'exit').then(() => {
    ended = true;
    look();
  });
  const said = (what: string) =>
    new Promise<void>((resolve, reject) => {
      const one = () => {
        const found = output.includes(what);
        if (!found && !ended) return;
        looking.delete(one);
        output = output.replace(what, '');
        if (found) resolve();
        else reject(new Error(`The load balancer ended before it said "${what}":\n${complaints}`));
      };
      looking.add(one);
      one();
    });
  return {
    port,
    said,
    stop: async () => {
      child.kill('SIGKILL');
      await exit;
      reserved.release();
    },
  };
}

/** A node as the load balancer sees it: answers requests with its name, and says whether it is ready. */
export interface BalancedNode {
  ready: boolean;
  readonly asked: IncomingMessage[];
  close(): void;
}

export async function startBalancedNode(folder: string, name: NodeName): Promise<BalancedNode> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((incoming, response) => {
    if (incoming.url?.startsWith('/readyz/')) {
      response.writeHead(node.ready && incoming.url === `/readyz/${name.replace(/-.*/, '')}` ? 200 : 503).end();
      return;
    }
    asked.push(incoming);
    if (incoming.url === '/graphql/stream')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
    else response.end(name);
  });
  const sockets = new WebSocketServer({ server, handleProtocols: ([first = '']) => first });
  sockets.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => socket.send(`${name} ${message.toString()}`));
  });
  const node: BalancedNode = {
    ready: true,
    asked,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
  server.listen(path.join(folder, name));
  await once(server, 'listening');
  return node;
}

/** Sends a request through the balancer; resolves with status and body, or with the open response if the body does not end. */
export async function ask({ port }: LoadBalancer, method: string, url: string) {
  const sent = request({ host: '127.0.0.1', port, method, path: url, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, response, body: () => text(response) };
}
