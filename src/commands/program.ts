import { runCommandLine, type Command } from './command-line.ts';
import { alertsCheckCommand, alertsTestCommand } from './alerts.ts';
import { backupCommand } from '../operations/backup/backup.ts';
import { restoreCommand } from '../operations/backup/restore.ts';
import { doctorCommand } from '../operations/doctor/doctor.ts';
import { queryCommand } from './query.ts';
import { forwardingCommands } from './forwarding.ts';
import { rebuildCommand } from '../operations/rebuild/rebuild.ts';
import { recorderCommand } from './serve/recorder.ts';
import { retentionCommand } from '../operations/retention/retention.ts';
import { simulateCommand } from './simulate.ts';
import { exportCommand } from '../operations/transfer/export.ts';
import { importCommand } from '../operations/transfer/import.ts';
import { verifyCommand } from '../operations/verify.ts';

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
