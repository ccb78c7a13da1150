import { afterEach, beforeEach, expect } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';

let server: EventStoreDbServer;
let child: ChildProcess | null = null;
beforeEach(async () => {
  server = await startEventStoreDb();
});
afterEach(async () => {
  if (child?.exitCode === null) child.kill('SIGKILL');
  await server.close();
});

testNeeding('stand-in')(
  'a server that is frozen and then killed under load ends no process: the client’s own stray rejections are none',
  async () => {
    const program = fileURLToPath(new URL('../../support/append-until-killed.ts', import.meta.url));
    const running = spawn(process.execPath, ['--import', 'tsx', program, server.url], { stdio: 'pipe' });
    child = running;
    let complaints = '';
    running.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const ended = once(running, 'exit');
    const lines = createInterface(running.stdout)[Symbol.asyncIterator]();
    const said = async () => ((await lines.next()) as IteratorResult<string, undefined>).value;
    expect(await said()).toBe('ready');
    server.freeze();
    running.stdin.write('append\n');
    expect(await said()).toBe('answered 1000');
    await server.kill();
    await server.restart();
    running.stdin.end('enough\n');
    expect(await said()).toBe('closed');
    expect(await ended).toEqual([0, null]);
    expect(complaints).toBe('');
  },
);
