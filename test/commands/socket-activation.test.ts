import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { askUntil } from '../support/ask-until.ts';
import { program } from '../support/live-ledger-process.ts';
import { openRawConnection, postHead, statusOf } from '../support/raw-http.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

/** Keeps the socket open as systemd does: it has the first service's process id printed, and starts another one after it. */
const twoServices = '"$0" "$1" serve & echo $!; wait; "$0" "$1" serve & echo $!; wait';

const callback = `${postHead('/callbacks/css', 2)}{}`;

test('takes callbacks on the socket that systemd has opened, also those that came while no service ran', async () => {
  const socket = createServer();
  await once(socket.listen(0, '127.0.0.1'), 'listening');
  const { port } = socket.address() as AddressInfo;
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  const shell = spawn('sh', ['-c', twoServices, process.execPath, program], {
    env: { PATH: process.env['PATH'], DATA_DIR: folder.path, PORT: '1', LISTEN_FDS: '1' },
    stdio: ['ignore', 'pipe', 'ignore', fd],
  });
  // This process must accept nothing: the shell has the socket now.
  socket.close();
  const pids: number[] = [];
  let printed = '';
  shell.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    pids.splice(0, pids.length, ...[...printed.matchAll(/^(\d+)$/gm)].map(([, pid]) => Number(pid)));
  });
  /** The process id of the nth service, which the shell may print after that has answered. */
  const started = (number: number) =>
    askUntil(
      () => Promise.resolve(pids[number - 1] ?? 0),
      (pid) => pid > 0,
    );
  const url = `http://127.0.0.1:${port}`;
  try {
    const first = await openRawConnection(url);
    first.socket.write(callback);
    expect(statusOf(await first.ended())).toBe(200);
    const service = await started(1);
    process.kill(service, 'SIGSTOP');
    // It waits in the socket, which no service accepts from.
    const meanwhile = await openRawConnection(url);
    meanwhile.socket.write(callback);
    process.kill(service, 'SIGKILL');
    expect(statusOf(await meanwhile.ended())).toBe(200);
    await started(2);
    expect(pids).toHaveLength(2);
  } finally {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    await once(shell, 'close');
  }
});
