import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import type { Faults } from './faults.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

/** A stand-in for EventStoreDB, as a process of its own on loopback. */
export interface StandIn {
  /** For the client; the same after every restart. */
  readonly url: string;
  readonly port: number;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its port and its connections, and answers nothing. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Starts it again after `kill`, on the same port and data. Faults are not kept. */
  restart(): Promise<void>;
  /** Removes the data: for after `kill`, before `restart`. */
  empty(): void;
  /** Changes the faults that are given, and leaves the rest. */
  fault(faults: Partial<Faults>): Promise<void>;
  /** Ends it, and removes its data. */
  close(): Promise<void>;
}

/** Starts a stand-in with an empty log. */
export async function startStandIn(): Promise<StandIn> {
  const folder = makeTemporaryFolder();
  let running = await start(0, folder.path);
  const { port } = running;
  const kill = async () => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    kill,
    freeze: () => void running.child.kill('SIGSTOP'),
    thaw: () => void running.child.kill('SIGCONT'),
    restart: async () => {
      running = await start(port, folder.path);
    },
    empty: () => rmSync(folder.path, { recursive: true }),
    fault: async (faults) => {
      const response = await fetch(`http://127.0.0.1:${port}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
      if (response.status !== 204) throw new Error(`The stand-in refused its faults: ${response.status}`);
    },
    close: async () => {
      await kill();
      folder.remove();
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Resolves once it listens; rejects where it ends before. What it has to say of an error, it says to the test's own output. */
function start(port: number, folder: string): Promise<Running> {
  const args = ['--import', 'tsx', program, '--port', String(port), '--folder', folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /listens on 127\.0\.0\.1:(\d+)\n/.exec(output);
      if (listening) resolve({ child, port: Number(listening[1]) });
    };
    child.stdout.on('data', look);
    child.on('close', () => {
      reject(new Error('The stand-in ended before it listened'));
    });
  });
}
