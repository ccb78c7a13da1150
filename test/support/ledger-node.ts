import path from 'node:path';
import { endLedger, startLedger, type LedgerProcess } from './live-ledger-process.ts';

export interface LedgerNodeOptions {
  readonly role: 'receive' | 'query';
  /** Contains a folder for each node, by name. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One of several nodes: a process with one role, which restarts with its own DATA_DIR. */
export interface LedgerNode {
  readonly name: string;
  readonly dataDir: string;
  /** Its URL, different at each start. Null while it does not listen. */
  url(): string | null;
  /** Resolves once it listens. */
  start(): Promise<string>;
  /** Ends it; it has no address from then on. Resolves with its exit status, null if a signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
  /** Rebuilds its read models while it is stopped. Resolves with the exit status. */
  rebuild(): Promise<number | null>;
  /** Ends whatever a test has left running. */
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
