import { handleSignals, isServing } from './commands/stop-signals.ts';

// Callbacks carry publishers' credentials, so only this user may read the files written.
process.umask(0o077);
// A reader may have closed the pipe, or a file's disk may be full: the command still does its work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const args = process.argv.slice(2);
if (args[0] === 'serve' && !isServing()) {
  const { runPrimary } = await import('./primary/primary.ts');
  runPrimary();
} else {
  if (args[0] === 'serve') handleSignals();
  // Loaded only now, because it takes longer than everything above.
  const { runProgram } = await import('./commands/program.ts');
  process.exitCode = await runProgram(args);
}
