import { parseApiTokens } from '../api/http/api-access.ts';
import { parseCallbackKeys } from '../recorder/authenticity.ts';
import type { Command } from './command-line.ts';
import { parseUrlTokens } from '../settings/setting-parsers.ts';
import { simulateFlags } from '../../simulator/command/flags.ts';

const secretParsers = {
  callbackKeys: parseCallbackKeys,
  callbackTokens: parseUrlTokens,
  apiTokens: parseApiTokens,
};

/** `live-ledger simulate`. Loads the simulator only when it runs, because the service does not use it. */
export const simulateCommand: Command = {
  name: 'simulate',
  meaning: 'send made-up callbacks of streams and relay tasks to a running service, and check what it shows of them',
  flags: simulateFlags,
  async run(given) {
    const { runSimulate } = await import('../../simulator/command/run.ts');
    return runSimulate(given, secretParsers);
  },
};
