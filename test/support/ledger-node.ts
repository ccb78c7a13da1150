import path from 'node:path';
import { endLedger, startLedger, type LedgerProcess } from './live-ledger-process.ts';

export interface LedgerNodeOptions {
  readonly role: 'receive' | 'query';
  /** Holds a folder for each node, by its name. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One node of several: a process with one role, which comes back with its own DATA_DIR. */
export interface LedgerNode {
  readonly name: string;
  readonly dataDir: string;
  /** Where it listens; another address each time that it starts. Null while it does not. */
  url(): string | null;
  /** Resolves once it listens. */
  start(): Promise<string>;
  /** From then on it has no address. Resolves once it has ended: with its exit status, null where a signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
  /** Builds its read models anew while it does not run. Resolves with the exit status of that. */
  rebuild(): Promise<number | null>;
  /** Ends what a test has left running. */
  close(): Promise<void>;
}

export function createLedgerNode(name: string, { role, folder, environment }: LedgerNodeOptions): LedgerNode {
  const dataDir = path.join(folder, name);
  let running: LedgerProcess | null = null;
  let url: string | null = null;
  return {
    name,
    dataDir,
    url: () => url,
    async start() {
      running = startLedger(['serve'], { ...environment, ROLES: role, DATA_DIR: dataDir, PORT: '0' });
      return (url = await running.url());
    },
    async end(signal) {
      const ending = running;
      [running, url] = [null, null];
      ending?.kill(signal);
      return ending === null ? null : ending.ended();
    },
    async rebuild() {
      running = startLedger(['rebuild'], { ...environment, ROLES: role, DATA_DIR: dataDir });
      return running.ended();
    },
    async close() {
      if (running !== null) await endLedger(running);
    },
  };
}
