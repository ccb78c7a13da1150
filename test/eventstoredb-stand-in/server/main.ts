import { parseArgs } from 'node:util';
import { startServer } from './start-server.ts';

// The stand-in as a process: `main.ts --port 0 --folder <data>`.
const { port, folder } = parseArgs({ options: { port: { type: 'string' }, folder: { type: 'string' } } }).values;
if (port === undefined || folder === undefined)
  throw new Error('Usage: main.ts --port <port, 0 for any> --folder <data>');
const server = await startServer(Number(port), folder);
process.stdout.write(`listens on 127.0.0.1:${server.connections.port}\n`);

// Standard input ends with the process that started this one, however that process ended, so no stand-in is left behind.
process.stdin.resume().on('end', () => process.exit());
process.on('SIGTERM', () => process.exit());
