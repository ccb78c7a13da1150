import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuMsOf, isRunning, memoryOf, processTree, sum, type Memory, type TreeProcess } from './process-tree.ts';
import { end, untilSaid } from './processes.ts';

/** A measured server in its own process. */
export interface ServerProcess {
  readonly port: number;
  /** It and those that it started, each before its children. */
  processes(): TreeProcess[];
  /** Whether the process that has the port has ended. */
  hasEnded(): boolean;
  /** CPU milliseconds of all of them, over all threads, since they began. */
  cpuMs(): number;
  memory(): Memory;
  /** Memory of each of its processes, starting with the one that has the port. */
  memoryOfEach(): Memory[];
  end(): Promise<void>;
}

const ownCheckout = fileURLToPath(new URL('..', import.meta.url));

/** Starts the built product, from this checkout or another, on its own log in the given folder. */
export async function startProduct(
  folder: string,
  checkout = ownCheckout,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const dataDir = mkdtempSync(path.join(folder, 'data-'));
  const server = await startProductOn(dataDir, checkout, settings);
  return {
    ...server,
    async end() {
      await server.end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts it on an existing ledger, which is kept. */
export async function startProductOn(
  dataDir: string,
  checkout = ownCheckout,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [path.join(checkout, 'bin/live-ledger.js'), 'serve'], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error', ...settings },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const [, port] = await untilSaid(child, /listens on http:\/\/127\.0\.0\.1:(\d+)/);
  return watchServer(child, Number(port), () => undefined);
}

/**
 * Watches a process that listens on this port, and all below it. `beside` are processes that it needs but did not start; `removed` is called
 * once it has ended.
 */
export function watchServer(
  child: ChildProcess,
  port: number,
  removed: () => void | Promise<void>,
  beside: readonly ChildProcess[] = [],
): ServerProcess {
  const processes = () => [child, ...beside].flatMap(({ pid = 0 }) => processTree(pid));
  const memoryOfEach = () => processes().map(({ pid }) => memoryOf(pid));
  return {
    port,
    processes,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    cpuMs: () => sum(processes().map(({ pid }) => cpuMsOf(pid))),
    memoryOfEach,
    memory() {
      const each = memoryOfEach();
      return { ownMb: sum(each.map(({ ownMb }) => ownMb)), filesMb: sum(each.map(({ filesMb }) => filesMb)) };
    },
    async end() {
      const below = processTree(child.pid ?? 0).slice(1);
      await end(child);
      await Promise.all(below.map(({ pid }) => endOrphan(pid)));
      await removed();
    },
  };
}

/** Milliseconds between two checks whether a process has ended, and checks at most. */
const endCheck = { everyMs: 5, times: 1_000 } as const;

/** Ends a process whose parent was killed; it may already be ending by itself. */
async function endOrphan(pid: number): Promise<void> {
  for (let check = 0; check < endCheck.times && isRunning(pid); check += 1) {
    if (check === 0) kill(pid);
    await pause(endCheck.everyMs);
  }
}

/** Kills a process at once; one that has ended meanwhile is left alone. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The names of the product's processes, each the child of the one before. */
export function processNames(count: number): readonly string[] {
  return count === 2 ? ['primary', 'serving'] : ['supervisor', 'recorder', 'reader'];
}
