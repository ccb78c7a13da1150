/** Opens connections in its own process, sends nothing over them, and counts them. */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Opening {
  readonly port: number;
  readonly connections: number;
}

/** Connections that were opened, and of these those that are still open. */
export interface Counts {
  readonly opened: number;
  readonly open: number;
  /** The code of each error. */
  readonly errors: readonly string[];
}

export type Question = Opening | 'count';

/** Connections to begin at a time, and milliseconds until the next ones. */
const step = { connections: 100, ms: 20 } as const;

const sockets: Socket[] = [];
const errors: string[] = [];
let opened = 0;

async function open({ port, connections }: Opening): Promise<void> {
  for (let begun = 0; begun < connections; begun += 1) {
    const socket = connect(port, '127.0.0.1').resume();
    socket.on('connect', () => (opened += 1));
    socket.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => errors.push(code));
    sockets.push(socket);
    if (begun % step.connections === 0) await pause(step.ms);
  }
}

process.on('message', (question: Question) => {
  if (question !== 'count') {
    void open(question);
    return;
  }
  const isOpen = ({ readyState }: Socket) => readyState === 'open';
  process.send?.({ opened, open: sockets.filter(isOpen).length, errors } satisfies Counts);
});
process.on('disconnect', () => process.exit());
