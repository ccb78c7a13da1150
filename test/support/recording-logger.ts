import { Writable } from 'node:stream';
import { createProcessLogger } from '../../src/commands/process-logger.ts';
import type { LogLevel } from '../../src/commands/variables.ts';

/** The logger of the process, whose lines are kept for tests that look at what is logged. */
export function openRecordingLogger(level: LogLevel = 'info') {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: createProcessLogger(level, sink), lines };
}
