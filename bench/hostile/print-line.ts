import { line, shorten } from '../table.ts';
import type { Figures } from './authentic.ts';
import type { HostileLine } from './hostile-line.ts';
import type { LineResult } from './run-line.ts';

export function printHead({ name, what }: HostileLine): void {
  line([`\n${name}: ${what}`, 0]);
}

export function printResult({ kept, fresh, memory, got, ended }: LineResult): void {
  line(
    ['authentic', -16],
    ['sent', 6],
    ['acknowledged', 12],
    ['refused', 7],
    ['unanswered', 10],
    ['after 5 s', 9],
    ['p50 ms', 7],
    ['p99 ms', 7],
    ['worst ms', 8],
  );
  printFigures('kept connections', kept);
  printFigures('new connections', fresh);
  const each = memory.map(({ name, nowMb, peakMb }) => `${name} ${nowMb.toFixed(0)} (${peakMb.toFixed(0)})`);
  line([`resident MB at the end (peak): ${each.join(', ')}`, 0]);
  line([`the attack got: ${got}`, 0]);
  if (ended !== null) line([`THE SERVICE WAS ENDED, by ${ended}`, 0]);
}

function printFigures(name: string, figures: Figures): void {
  line(
    [name, -16],
    [String(figures.sent), 6],
    [String(figures.acknowledged), 12],
    [String(figures.refused), 7],
    [String(figures.unanswered), 10],
    [String(figures.late), 9],
    [shorten(figures.p50Ms), 7],
    [shorten(figures.p99Ms), 7],
    [shorten(figures.greatestMs), 8],
  );
}
