import { performance } from 'node:perf_hooks';

/** Median and spread (least and greatest) of what was measured. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? NaN;
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), greatest: at(sorted.length - 1) };
}

/** Microseconds that each of `count` repetitions of some work takes, on average. */
export function microsecondsEach(count: number, work: () => void): number {
  const begun = performance.now();
  work();
  return ((performance.now() - begun) * 1000) / count;
}

export function printRow(what: string, { median, least, greatest }: Summary, unit: string, ratio?: number): void {
  const figures = [median, least, greatest].map((value) => value.toFixed(value < 10 ? 2 : 1).padStart(9)).join('');
  process.stdout.write(
    `${what.padEnd(52)}${figures}  ${unit.padEnd(10)}${ratio === undefined ? '' : `ratio ${ratio.toFixed(2)}`}\n`,
  );
}

export function printHead(): void {
  process.stdout.write(`${''.padEnd(52)}${'median'.padStart(9)}${'least'.padStart(9)}${'greatest'.padStart(9)}\n`);
}

/** Prints one line of a table, each cell at the right of its width, or where that is negative at the left. */
export function printLine(...cells: readonly (readonly [cell: string, width: number])[]): void {
  const line = cells.map(([cell, width]) => (width < 0 ? cell.padEnd(-width) : cell.padStart(width))).join('  ');
  process.stdout.write(`${line.trimEnd()}\n`);
}

/** Two or three figures of a number say all that a measurement on a shared machine does. */
export function shorten(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value > 0 && value < 0.001) return '<0.001';
  return value >= 100 ? Math.round(value).toString() : value.toPrecision(2);
}

export function spread(values: readonly number[]): string {
  const { median, least, greatest } = summarise(values);
  return `${shorten(median)} (${shorten(least)}–${shorten(greatest)})`;
}
