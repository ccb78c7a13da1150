import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A port of 127.0.0.1 that refuses connections until a program of this test listens on it. */
export interface ReservedPort {
  readonly port: number;
  release(): void;
}

/**
 * Reserves it with a connection from that port: the system gives it to nobody else. A program that has its number can listen
 * there, again and again, while it is reserved.
 * @param localPort - one that somebody has listened at until now; 0: any
 */
export async function reservePort(localPort = 0): Promise<ReservedPort> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: serverPort } = server.address() as AddressInfo;
  // Bound before it connects: only then may another socket listen on the same port.
  const begun = connect({ host: '127.0.0.1', port: serverPort, localAddress: '127.0.0.1', localPort });
  const [[other]] = (await Promise.all([once(server, 'connection'), once(begun, 'connect')])) as [[Socket], unknown];
  return {
    port: begun.localPort ?? 0,
    release() {
      begun.destroy();
      other.destroy();
      server.close();
    },
  };
}
