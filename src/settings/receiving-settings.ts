import { createSettingsReader, splitList, type SettingsReader } from './settings-reader.ts';
import { parseCallbackKeys, type AuthenticitySettings } from '../recorder/authenticity.ts';
import type { SpoolBounds } from '../log/spool/spool.ts';
import type { EventStoreChoice, Roles } from '../node/data-dir.ts';
import {
  parseAddresses,
  parseDataDir,
  parseEventStoreUrl,
  parseLogLevel,
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
  type Environment,
  type LogLevel,
  type ReloadedName,
  type VariableName,
} from './variables.ts';

/** The settings of taking callbacks that are read again while the service runs. */
export interface ReloadedReceivingSettings {
  readonly authenticity: AuthenticitySettings;
  readonly logLevel: LogLevel;
}

/** The settings of the recorder: all that taking callbacks needs, and nothing of what answers questions. */
export interface ReceivingSettings extends ReloadedReceivingSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  /** Null if it is off, and with the embedded log. */
  readonly spool: SpoolBounds | null;
  readonly trustProxy: readonly string[];
}

type Reader = SettingsReader<VariableName>;

/**
 * Reads and checks the settings of the recorder.
 * @throws SettingsInvalid - what is wrong with them, by the name of the variable, without the values of secrets
 */
export function readReceivingSettings(environment: Environment): ReceivingSettings {
  const { textOf, reader } = readerOf(environment);
  const settings = { ...readReloadedReceiving(reader), ...readReceiving(textOf, reader, parseDataDir) };
  reader.assertValid();
  return settings;
}

/** @throws SettingsInvalid - as `readReceivingSettings` does, about these settings */
export function readReloadedReceivingSettings(environment: Environment): ReloadedReceivingSettings {
  const { reader } = readerOf(environment);
  const settings = readReloadedReceiving(reader);
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

/** Reads a setting that is a list, or in a file, and may change while the service runs. */
export function readReloadedList<Value>(
  reader: Reader,
  name: ReloadedName,
  parse: (text: string) => Value,
  otherwise: Value,
): Value {
  return reader.readList({ name, fileName: `${name}_FILE` }, parse, otherwise);
}

/** Adds every problem to the reader. */
export function readReloadedReceiving(reader: Reader): ReloadedReceivingSettings {
  const tokens = readReloadedList(reader, 'CSS_CALLBACK_TOKENS', parseUrlTokens, []);
  const keys = readReloadedList(reader, 'CSS_CALLBACK_KEYS', parseCallbackKeys, []);
  const parseLevel = (text: string) => parseLogLevel(splitList(text).join() || defaultLogLevel);
  return { authenticity: { keys, tokens }, logLevel: readReloadedList(reader, 'LOG_LEVEL', parseLevel, 'info') };
}

/** Adds every problem to the reader. */
export function readReceiving(
  textOf: (name: VariableName) => string,
  reader: Reader,
  parseFolder: (text: string) => string,
): Omit<ReceivingSettings, keyof ReloadedReceivingSettings> {
  const url = reader.read('EVENT_STORE_URL', parseEventStoreUrl, '');
  const roles = reader.read('ROLES', parseRoles, { receive: true, query: true });
  if (url === null && !(roles.receive && roles.query)) {
    reader.addProblems([
      'ROLES: the embedded log belongs to one node, which needs both roles; leave it out, or set EVENT_STORE_URL to EventStoreDB',
    ]);
  }
  const prefix =
    url === null ? '' : reader.read('EVENT_STORE_PREFIX', (text) => parsePrefix(text || defaultPrefix), '');
  return {
    host: textOf('HOST'),
    eventStore: url === null ? { kind: 'sqlite' } : { kind: 'eventstoredb', url, prefix },
    roles,
    spool: url === null ? null : readSpool(reader),
    port: reader.read('PORT', parsePort, 0),
    dataDir: reader.read('DATA_DIR', parseFolder, ''),
    trustProxy: reader.read('TRUST_PROXY', parseAddresses, []),
  };
}

function readSpool(reader: Reader): SpoolBounds | null {
  const isOn = reader.read('SPOOL', parseSwitch, false);
  const bytesMax = reader.read('SPOOL_BYTES_MAX', parseSpoolBytesMax, 0);
  const ageMaxMs = reader.read('SPOOL_AGE_MAX_MS', parseSpoolAgeMaxMs, 0);
  return isOn ? { bytesMax, ageMaxMs } : null;
}
