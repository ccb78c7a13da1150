import { EventStoreDBClient } from '@eventstore/db-client';
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { builtStandIn, startStandIn } from '../eventstoredb-stand-in/server/stand-in.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

/** The commands of docs/eventstoredb-rights.md, as printed, as far as the stand-in knows what they do: it has no users. */

const page = readFileSync(new URL('../../docs/eventstoredb-rights.md', import.meta.url), 'utf8');
const commandsUnder = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('```sh\n')[1]?.split('\n```')[0] ?? '';

async function run(commands: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const env = { ...process.env, ...variables };
  expect((await promisify(execFile)('bash', ['-ec', commands], { env })).stderr).not.toMatch(/error|warning/i);
}

test('the user gets the right to read $all, and everybody else loses that to all other streams', async () => {
  const server = await startStandIn(builtStandIn);
  const client = EventStoreDBClient.connectionString(server.url);
  try {
    const commands = commandsUnder('Its rights').split('\n').slice(1).join('\n');
    await run(commands, { ADMIN_URL: server.url });
    const ours = ['live-ledger', '$admins'];
    expect((await client.getStreamMetadata('$all')).metadata).toEqual({ acl: { readRoles: ours } });
    const settings = [];
    for await (const { event } of client.readStream('$settings')) settings.push(event);
    expect(settings).toMatchObject([
      {
        type: '$settings',
        data: {
          $userStreamAcl: { $r: ours, $w: ours, $d: ours, $mr: ours, $mw: ours },
          $systemStreamAcl: { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' },
        },
      },
    ]);
  } finally {
    await client.dispose();
    await server.close();
  }
});

testWith('curl', commandAtHand(['curl', '--version']) !== null)('the user is asked for with its password', async () => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      asked.push([method, url, headers.authorization, headers['content-type'], JSON.parse(body)]);
      response.writeHead(201).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const commands = commandsUnder('The user')
      .split('\n')
      .slice(2)
      .join('\n')
      .replace('https://node1.example.com:2113', `http://127.0.0.1:${port}`)
      .replace('--cacert /etc/live-ledger/ca.crt ', '');
    await run(commands, { ADMIN_PASSWORD: 'of-admin', LEDGER_PASSWORD: 'of-the-user' });
    const user = { loginName: 'live-ledger', fullName: 'Live Ledger', groups: [], password: 'of-the-user' };
    const basic = `Basic ${Buffer.from('admin:of-admin').toString('base64')}`;
    expect(asked).toEqual([['POST', '/users/', basic, 'application/json', user]]);
  } finally {
    server.close();
  }
});
