import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ConnectionInjector, Server as GrpcServer } from '@grpc/grpc-js';
import { ServerCredentials } from '@grpc/grpc-js';

/** The first bytes of every HTTP/2 connection without an upgrade. */
const http2Preface = 'PRI ';

/** One port for gRPC and HTTP/1, as on a real server; and the connections, for a fault to drop. */
export class Connections {
  readonly #http;
  readonly #http2: ConnectionInjector;
  readonly #server;
  readonly #sockets = new Map<string, Socket>();

  constructor(grpc: GrpcServer, onRequest: RequestListener) {
    this.#http = createHttpServer(onRequest);
    this.#http2 = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Listens on loopback; port 0 means any. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  /** Silently ends the connection of this peer (`address:port`). */
  drop(peer: string): void {
    this.#sockets.get(peer)?.destroy();
  }

  #accept(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#sockets.set(peer, socket);
    socket.on('close', () => this.#sockets.delete(peer));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      if (first.toString('latin1').startsWith(http2Preface)) this.#http2.injectConnection(socket);
      else this.#http.emit('connection', socket);
    });
  }
}
