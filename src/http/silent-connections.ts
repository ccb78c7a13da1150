import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Returns a function that ends every connection that has not sent the head of a request yet, now and from then on. Node
 * does not count those as idle: a browser's or a load balancer's spare connection would hold up a shutdown to its end.
 */
export function watchSilentConnections(server: Server): () => void {
  const silent = new Set<Socket>();
  let ending = false;
  server.on('connection', (socket) => {
    if (ending) {
      socket.destroy();
      return;
    }
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  return () => {
    ending = true;
    for (const socket of silent) socket.destroy();
  };
}
