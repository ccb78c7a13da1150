import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createLedgerServer } from './ledger-server.ts';
import type { Ask } from './tools.ts';

/** Answers the one client that has started this process, until its input ends. */
export function answerStdio(ask: Ask): void {
  // Nothing here changes that a client could subscribe to.
  serveStdio(() => createLedgerServer(ask), { maxSubscriptions: 0 });
}
