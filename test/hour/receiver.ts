import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

// A target of forwarding, as a process of its own: `receiver.ts <port> <file> <good|bad>`. The file gets a line for each callback
// that was taken, with the time, written before the answer, so that what was answered is in it even if this process is killed.

const [port = '', file = '', kind = ''] = process.argv.slice(2);
const isBad = kind === 'bad';

/** A bad one takes this long at most to answer; one request in a thousand takes 30 times as long. */
const slowMsMax = 100;

const taken = openSync(file, 'a', 0o600);
process.on('exit', () => closeSync(taken));
process.on('SIGTERM', () => process.exit());

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const hash = createHash('sha256');
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => hash.update(chunk));
  request.on('end', () => {
    const digest = hash.digest('hex');
    const answer = () => {
      if (isBad && Math.random() < 1 / 3) {
        const way = Math.random();
        if (way < 0.4) response.writeHead(500).end();
        else if (way < 0.8) response.writeHead(404).end('{"code":1}');
        else request.socket.destroy();
        return;
      }
      writeSync(taken, `${String(request.headers['live-ledger-event-id'])} ${digest} ${Date.now()}\n`);
      response.writeHead(200).end('{"code":0}');
    };
    const pauseMs = Math.random() * slowMsMax * (Math.random() < 0.001 ? 30 : 1);
    if (isBad) setTimeout(answer, pauseMs);
    else answer();
  });
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listens\n'));
