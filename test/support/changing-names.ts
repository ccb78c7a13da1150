/**
 * Sends to a name whose address changes, in its own network and with its own name server; runs only if `rebinding.test.ts` starts it.
 * Prints for each attempt its outcome, the addresses at which it arrived, and how often the address was looked up.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { openSender } from '../../src/forwarding/send.ts';

const publicAddress = '93.184.216.34';
const [typeA, labelsBegin] = [1, 12];

/** The name server's answers to successive address queries. */
let answers: string[][] = [];
let asked = 0;

const names = createSocket('udp4', (query, from) => {
  let end = labelsBegin;
  while (query[end] !== 0) end += (query[end] ?? 0) + 1;
  const question = query.subarray(labelsBegin, end + 5);
  const isAddress = query.readUInt16BE(end + 1) === typeA;
  const addresses = isAddress ? (answers[asked] ?? ['127.0.0.1']) : [];
  if (isAddress) asked += 1;
  const head = Buffer.alloc(labelsBegin);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  // The name of the query, an Internet address, not to be cached, four bytes.
  const records = addresses.map((address) =>
    Buffer.from([0xc0, labelsBegin, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  names.send(Buffer.concat([head, question, ...records]), from.port, from.address);
});
names.bind(53, '127.0.0.1');
await once(names, 'listening');

let arrivedAt: (string | undefined)[] = [];
const server = createServer((request, response) => {
  arrivedAt.push(request.socket.localAddress);
  response.writeHead(200, { connection: 'close' }).end();
});
await once(server.listen(8_080, '0.0.0.0'), 'listening');

const target = {
  name: 'one',
  url: 'http://rebinding.example:8080/',
  filter: null,
  headers: {},
  signingKey: null,
  concurrency: 16,
  perSecond: null,
  giveUpAfterMs: 86_400_000,
  isOrdered: true,
};
for (const given of [
  [[publicAddress], ['127.0.0.1']],
  [['127.0.0.1'], [publicAddress]],
  [['127.0.0.1', publicAddress]],
  [['10.0.0.1', '169.254.169.254']],
]) {
  [answers, asked, arrivedAt] = [given, 0, []];
  const allowed = { loopback: false, private: false };
  const sender = openSender(target, { allowed, clock: Date.now, userAgent: 'test' });
  const event = { eventId: 'id-1', data: Buffer.from('{}'), metadata: Buffer.from('{}') };
  const attempt = await sender.send(event, new AbortController().signal);
  await sender.close();
  const outcome = attempt.kind === 'FAILED' ? attempt.fault : attempt.kind;
  process.stdout.write(`${JSON.stringify({ outcome, arrivedAt, asked })}\n`);
}
server.close();
names.close();
