import { parseApiTokens, type ApiAccess, type ApiToken, isLoopback } from '../http/graphql/api-access.ts';
import { noAlerts, readAlertsFile, type AlertSettings } from '../alerts/rules/read-rules.ts';
import type { AllowedAddresses } from '../forwarding/allowed-addresses.ts';
import { readForwardSettings, readSettingsFile } from './forward-settings.ts';
import { createSettingsReader, splitList, type SettingsReader } from '../kernel/settings-reader.ts';
import { type AuthenticitySettings, parseCallbackKeys } from '../recorder/authenticity.ts';
import type { SpoolBounds } from '../spool/spool.ts';
import type { NodeOptions } from '../wiring/node.ts';
import {
  parseAddresses,
  parseDataDir,
  parseEventStoreUrl,
  parseLiveConnectionsMax,
  parseLogLevel,
  parseOrigins,
  parsePort,
  parsePrefix,
  parseRoles,
  parseSpoolAgeMaxMs,
  parseSpoolBytesMax,
  parseSwitch,
  parseUrlTokens,
} from './setting-parsers.ts';
import {
  defaultLogLevel,
  defaultPrefix,
  variables,
  variablesWithoutEffect,
  type Environment,
  type LogLevel,
  type ReloadedName,
  type VariableName,
} from './variables.ts';

/** The settings that are read again while the service runs. */
export interface ReloadedSettings {
  readonly authenticity: AuthenticitySettings;
  readonly access: ApiAccess;
  readonly logLevel: LogLevel;
  /** What is allowed but probably a mistake, as sentences for the operator. */
  readonly doubts: readonly string[];
}

/** The settings of the service, checked. */
export interface Settings
  extends ReloadedSettings, Pick<NodeOptions, 'dataDir' | 'eventStore' | 'roles' | 'spool' | 'forward' | 'alerts'> {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: readonly string[];
  readonly liveConnectionsMax: number;
  readonly corsOrigins: readonly string[];
}

/**
 * Reads and checks all settings.
 * @param parseFolder - parses and checks DATA_DIR
 * @throws SettingsInvalid - everything that is wrong, by the name of the variable, without the values of secrets
 */
export function readSettings(environment: Environment, parseFolder = parseDataDir): Settings {
  const { textOf, reader } = readerOf(environment);
  const reloaded = readReloaded(textOf('HOST'), reader);
  const url = reader.read('EVENT_STORE_URL', parseEventStoreUrl, '');
  const roles = reader.read('ROLES', parseRoles, { receive: true, query: true });
  if (url === null && !(roles.receive && roles.query)) {
    reader.addProblems([
      'ROLES: the embedded log belongs to one process, which needs both roles; leave it out, or set EVENT_STORE_URL to EventStoreDB',
    ]);
  }
  const prefix =
    url === null ? '' : reader.read('EVENT_STORE_PREFIX', (text) => parsePrefix(text || defaultPrefix), '');
  const settings: Omit<Settings, 'alerts'> = {
    ...reloaded,
    host: textOf('HOST'),
    eventStore: url === null ? { kind: 'sqlite' } : { kind: 'eventstoredb', url, prefix },
    roles,
    spool: url === null ? null : readSpool(reader),
    port: reader.read('PORT', parsePort, 0),
    dataDir: reader.read('DATA_DIR', parseFolder, ''),
    trustProxy: reader.read('TRUST_PROXY', parseAddresses, []),
    liveConnectionsMax: reader.read('LIVE_CONNECTIONS_MAX', parseLiveConnectionsMax, 0),
    corsOrigins: reader.read('CORS_ORIGINS', parseOrigins, []),
    forward: readForwardSettings(reader, textOf),
  };
  const alerts = readAlertSettings(reader, settings.forward.allowed);
  if (settings.forward.targets.length > 0 && !roles.query) {
    reader.addProblems([
      'ROLES: only nodes with the role query forward; set FORWARD_TO and FORWARD_FILE for these alone',
    ]);
  }
  if (alerts.rules.length > 0 && !roles.query) {
    reader.addProblems(['ROLES: only nodes with the role query have alerts; set ALERTS_FILE for these alone']);
  }
  reader.addProblems(variablesWithoutEffect(environment, url === null ? 'sqlite' : 'eventstoredb'));
  reader.assertValid();
  return { ...settings, alerts };
}

/** @throws SettingsInvalid - as `readSettings` does, about these settings */
export function readReloadedSettings(environment: Environment): ReloadedSettings {
  const { textOf, reader } = readerOf(environment);
  const settings = readReloaded(textOf('HOST'), reader);
  reader.assertValid();
  return settings;
}

/** Reads settings from an environment, with their defaults. */
export function readerOf(environment: Environment) {
  const textOf = (name: VariableName): string => {
    const given = environment[name]?.trim();
    return given === undefined || given === '' ? variables[name].fallback : given;
  };
  return { textOf, reader: createSettingsReader(textOf) };
}

function readReloaded(host: string, reader: SettingsReader<VariableName>): ReloadedSettings {
  const readList = <Value>(name: ReloadedName, parse: (text: string) => Value, otherwise: Value) =>
    reader.readList({ name, fileName: `${name}_FILE` }, parse, otherwise);
  const apiTokens = readList('API_TOKENS', parseApiTokens, []);
  const tokens = readList('CSS_CALLBACK_TOKENS', parseUrlTokens, []);
  return {
    authenticity: { keys: readList('CSS_CALLBACK_KEYS', parseCallbackKeys, []), tokens },
    access:
      apiTokens.length > 0 ? { mode: 'tokens', tokens: apiTokens } : { mode: isLoopback(host) ? 'open' : 'closed' },
    logLevel: readList('LOG_LEVEL', (text) => parseLogLevel(splitList(text).join() || defaultLogLevel), 'info'),
    doubts: doubtsOf(tokens, apiTokens),
  };
}

/** Reads the rules of ALERTS_FILE, and adds every problem with them to the reader. */
export function readAlertSettings(reader: SettingsReader<VariableName>, allowed: AllowedAddresses): AlertSettings {
  const text = reader.read('ALERTS_FILE', (file) => (file === '' ? null : readSettingsFile(file)), null);
  if (text === null) return noAlerts;
  const { alerts, problems } = readAlertsFile(text, allowed);
  reader.addProblems(problems.map((problem) => `ALERTS_FILE: ${problem}`));
  return alerts;
}

function readSpool(reader: SettingsReader<VariableName>): SpoolBounds | null {
  const isOn = reader.read('SPOOL', parseSwitch, false);
  const bytesMax = reader.read('SPOOL_BYTES_MAX', parseSpoolBytesMax, 0);
  const ageMaxMs = reader.read('SPOOL_AGE_MAX_MS', parseSpoolAgeMaxMs, 0);
  return isOn ? { bytesMax, ageMaxMs } : null;
}

function doubtsOf(callbackTokens: readonly string[], apiTokens: readonly ApiToken[]): string[] {
  const doubts: string[] = [];
  if (apiTokens.some(({ token }) => callbackTokens.includes(token))) {
    doubts.push(
      'A token is both in CSS_CALLBACK_TOKENS and in API_TOKENS. URLs are often logged on their way, so anyone who reads such a log can query GraphQL. Use different tokens.',
    );
  }
  for (const [name, list] of [
    ['CSS_CALLBACK_TOKENS', callbackTokens],
    ['API_TOKENS', apiTokens.map(({ token }) => token)],
  ] as const) {
    if (new Set(list).size < list.length) doubts.push(`${name} has an entry twice. Was another one meant?`);
  }
  return doubts;
}
