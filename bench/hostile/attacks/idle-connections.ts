import { setTimeout as pause } from 'node:timers/promises';
import { ask, end, start } from '../../processes.ts';
import type { Opened, Question } from '../idle-holder.ts';
import type { HostileLine } from '../hostile-line.ts';
import { createTally } from '../posting.ts';
import { sum } from '../../process-tree.ts';

/** More than the service accepts. Several processes open them, because each has its own limit of open files. */
const [connections, processes] = [12_400, 8];

export const idleConnections: HostileLine = {
  name: 'idle-connections',
  what: `${connections} idle connections`,
  async attack({ port, ms }) {
    const overMs = performance.now() + ms;
    const holders = Array.from({ length: processes }, () => start('hostile/idle-holder.ts'));
    try {
      const all = await Promise.all(
        holders.map((holder) =>
          ask<Question, Opened>(holder, { port, connections: Math.ceil(connections / processes) }),
        ),
      );
      await pause(Math.max(0, overMs - performance.now()));
      const open = await Promise.all(holders.map((holder) => ask<Question, number>(holder, 'count')));
      const errors = createTally();
      for (const [code, count] of all.flatMap((one) => one.errors)) {
        for (let one = 0; one < count; one += 1) errors.add(code);
      }
      const opened = sum(all.map((one) => one.opened));
      return `${opened} opened, ${sum(open)} still open at the end; errors: ${errors.toString()}`;
    } finally {
      await Promise.all(holders.map(end));
    }
  },
};
