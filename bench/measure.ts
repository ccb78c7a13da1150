import { performance } from 'node:perf_hooks';

/** Median and spread (smallest and greatest) of the measurements. */
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

export interface Quantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly greatestMs: number;
}

export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), greatestMs: at(1) };
}

/** Average microseconds of each of `count` repetitions of some work. */
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
