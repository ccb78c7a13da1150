import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Starts a module as its own process; the path is relative to this folder. */
export function start(
  module: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return fork(fileURLToPath(new URL(module, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...environment },
  });
}

/** Resolves with the next message of the child. */
export async function hear<Answer>(child: ChildProcess): Promise<Answer> {
  const gone = new AbortController();
  const exited = () => {
    gone.abort(new Error('A process of the bench has ended.'));
  };
  child.once('exit', exited);
  try {
    const [answer] = (await once(child, 'message', { signal: gone.signal })) as [Answer];
    return answer;
  } finally {
    child.off('exit', exited);
  }
}

export function ask<Question extends object | string, Answer>(
  child: ChildProcess,
  question: Question,
): Promise<Answer> {
  const answer = hear<Answer>(child);
  child.send(question);
  return answer;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Resolves with the first match in what the child writes to its standard error; the rest of it is discarded. */
export function untilSaid(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      const match = pattern.exec(said);
      if (match === null) return;
      child.stderr?.off('data', read).resume();
      resolve(match);
    };
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`It does not start: ${said}`));
    });
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
