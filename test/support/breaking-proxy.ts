import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy that passes bytes to a server until it breaks. */
export interface BreakingProxy {
  readonly url: string;
  /** Connections made to it so far. */
  readonly connections: () => number;
  /** Stops passing bytes on over the open connections, without ending them. */
  freeze(): void;
  close(): Promise<void>;
}

/**
 * `bytesOf`: the bytes for the client after which a connection, counted from 1, is reset; or, with `SILENCE`, after whose last chunk it passes
 * nothing any more, without ending.
 */
export async function openBreakingProxy(
  target: string,
  bytesOf: (connection: number) => number,
  then: 'RESET' | 'SILENCE' = 'RESET',
): Promise<BreakingProxy> {
  const open = new Set<Socket>();
  const frozen = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    let left = bytesOf((connections += 1));
    const service = connect(Number(new URL(target).port), '127.0.0.1');
    const end = () => {
      if (frozen.has(client)) return;
      client.destroy();
      service.destroy();
    };
    for (const socket of [client, service]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.on('data', (bytes) => service.write(bytes));
    service.on('data', (bytes: Buffer) => {
      if (then === 'SILENCE') {
        if (left > 0) client.write(bytes);
        left -= bytes.length;
        // The client does not hear of the end either.
        if (left <= 0) frozen.add(client);
        return;
      }
      client.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left < 0) client.end(() => client.resetAndDestroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    freeze() {
      for (const socket of open) {
        socket.pause();
        frozen.add(socket);
      }
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
