import { summarise } from './measure.ts';

/** Prints cells, each padded on the left to its width, or on the right if the width is negative. */
export function line(...cells: readonly (readonly [cell: string, width: number])[]): void {
  process.stdout.write(
    `${cells
      .map(([cell, width]) => (width < 0 ? cell.padEnd(-width) : cell.padStart(width)))
      .join('  ')
      .trimEnd()}\n`,
  );
}

/** Two or three significant figures: a measurement on a shared machine gives no more. */
export function shorten(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value > 0 && value < 0.001) return '<0.001';
  return Math.abs(value) >= 100 ? Math.round(value).toString() : value.toPrecision(2);
}

/** The median, and the smallest and greatest value. */
export function spread(values: readonly number[]): string {
  const { median, least, greatest } = summarise(values);
  return `${shorten(median)} (${shorten(least)}–${shorten(greatest)})`;
}
