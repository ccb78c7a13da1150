import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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
