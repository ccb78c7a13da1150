// Appends to a server that is frozen and then killed, in its own process: an uncaught error must end it.
import { createInterface } from 'node:readline';
import { newPrefix, openAppender } from './eventstoredb-log.ts';
import { newEvent } from './log-events.ts';

const [url = ''] = process.argv.slice(2);
const appender = openAppender(url, { prefix: newPrefix(), answerMsMax: 1_000 });
await appender.answering();
process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  if (line !== 'append') break;
  const data = Buffer.alloc(20_000, 'x');
  const settled = await Promise.allSettled(
    Array.from({ length: 1_000 }, (_, index) => appender.append(`a-${index % 7}`, [newEvent({ data })], 'any')),
  );
  process.stdout.write(`answered ${settled.length}\n`);
}
await appender.close();
process.stdout.write('closed\n');
