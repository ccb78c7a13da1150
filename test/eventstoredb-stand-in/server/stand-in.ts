import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { noFaults, type Faults } from './faults.ts';

const source = fileURLToPath(new URL('main.ts', import.meta.url));

/** The stand-in bundled by `build/bundle.ts --for-tests`, which `npm run test:jest` runs: it starts in a fifth of the time. */
export const builtStandIn = fileURLToPath(new URL('../../../dist/test/eventstoredb-stand-in/main.js', import.meta.url));

/** A stand-in for EventStoreDB as a child process that listens on loopback. */
export interface StandIn {
  /** The connection string for the client; the same after every restart. */
  readonly url: string;
  readonly port: number;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its port and connections, and answers nothing until `thaw`. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Starts it again after `kill`, on the same port and data; does nothing if it is running. Faults are not kept. */
  restart(): Promise<void>;
  /** Removes the data; call it after `kill` and before `restart`. */
  empty(): void;
  /** Copies the data, as a backup; call it after `kill` and before `restart`. */
  keepCopy(): Promise<void>;
  /** Replaces the data by that copy; call it after `kill` and before `restart`. */
  restoreCopy(): Promise<void>;
  /** Sets the given faults, and leaves the others unchanged. */
  fault(faults: Partial<Faults>): Promise<void>;
  /** Ends all faults. */
  endFaults(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in with an empty log, from its sources or as built.
 * @param chosenPort - one that nobody else is given while the stand-in is killed; 0: any
 */
export async function startStandIn(program = source, chosenPort = 0): Promise<StandIn> {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventstoredb-stand-in-'));
  let running = await start(program, chosenPort, folder);
  const { port } = running;
  const kept = `${folder}-kept`;
  const copy = (from: string, to: string) => {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true });
    return Promise.resolve();
  };
  const hasEnded = () => running.child.exitCode !== null || running.child.signalCode !== null;
  const kill = async () => {
    if (hasEnded()) return;
    const { child } = running;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  const fault = async (faults: Partial<Faults>) => {
    const response = await fetch(`http://127.0.0.1:${port}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
    if (response.status !== 204) throw new Error(`The stand-in refused the faults with status ${response.status}.`);
  };
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    kill,
    freeze: () => void running.child.kill('SIGSTOP'),
    thaw: () => void running.child.kill('SIGCONT'),
    restart: async () => {
      if (hasEnded()) running = await start(program, port, folder);
    },
    empty: () => rmSync(folder, { recursive: true }),
    keepCopy: () => copy(folder, kept),
    restoreCopy: () => copy(kept, folder),
    fault,
    endFaults: () => fault(noFaults),
    close: async () => {
      await kill();
      for (const made of [folder, kept]) rmSync(made, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Resolves once it listens; rejects if it ends first. Its errors go to the standard error of the calling process. */
function start(program: string, port: number, folder: string): Promise<Running> {
  const loader = program === source ? ['--import', 'tsx'] : [];
  const args = [...loader, program, '--port', String(port), '--folder', folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    const readPort = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /listens on 127\.0\.0\.1:(\d+)\n/.exec(output);
      if (listening) resolve({ child, port: Number(listening[1]) });
    };
    child.stdout.on('data', readPort);
    child.on('close', () => {
      reject(new Error('The stand-in ended before it was listening.'));
    });
  });
}
