import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { end } from './processes.ts';

/** A measured server in its own process. */
export interface ServerProcess {
  readonly port: number;
  /** CPU milliseconds of the process and those that it started, over all threads, since they began. */
  cpuMs(): number;
  memory(): Memory;
  /** Memory of each of its processes, starting with the one that has the port. */
  memoryOfEach(): Memory[];
  end(): Promise<void>;
}

/** MB in use: its own memory, and memory-mapped files, whose pages the system reclaims when it needs them. */
export interface Memory {
  readonly ownMb: number;
  readonly filesMb: number;
}

/** Linux: clock ticks a second. */
const ticksPerSecond = 100;

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
  return watchServer(child, await listening(child), () => undefined);
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', () => {
      reject(new Error(`The product does not start: ${said}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, port] = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

/** Watches a process that listens on this port; `removed` is called once it has ended. */
export function watchServer(child: ChildProcess, port: number, removed: () => void): ServerProcess {
  const pids = () => withChildren(child.pid ?? 0);
  return {
    port,
    cpuMs: () => sum(pids().map(cpuMsOf)),
    memoryOfEach: () => pids().map(memoryOf),
    memory() {
      const each = pids().map(memoryOf);
      return { ownMb: sum(each.map(({ ownMb }) => ownMb)), filesMb: sum(each.map(({ filesMb }) => filesMb)) };
    },
    async end() {
      await end(child);
      removed();
    },
  };
}

/** The product runs as two processes: one has the port, the other answers. */
function withChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
  return { ownMb: mb('RssAnon'), filesMb: mb('RssFile') + mb('RssShmem') };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
