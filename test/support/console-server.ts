import { askLedger, projectionCaughtUp } from './ask-ledger.ts';
import { endLedger, startLedger, type LedgerProcess } from './live-ledger-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { reservePort } from './reserved-port.ts';

/** The service as `npm start` runs it, for a browser. */
export interface ConsoleServer {
  readonly url: string;
  /** Feeds it with `simulate`. */
  simulate(...flags: readonly string[]): Promise<void>;
  ask<Data>(query: string, token?: string): Promise<Data>;
  /** Kills it, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startConsoleServer(environment: Readonly<Record<string, string>> = {}): Promise<ConsoleServer> {
  const folder = makeTemporaryFolder();
  const reserved = await reservePort();
  const settings = { PORT: String(reserved.port), DATA_DIR: folder.path, ...environment };
  const token = /operator(?::[^=]+)?=([^,]+)/.exec(environment['API_TOKENS'] ?? '')?.[1] ?? null;
  let ledger: LedgerProcess = startLedger(['serve'], settings);
  const url = await ledger.url();
  return {
    url,
    async simulate(...flags) {
      const secrets = Object.fromEntries(Object.entries(environment).filter(([name]) => /KEYS|TOKENS/.test(name)));
      const simulation = startLedger(['simulate', '--url', url, '--into-existing', ...flags], secrets);
      const status = await simulation.ended();
      if (status !== 0) throw new Error(`simulate ended with ${status}:\n${simulation.stderr()}`);
      await projectionCaughtUp(url, token);
    },
    ask: (query, as) => askLedger(url, query, {}, as ?? token),
    kill: () => endLedger(ledger),
    async start() {
      ledger = startLedger(['serve'], settings);
      await ledger.url();
    },
    async close() {
      await endLedger(ledger);
      reserved.release();
      folder.remove();
    },
  };
}
