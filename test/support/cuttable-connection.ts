import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy to an EventStoreDB server that a test can cut, like a network: other connections still reach the server. */
export interface CuttableConnection {
  /** The server's connection string, through this proxy. */
  readonly url: string;
  /** Closes its connections, and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

const oneHost = /^(esdb:\/\/(?:[^@/?]*@)?)([^:,/?@]+)(?::(\d+))?(\/?\?.*)?$/;
const defaultPort = 2113;

/** Whether a proxy can be used: one host, without TLS. */
export function isOneHostWithoutTls(connectionString: string): boolean {
  return oneHost.test(connectionString) && /[?&]tls=false/i.test(connectionString);
}

export async function openCuttableConnection(connectionString: string): Promise<CuttableConnection> {
  const [, scheme = '', host = '', port, options = ''] = oneHost.exec(connectionString) ?? [];
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const listening = createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port ?? defaultPort), host);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${scheme}127.0.0.1:${(listening.address() as AddressInfo).port}${options}`,
    cut,
    mend: () => {
      isCut = false;
    },
    async close() {
      cut();
      listening.close();
      await once(listening, 'close');
    },
  };
}
