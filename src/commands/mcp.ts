import type { Command } from './command-line.ts';
import { clientFlags, createServiceClient } from './service-client.ts';

/** `live-ledger mcp`: answers a client of the Model Context Protocol over standard input and output, until its input ends. */
export const mcpCommand: Command = {
  name: 'mcp',
  meaning:
    'answer a client of the Model Context Protocol over standard input and output, from a running service; it only reads',
  flags: clientFlags,
  async run(given) {
    const service = createServiceClient(given, { asViewer: true });
    // Loaded only here: other commands start sooner.
    const { answerStdio } = await import('../mcp/answer-stdio.ts');
    answerStdio(service.answer);
    return true;
  },
};
