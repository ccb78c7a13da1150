import { noAlerts, readAlertsFile, type AlertSettings } from '../alerts/alerts-file.ts';
import { isProtected, type IssuerSettings, type OidcClient } from '../api/access/identities.ts';
import type { LogAccess } from '../api/http/log-routes.ts';
import type { ApiAccess } from '../api/access/admission.ts';
import { isLoopback } from '../connections/request-reading.ts';
import {
  parseApiTokens,
  type ApiToken,
  noAccessSettings,
  parseAccessFile,
  type AccessSettings,
} from '../api/access/tokens.ts';
import { secretDigest } from '../kernel/encoding.ts';
import type { ForwardSettings } from '../forwarding/forwarding.ts';
import type { AllowedAddresses } from '../forwarding/post.ts';
import { readAllowedAddresses, readForwardFile, readForwardTo } from '../forwarding/read-targets.ts';
import {
  parseAtLeast,
  parseDataDir,
  parseMetricsTokens,
  reachedFromElsewhereBy,
  readerOf,
  readReceiving,
  readReloadedList,
  readReloadedReceiving,
  type Reader,
  type ReceivingSettings,
  type ReloadedReceivingSettings,
} from './receiving-settings.ts';
import { readTextFile, splitList } from './settings-reader.ts';
import {
  statisticsMs,
  variablesWithoutEffect,
  type Environment,
  defaultRates,
  parseRates,
  type RateLimits,
} from './variables.ts';

/** Bytes of FORWARD_FILE or ALERTS_FILE: 256 targets with filters of about 500 domains each. */
const fileBytesMax = 4 * 1024 * 1024;

/** Bytes of OIDC_CLIENT_SECRET_FILE. */
const secretFileBytesMax = 4_096;

/** Reads the targets of FORWARD_TO or FORWARD_FILE, and adds every problem with them to the reader. */
function readForwardSettings(reader: Reader): ForwardSettings {
  const { textOf } = reader;
  const allowed = reader.read('FORWARD_ALLOW', readAllowedAddresses, { loopback: true, private: true });
  const text = reader.read('FORWARD_FILE', (file) => (file === '' ? null : readSettingsFile(file)), null);
  if (textOf('FORWARD_FILE') !== '' && textOf('FORWARD_TO') !== '') {
    reader.addProblems(['FORWARD_FILE: is set beside FORWARD_TO; set one of them']);
  }
  const { targets, problems } =
    text === null ? readForwardTo(textOf('FORWARD_TO'), allowed) : readForwardFile(text, allowed);
  reader.addProblems(problems);
  return { targets, allowed };
}

/** The text of a JSON file with settings. @throws Error - why it can't be read, without the name of the setting */
export function readSettingsFile(file: string): string {
  return readTextFile(file, fileBytesMax);
}

/** The settings that are read again while the service runs. */
export interface ReloadedSettings extends ReloadedReceivingSettings {
  readonly access: ApiAccess;
  /** Read for each request. */
  readonly logAccess: LogAccess;
  /** Null without one. A reload does not change it. */
  readonly issuer: IssuerSettings | null;
  /** What is allowed but probably a mistake, as sentences for the operator. */
  readonly doubts: readonly string[];
}

/** The settings of the service, checked. */
export interface Settings extends ReceivingSettings, ReloadedSettings {
  readonly liveConnectionsMax: number;
  readonly statisticsMsMax: number;
  readonly corsOrigins: readonly string[];
  /** Of each client of GraphQL whose token has no others. */
  readonly rates: RateLimits;
  readonly forward: ForwardSettings;
  readonly alerts: AlertSettings;
}

/**
 * Reads and checks all settings.
 * @param parseFolder - parses and checks DATA_DIR
 * @throws SettingsInvalid - everything that is wrong, by the name of the variable, without the values of secrets
 */
export function readSettings(environment: Environment, parseFolder = parseDataDir): Settings {
  const reader = readerOf(environment);
  const reloaded = readReloaded(reader);
  const receiving = readReceiving(reader, parseFolder);
  const { roles, eventStore } = receiving;
  const settings: Omit<Settings, 'alerts'> = {
    ...reloaded,
    ...receiving,
    liveConnectionsMax: reader.read('LIVE_CONNECTIONS_MAX', parseAtLeast(1, 'connections'), 0),
    statisticsMsMax: reader.read('STATISTICS_MAX_MS', parseStatisticsMs, statisticsMs.usual),
    corsOrigins: reader.read('CORS_ORIGINS', parseOrigins, []),
    rates: reader.read('API_RATES', parseRates, defaultRates),
    forward: readForwardSettings(reader),
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
  reader.addProblems(variablesWithoutEffect(environment, eventStore.kind !== 'eventstoredb'));
  reader.assertValid();
  return { ...settings, alerts };
}

/** @throws SettingsInvalid - as `readSettings` does, about these settings */
export function readReloadedSettings(environment: Environment): ReloadedSettings {
  const reader = readerOf(environment);
  const settings = readReloaded(reader);
  reader.assertValid();
  return settings;
}

function readReloaded(reader: Reader): ReloadedSettings {
  const reachedBy = reachedFromElsewhereBy(reader);
  const parse = (list: string) => parseApiTokens(list, reachedBy);
  const listed = readReloadedList(reader, 'API_TOKENS', parse, []);
  const issuer = readIssuer(reader);
  const { tokens: ofFile, identities } = reader.read('ACCESS_FILE', readAccessFile, noAccessSettings);
  const tokens = [...listed, ...ofFile];
  const receiving = readReloadedReceiving(reader);
  return {
    ...receiving,
    access:
      tokens.length > 0 || issuer !== null
        ? { mode: 'tokens', tokens, identities }
        : { mode: isLoopback(reader.textOf('HOST')) ? 'open' : 'closed' },
    logAccess: { tokens: readReloadedList(reader, 'STANDBY_TOKENS', parseMetricsTokens, []) },
    issuer,
    doubts: doubtsOf(receiving.authenticity.tokens, tokens),
  };
}

function readIssuer(reader: Reader): IssuerSettings | null {
  const { textOf } = reader;
  const [issuer, audience] = [textOf('OIDC_ISSUER'), textOf('OIDC_AUDIENCE')];
  const client = readClient(reader);
  if (issuer === '' && audience === '' && client === null) return null;
  if (!isProtected(issuer))
    reader.addProblems(['OIDC_ISSUER: must be a URL with https://, or with http:// of this machine']);
  if (audience === '')
    reader.addProblems(['OIDC_AUDIENCE: must be set with OIDC_ISSUER, so that tokens for others are refused']);
  if (textOf('ACCESS_FILE') === '')
    reader.addProblems(['ACCESS_FILE: must be set with OIDC_ISSUER: it says who has which role']);
  return { issuer, audience, client };
}

function readClient(reader: Reader): OidcClient | null {
  const id = reader.textOf('OIDC_CLIENT_ID');
  const read = (file: string) => (file === '' ? null : readTextFile(file, secretFileBytesMax).trim());
  const secret = reader.read('OIDC_CLIENT_SECRET_FILE', read, null);
  if (secret !== null && id === '') reader.addProblems(['OIDC_CLIENT_ID: must be set with OIDC_CLIENT_SECRET_FILE']);
  return id === '' ? null : { id, secret };
}

function readAccessFile(file: string): AccessSettings {
  return file === '' ? noAccessSettings : parseAccessFile(readSettingsFile(file));
}

/** Reads the rules of ALERTS_FILE, and adds every problem with them to the reader. */
export function readAlertSettings(reader: Reader, allowed: AllowedAddresses): AlertSettings {
  const text = reader.read('ALERTS_FILE', (file) => (file === '' ? null : readSettingsFile(file)), null);
  if (text === null) return noAlerts;
  const { alerts, problems } = readAlertsFile(text, allowed);
  reader.addProblems(problems.map((problem) => `ALERTS_FILE: ${problem}`));
  return alerts;
}

function doubtsOf(callbackTokens: readonly string[], apiTokens: readonly ApiToken[]): string[] {
  const doubts: string[] = [];
  const [ofCallbacks, ofApi] = [callbackTokens.map(secretDigest), apiTokens.map(({ digest }) => digest)];
  if (ofApi.some((digest) => ofCallbacks.includes(digest))) {
    doubts.push(
      'A token is both in CSS_CALLBACK_TOKENS and in API_TOKENS. URLs are often logged on their way, so anyone who reads such a log can query GraphQL. Use different tokens.',
    );
  }
  for (const [name, list] of [
    ['CSS_CALLBACK_TOKENS', ofCallbacks],
    ['API_TOKENS', ofApi],
  ] as const) {
    if (new Set(list).size < list.length) doubts.push(`${name} has an entry twice. Was another one meant?`);
  }
  return doubts;
}

function parseStatisticsMs(text: string): number {
  const { least, most } = statisticsMs;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most)) throw new Error(`must be milliseconds, ${least} to ${most}`);
  return number;
}

/** Takes origins only as browsers send them, so that they can be compared as they are set. */
export function parseOrigins(list: string): string[] {
  return splitList(list).map((entry, index) => {
    if (entry === '*') throw new Error(`entry ${index + 1} is *, every page of the internet: name the origins`);
    const isOrigin = /^https?:/.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry;
    if (!isOrigin) {
      throw new Error(
        `entry ${index + 1} is not an origin as browsers send it, such as https://example.com or http://localhost:3000: in lower case, with neither a path nor a slash at the end`,
      );
    }
    return entry;
  });
}
