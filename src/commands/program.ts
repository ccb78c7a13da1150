import { runCommandLine, type Command } from './command-line.ts';
import { alertsCheckCommand } from './alerts/check.ts';
import { alertsTestCommand } from './alerts/test.ts';
import { backupCommand } from './backup/backup.ts';
import { restoreCommand } from './backup/restore.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { queryCommand } from './query.ts';
import { forwardingCommands } from './client/forwarding.ts';
import { rebuildCommand } from './rebuild.ts';
import { recorderCommand } from './serve/recorder.ts';
import { retentionCommand } from './retention/retention.ts';
import { simulateCommand } from './simulate.ts';
import { exportCommand } from './transfer/export.ts';
import { importCommand } from './transfer/import.ts';
import { verifyCommand } from './verify.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  recorderCommand,
  rebuildCommand,
  verifyCommand,
  backupCommand,
  restoreCommand,
  retentionCommand,
  doctorCommand,
  queryCommand,
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
