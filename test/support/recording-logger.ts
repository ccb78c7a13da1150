import { Writable } from 'node:stream';
import { createProcessLogger } from '../../src/commands/process-logger.ts';
import type { LogLevel } from '../../src/settings/variables.ts';

/** The process's logger, whose lines are kept for tests of the log. */
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
