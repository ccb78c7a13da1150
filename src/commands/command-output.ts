import { performance } from 'node:perf_hooks';

/** Prints sentences on standard output and progress on a terminal, or both as JSON lines on standard output. */
export interface CommandOutput {
  /** Reports progress: a sentence for the terminal, replaced by the next, and the same as fields for a JSON line. */
  progress(sentence: string, fields: object): void;
  /** Reports what the command has done or found. */
  result(sentence: string, fields: object): void;
}

/** The flag that asks for JSON lines. */
export const jsonFlag = { fallback: null, meaning: 'progress and results as JSON lines on standard output' };

const clearLine = '\r\x1b[K';

/** Clears the progress on a terminal, before anything else is printed. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write(clearLine);
}

/** @param asJson - JSON lines instead of sentences */
export function createCommandOutput(asJson: boolean): CommandOutput {
  if (asJson) {
    const write = (_sentence: string, fields: object) => {
      process.stdout.write(`${JSON.stringify(fields, bigintAsText)}\n`);
    };
    return { progress: write, result: write };
  }
  const isTerminal = process.stderr.isTTY;
  return {
    progress(sentence) {
      if (isTerminal) process.stderr.write(clearLine + sentence);
    },
    result(sentence) {
      clearProgress();
      process.stdout.write(`${sentence}\n`);
    },
  };
}

/** Estimates, from now on, the seconds left after `done` of `total` at the pace so far. Infinity while nothing is done. */
export function createTimeLeft(): (done: number, total: number) => number {
  const begunMs = performance.now();
  return (done, total) => Math.ceil(((performance.now() - begunMs) / 1_000 / done) * (total - done));
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
