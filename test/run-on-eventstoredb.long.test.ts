import { EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { builtStandIn, startStandIn, type StandIn } from './eventstoredb-stand-in/server/stand-in.ts';

let server: StandIn;
beforeAll(async () => {
  server = await startStandIn(builtStandIn);
});
afterAll(() => server.close());

async function run(...args: readonly string[]) {
  const program = fileURLToPath(new URL('run-on-eventstoredb.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}

test('without a server, or with half of what stops and starts it, it says how it is used', async () => {
  for (const args of [[], ['--url', server.url, '--stop', 'true'], ['--url', server.url, '--freeze', 'true']]) {
    expect(await run(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('--restart') as unknown });
  }
});

test('the suites run against the server that is named, and say what they skip', async () => {
  const only = ['eventstoredb-event-store', 'eventstoredb/foreign-events'].flatMap((text) => ['--only', text]);
  const { status, stderr } = await run('--url', server.url, ...only, '--', '--testNamePattern', '8\\.1 identity');
  expect(stderr).toMatch(/✓ 8\.1 identity/);
  expect(stderr).toMatch(/skipped: a test that needs the server restarted/);
  expect(status).toBe(0);
  const client = EventStoreDBClient.connectionString(server.url);
  const streams: string[] = [];
  for await (const { event } of client.readAll()) if (event) streams.push(event.streamId);
  await client.dispose();
  expect(streams).toContainEqual(expect.stringMatching(/^test_[0-9a-f]{32}\.ledger$/));
});
