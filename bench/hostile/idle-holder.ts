/** Opens connections in its own process, sends nothing over them, and counts those that are still open. */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Opening {
  readonly port: number;
  readonly connections: number;
}

export interface Opened {
  readonly opened: number;
  /** Codes of errors, each with how often it came. */
  readonly errors: readonly (readonly [code: string, count: number])[];
}

export type Question = Opening | 'count';

/** Connections to begin at a time, and milliseconds until the next ones. */
const step = { connections: 100, ms: 20 } as const;

const sockets: Socket[] = [];

async function open({ port, connections }: Opening): Promise<Opened> {
  const errors = new Map<string, number>();
  let opened = 0;
  for (let begun = 0; begun < connections; begun += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => (opened += 1));
    socket.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      errors.set(code, (errors.get(code) ?? 0) + 1);
    });
    socket.resume();
    sockets.push(socket);
    if (begun % step.connections === 0) await pause(step.ms);
  }
  await pause(step.ms);
  return { opened, errors: [...errors] };
}

process.on('message', (question: Question) => {
  if (question === 'count') process.send?.(sockets.filter(({ readyState }) => readyState === 'open').length);
  else void open(question).then((opened) => process.send?.(opened));
});
process.on('disconnect', () => process.exit());
