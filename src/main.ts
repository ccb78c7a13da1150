import { handleSignals, isServing } from './commands/stop-signals.ts';

// Callbacks carry credentials of pushers: the files that are written are for this user alone.
process.umask(0o077);
// The reader may have closed the pipe, or the disk of a file be full: a command does its work all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const args = process.argv.slice(2);
if (args[0] === 'serve' && !isServing()) {
  const { runPrimary } = await import('./primary/primary.ts');
  runPrimary();
} else {
  if (args[0] === 'serve') handleSignals();
  // Loaded only now: it takes longer than anything above.
  const { runProgram } = await import('./commands/program.ts');
  process.exitCode = await runProgram(args);
}
