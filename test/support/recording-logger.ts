import { Writable } from 'node:stream';
import { pino } from 'pino';

/** A real logger whose lines are kept, for tests that look at what is logged. */
export function openRecordingLogger() {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: pino({ level: 'info', base: null }, sink), lines };
}
