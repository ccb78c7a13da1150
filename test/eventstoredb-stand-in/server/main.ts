import { parseArgs } from 'node:util';
import { startServer } from './start-server.ts';

// The stand-in as a process of its own: `main.ts --port 0 --folder <data>`.
const { port, folder } = parseArgs({ options: { port: { type: 'string' }, folder: { type: 'string' } } }).values;
if (port === undefined || folder === undefined) throw new Error('--port and --folder are needed');
const server = await startServer(Number(port), folder);
process.stdout.write(`listens on 127.0.0.1:${server.connections.port}\n`);

// Its standard input ends with the process that started it: nothing is left behind, however that one ended.
process.stdin.resume().on('end', () => process.exit());
process.on('SIGTERM', () => process.exit());
