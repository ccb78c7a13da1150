import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A port of 127.0.0.1 that refuses connections. */
export interface ReservedPort {
  readonly port: number;
  release(): void;
}

/**
 * Reserves it with a connection from that port: nobody listens there, and nobody else is given it to listen on meanwhile.
 * @param localPort - one that somebody has listened at until now; 0: any
 */
export async function reservePort(localPort = 0): Promise<ReservedPort> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: serverPort } = server.address() as AddressInfo;
  const from = localPort === 0 ? {} : { localAddress: '127.0.0.1', localPort };
  const begun = connect({ host: '127.0.0.1', port: serverPort, ...from });
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
