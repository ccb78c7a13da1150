import { checkLogFile } from '../../log/sqlite/log-file-check.ts';
import type { LogCheck } from '../../log/log-check.ts';
import type { CommandOutput } from '../../commands/command-output.ts';
import type { BackupPartName } from './manifest.ts';

/** Checks every event of a copied log by its digest, as `verify` does. */
export function checkPart(part: BackupPartName, folder: string, output: CommandOutput): LogCheck {
  const checking = checkLogFile(folder);
  let step = checking.next();
  for (; step.done !== true; step = checking.next()) {
    const { events, endPosition } = step.value;
    output.progress(`${part}: ${events} events checked`, { part, step: 'check', events, endPosition });
  }
  return step.value;
}

/** The result of a check, in words for the operator. */
export function describeCheck({ damages, firstDamage }: LogCheck): string {
  if (firstDamage === null) return 'sound';
  return `DAMAGED, findings: ${damages}. The first: position ${firstDamage.position} ${firstDamage.problem}`;
}
