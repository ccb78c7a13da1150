import { systemClock } from '../../kernel/clock.ts';
import { type Command, jsonFlag } from '../../commands/command-line.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags, type Environment } from '../../settings/variables.ts';
import { checkDisk, checkService, checkSettings, checkVersions, type Finding, checkIssuer } from './setup-check.ts';
import { checkLog, checkServer, checkPersonalKeys } from './log-check.ts';
import { checkSpool } from './spool-check.ts';

/** `live-ledger doctor`: checks a set-up, and says what to do. It changes nothing in the ledger. */
export const doctorCommand: Command = {
  name: 'doctor',
  meaning:
    'check a set-up (callbacks, clock, keys, disk, versions, EventStoreDB, spool) and say what to do; the service may run',
  flags: { ...serviceFlags, json: { ...jsonFlag, meaning: 'findings as JSON lines on standard output' } },
  async run(given, output) {
    const findings = await examine(environmentWith(given));
    for (const finding of findings) output.result(describe(finding), finding);
    return findings.every(({ whatToDo }) => whatToDo === null);
  },
};

/**
 * Runs all checks.
 * @throws SettingsInvalid
 */
export async function examine(environment: Environment): Promise<Finding[]> {
  const settings = readSettings(environment);
  const { dataDir, eventStore } = settings;
  const nowMs = systemClock();
  const findings = [
    checkVersions(),
    ...checkService(settings),
    ...checkSettings(settings, nowMs),
    ...checkDisk(dataDir),
    ...(await checkIssuer(settings.issuer)),
  ];
  if (eventStore.kind === 'eventstoredb') findings.push(...(await checkServer(eventStore)));
  const personal = checkPersonalKeys(settings);
  return [...findings, ...(await checkSpool(settings, nowMs)), ...(await checkLog(settings, nowMs)), ...personal];
}

function describe({ check, found, whatToDo }: Finding): string {
  return whatToDo === null ? `fine   ${check}: ${found}` : `TO DO  ${check}: ${found}\n       → ${whatToDo}`;
}
