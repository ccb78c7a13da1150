/** Runs the attack of one line in its own process, until its time is over. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Target } from './hostile-line.ts';
import { hostileLines } from './lines.ts';

const [name] = process.argv.slice(2);
const line = hostileLines.find((one) => one.name === name);

process.once('message', (target: Target) => {
  void Promise.all([line?.attack(target), pause(target.ms)]).then(([got]) => process.send?.(got));
});
process.on('disconnect', () => process.exit());
