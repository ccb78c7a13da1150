import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { introspectionOf, graphqlRequest } from '../introspecting.ts';
import type { HostileLine } from '../hostile-line.ts';
import { createTally } from '../posting.ts';

/** Answers of some MB each: no two are equal, so each needs its own memory. */
const [answers, aliases] = [600, 300];

/** Milliseconds to read the first lines at the end. */
const readingMs = 1_000;

function askWithoutReading(port: number, index: number): Socket {
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.write(graphqlRequest(introspectionOf(1, aliases, `d${index}_`))));
  return socket;
}

/** The status of what has arrived; null if nothing has. */
async function statusOf(socket: Socket): Promise<number | null> {
  let head = '';
  socket.once('readable', () => {
    head = String(socket.read() ?? '');
  });
  await pause(readingMs);
  socket.destroy();
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? [];
  return status === undefined ? null : Number(status);
}

export const unreadAnswers: HostileLine = {
  name: 'unread-answers',
  what: `${answers} answers of some MB that are not read`,
  async attack({ port, ms }) {
    const sockets = Array.from({ length: answers }, (_, index) => askWithoutReading(port, index));
    await pause(Math.max(0, ms - readingMs));
    const tally = createTally();
    for (const status of await Promise.all(sockets.map(statusOf))) tally.add(status);
    return tally.toString();
  },
};
