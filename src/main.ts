import { runCommandLine } from './commands/command-line.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { serveCommand } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';

// Callbacks carry credentials of pushers: the files that are written are for this user alone.
process.umask(0o077);
process.exitCode = await runCommandLine([serveCommand, rebuildCommand, simulateCommand], process.argv.slice(2));
