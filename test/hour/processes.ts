import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/live-ledger.js', import.meta.url));
const receiver = path.join(import.meta.dirname, 'receiver.ts');

type Environment = Readonly<Record<string, string>>;

/** A program that is killed and started again, with the same arguments. */
export interface Restarted {
  /** Resolves once it listens. */
  start(): Promise<void>;
  /** SIGKILL. Resolves once it is gone. */
  kill(): Promise<void>;
  /** SIGKILL to what it has started; it goes on. False: there is none just now. */
  killChild(): boolean;
}

/** `live-ledger serve`. */
export function nodeOf(environment: Environment): Restarted {
  return restartedOf([program, 'serve'], environment, /listens on/);
}

/** A target of forwarding: receiver.ts. */
export function receiverOf(port: number, file: string, kind: 'good' | 'bad'): Restarted {
  return restartedOf(['--import', 'tsx', receiver, String(port), file, kind], {}, /listens/);
}

function restartedOf(args: readonly string[], environment: Environment, started: RegExp): Restarted {
  let running: ChildProcess | null = null;
  return {
    async start() {
      const child = spawn(process.execPath, args, {
        env: { PATH: process.env['PATH'], ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running = child;
      await new Promise<void>((resolve, reject) => {
        for (const input of [child.stdout, child.stderr]) {
          createInterface({ input }).on('line', (line) => {
            if (started.test(line)) resolve();
            // What it logs.
            if (line.startsWith('{')) process.stderr.write(`${line}\n`);
          });
        }
        child.once('close', () => reject(new Error(`${args.join(' ')} has ended before it listened.`)));
      });
    },
    async kill() {
      const child = running;
      running = null;
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
    killChild() {
      const pid = running?.pid;
      if (pid === undefined) return false;
      const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
      if (child === undefined) return false;
      process.kill(Number(child), 'SIGKILL');
      return true;
    },
  };
}

/** Runs a command of the product to its end, and resolves with its exit status and the JSON lines that it printed. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
): Promise<{ readonly status: number | null; readonly lines: readonly Readonly<{ phase?: string }>[] }> {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: { phase?: string }[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as { phase?: string });
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return { status: child.exitCode, lines };
}
