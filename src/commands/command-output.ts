import { performance } from 'node:perf_hooks';

/** What a command prints: sentences on standard output and progress on a terminal, or JSON lines on standard output. */
export interface CommandOutput {
  /** How far it is: a sentence for the terminal, replaced by the next, and the same as fields for a JSON line. */
  progress(sentence: string, fields: object): void;
  /** What it has done or found. */
  result(sentence: string, fields: object): void;
}

/** The flag that asks for JSON lines. */
export const jsonFlag = { fallback: null, meaning: 'progress and results as JSON lines on standard output' };

const clearLine = '\r\x1b[K';

/** Clears what was shown of the progress of a command, before anything else is said. */
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

/** From now on: the seconds that the rest takes at the pace so far, of `done` of `total`. Infinity before anything is done. */
export function createTimeLeft(): (done: number, total: number) => number {
  const begunMs = performance.now();
  return (done, total) => Math.ceil(((performance.now() - begunMs) / 1_000 / done) * (total - done));
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
