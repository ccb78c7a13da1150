import { setTimeout as pause } from 'node:timers/promises';
import { sum } from '../../process-tree.ts';
import { ask, end, start } from '../../processes.ts';
import type { HostileLine } from '../hostile-line.ts';
import type { Counts, Opening, Question } from '../idle-holder.ts';
import { createTally } from '../posting.ts';

/** More than the service accepts. Several processes open them, because each has its own limit of open files. */
const [connections, processes] = [12_400, 8];

export const idleConnections: HostileLine = {
  name: 'idle-connections',
  what: `${connections} idle connections`,
  async attack({ port, ms }) {
    const holders = Array.from({ length: processes }, () => start('hostile/idle-holder.ts'));
    try {
      for (const holder of holders) holder.send({ port, connections: connections / processes } satisfies Opening);
      await pause(ms);
      const all = await Promise.all(holders.map((holder) => ask<Question, Counts>(holder, 'count')));
      // EMFILE: the limit of open files of this machine does not allow them.
      const errors = createTally();
      for (const code of all.flatMap((one) => one.errors)) errors.add(code);
      const [opened, open] = [sum(all.map((one) => one.opened)), sum(all.map((one) => one.open))];
      return `${opened} opened, ${open} still open at the end; errors: ${errors.toString()}`;
    } finally {
      await Promise.all(holders.map(end));
    }
  },
};
