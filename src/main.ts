import { handleSignals } from './commands/serve/process-end.ts';
import { partOfThisProcess } from './recorder/process-messages.ts';

// Callbacks carry publishers' credentials, so only this user may read the files written.
process.umask(0o077);
// A reader may have closed the pipe, or a file's disk may be full: the command still does its work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const args = process.argv.slice(2);
const part = partOfThisProcess();
// What follows is loaded only where it is needed, because loading takes longer than everything above.
if (args[0] !== 'serve' && args[0] !== 'standby') {
  const { runProgram } = await import('./commands/program.ts');
  process.exitCode = await runProgram(args);
} else if (part === 'supervisor') {
  const { runSupervisor } = await import('./recorder/supervisor/supervisor.ts');
  runSupervisor();
} else {
  handleSignals();
  const { runCommandLine } = await import('./commands/command-line.ts');
  const { asStandby } = await import('./commands/standby.ts');
  const command =
    part === 'recorder'
      ? (await import('./commands/serve/recorder.ts')).recorderCommand
      : (await import('./commands/serve/reader.ts')).readerCommand;
  process.exitCode = await runCommandLine([command, asStandby(command)], args);
}
