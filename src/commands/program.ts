import { simulateFlags } from '../../simulator/command/flags.ts';
import { readTokenList } from '../api/access/tokens.ts';
import { backupCommand } from '../operations/backup/backup.ts';
import { restoreCommand } from '../operations/backup/restore.ts';
import { eraseCommand } from '../operations/erase.ts';
import { doctorCommand } from '../operations/doctor/doctor.ts';
import { promoteCommand } from '../operations/promote.ts';
import { rebuildCommand } from '../operations/rebuild/rebuild.ts';
import { retentionCommand } from '../operations/retention/retention.ts';
import { exportCommand } from '../operations/transfer/export.ts';
import { importCommand } from '../operations/transfer/import.ts';
import { verifyCommand } from '../operations/verify.ts';
import { parseCallbackKeys } from '../recorder/authenticity.ts';
import { parseUrlTokens } from '../settings/receiving-settings.ts';
import { alertsCheckCommand, alertsTestCommand } from './alerts.ts';
import { runCommandLine, type Command } from './command-line.ts';
import { forwardingCommands } from './forwarding.ts';
import { recorderCommand } from './serve/recorder.ts';
import { queryCommand, mcpCommand } from './service-client.ts';
import { sqlCommand } from './sql.ts';
import { asStandby } from './standby.ts';

const secretParsers = {
  callbackKeys: parseCallbackKeys,
  callbackTokens: parseUrlTokens,
  apiTokens: readTokenList,
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

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  recorderCommand,
  asStandby(recorderCommand),
  promoteCommand,
  rebuildCommand,
  verifyCommand,
  backupCommand,
  restoreCommand,
  retentionCommand,
  eraseCommand,
  doctorCommand,
  queryCommand,
  sqlCommand,
  mcpCommand,
  exportCommand,
  importCommand,
  alertsCheckCommand,
  alertsTestCommand,
  ...forwardingCommands,
  simulateCommand,
];

/** Runs `live-ledger` with these arguments, and resolves with its exit status. */
export function runProgram(args: readonly string[]): Promise<number> {
  return runCommandLine(commands, args);
}
