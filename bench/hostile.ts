/**
 * What do attacks, and mistakes of others, do to the callbacks of CSS? Each line of the table has its own service, with authentic callbacks
 * at 50 a second beside it. Everything is on loopback, bounded in count and time.
 * Run: npm run bench:hostile (--line NAME runs one, --seconds N for each, --before FOLDER runs another built checkout instead).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchFlags } from './bench-flags.ts';
import { hostileLines } from './hostile/lines.ts';
import { printHead, printResult } from './hostile/print-line.ts';
import { runLine } from './hostile/run-line.ts';
import { line } from './table.ts';

const flags = benchFlags({
  line: { type: 'string' },
  seconds: { type: 'string', default: '20' },
  before: { type: 'string' },
});
const wanted = hostileLines.filter(({ name }) => flags.line === undefined || flags.line === name);
if (wanted.length === 0)
  throw new Error(`There is no such line, but: ${hostileLines.map(({ name }) => name).join(', ')}`);

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const before = flags.before === undefined ? undefined : path.resolve(flags.before);
try {
  for (const one of wanted) {
    printHead(one);
    try {
      const result = await runLine(one, { folder, before, ms: Number(flags.seconds) * 1_000 });
      if (typeof result === 'string') line([`skipped: ${result}`, 0]);
      else printResult(result);
    } catch (error) {
      // The other lines say something even if this one can't.
      line([`failed: ${(error as Error).message}`, 0]);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
