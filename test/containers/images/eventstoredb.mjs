import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import process from 'node:process';

// The stand-in listens on loopback only; other containers reach it through this. It ends with its standard input.
const inside = '2114';
const standIn = spawn(process.execPath, ['stand-in/main.js', '--port', inside, '--folder', '/var/lib/eventstore'], {
  stdio: ['pipe', 'inherit', 'inherit'],
});
standIn.once('exit', (status) => process.exit(status ?? 1));
const server = createServer((client) => {
  const upstream = connect(Number(inside), '127.0.0.1');
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ]) {
    one.on('error', () => other.destroy());
    one.pipe(other);
  }
});
server.listen(2113, '0.0.0.0');
process.once('SIGTERM', () => process.exit());
