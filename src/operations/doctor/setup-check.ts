import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { apiProtectionsOff, callbackProtectionsOff } from '../../commands/serve/greeting.ts';
import { describeDiskFault, isNearlyFull, measureDiskSpace } from '../../kernel/disk.ts';
import { build, version } from '../../kernel/this-process.ts';
import { readService } from '../../node/data-dir.ts';
import type { Settings } from '../../settings/settings.ts';
import { askForTokens, readIssuerConfiguration, signsIn, type IssuerSettings } from '../../api/access/identities.ts';

/** The result of one check. */
export interface Finding {
  /** What was checked, in a few words: `disk`, `keys and tokens`. */
  readonly check: string;
  /** What was found, without secrets. */
  readonly found: string;
  /** What the operator should do; null if it is fine. */
  readonly whatToDo: string | null;
}

/** A finding that is fine. */
export function fine(check: string, found: string): Finding {
  return { check, found, whatToDo: null };
}

/** A finding that needs action. */
export function toDo(check: string, found: string, whatToDo: string): Finding {
  return { check, found, whatToDo };
}

/** Addons compiled against the headers of this or a later Node abort: see docs/getting-started.md. */
const nodeWithTrap = { major: 24, minor: 19 };

/** Checks the versions of the product and of Node. */
export function checkVersions(nodeVersion = process.versions.node): Finding {
  const found = `Live Ledger ${version}, Node ${nodeVersion}`;
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isTrap = major > nodeWithTrap.major || (major === nodeWithTrap.major && minor >= nodeWithTrap.minor);
  if (!isTrap) return fine('versions', found);
  return toDo(
    'versions',
    `${found}: better-sqlite3 aborts where it was compiled against the headers of this version of Node`,
    'Compile it against those of Node 24.18.1, or use Node 20 or 22: docs/getting-started.md#what-the-machine-needs.',
  );
}

/** Compares what is installed where this command is with the service that runs. */
export function checkService(settings: Pick<Settings, 'dataDir' | 'roles'>): Finding[] {
  const service = readService(settings);
  if (service === null) return [];
  const found = `process ${service.pid} runs ${service.version} (build ${service.build}) since ${service.startedAt}`;
  if (service.build === build) return [fine('service', found)];
  return [
    toDo(
      'service',
      `${found}; installed here is ${version} (build ${build})`,
      'Send SIGUSR2 to the service, or restart it: docs/upgrade.md.',
    ),
  ];
}

/** Lists the protections that are off, tokens to be replaced, and the callback URL that CSS must have. */
export function checkSettings(settings: Settings, nowMs: number): Finding[] {
  const { authenticity, access } = settings;
  const counts = `${authenticity.keys.length} callback keys, ${authenticity.tokens.length} callback tokens, ${access.mode === 'tokens' ? access.tokens.length : 0} API tokens`;
  const off = [...callbackProtectionsOff(settings), ...apiProtectionsOff(settings)];
  const protections =
    off.length === 0
      ? [fine('keys and tokens', counts)]
      : off.map((warning) => toDo('keys and tokens', warning, 'Set it, or correct it: docs/settings.md.'));
  return [...protections, ...checkExpiry(settings, nowMs), fine('callback URL', callbackUrl(settings))];
}

/** Milliseconds before its end at which a token is replaced without haste. */
const expiresSoonMs = 14 * 86_400_000;

/** Tokens that have expired, or soon will, by their names. */
function checkExpiry({ access }: Settings, nowMs: number): Finding[] {
  const tokens = access.mode === 'tokens' ? access.tokens : [];
  return tokens.flatMap(({ name, role, expiresAtMs }) => {
    if (expiresAtMs === null || expiresAtMs - nowMs > expiresSoonMs) return [];
    const found = `the token of ${name ?? `a ${role}`} ${expiresAtMs <= nowMs ? 'has expired' : 'expires'} at ${new Date(expiresAtMs).toISOString()}`;
    return [toDo('keys and tokens', found, 'Give its bearer another one, or remove it: docs/security.md#tokens.')];
  });
}

/** Without the token itself, because people send this output around. */
function callbackUrl({ authenticity, host, port }: Settings): string {
  const path = authenticity.tokens.length > 0 ? '/callbacks/css/<one of CSS_CALLBACK_TOKENS>' : '/callbacks/css';
  return `CSS must have http(s)://<a name that the internet reaches>${path}, in the callback template and for relay tasks; a proxy passes it on to ${host}:${port}`;
}

/** Measured writes with an fsync: together milliseconds on a fast disk, seconds on one that is too slow. */
const fsyncsMeasured = 15;

/** Bytes of each write, like a commit of a few callbacks. */
const writeBytes = 4_096;

/** Milliseconds of an fsync beyond which callbacks wait noticeably, as in the alert on a slow disk. */
const fsyncMsMax = 100;

/** Times the reserve below which the disk counts as filling up, as in the alert on a full disk. */
const reservesFreeMin = 4;

/** Checks free space, rights and speed of the disk of a data directory. The files of the ledger are not written. */
export function checkDisk(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) {
    return [
      toDo(
        'data directory',
        `DATA_DIR ${dataDir} does not exist`,
        'Set it as the service has it, or start the service.',
      ),
    ];
  }
  return [checkSpace(dataDir), checkRights(dataDir), checkFsync(dataDir)];
}

function checkSpace(dataDir: string): Finding {
  const space = measureDiskSpace(dataDir);
  const { freeBytes, reserveBytes } = space;
  const found = isNearlyFull(space)
    ? `${mebibytes(freeBytes)} MiB free, and the last ${mebibytes(reserveBytes)} MiB are kept for callbacks: only they are still recorded, and queries show an earlier state`
    : `${mebibytes(freeBytes)} MiB free, of which ${mebibytes(reserveBytes)} MiB are kept for callbacks`;
  if (!isNearlyFull(space) && freeBytes >= reservesFreeMin * reserveBytes) return fine('disk space', found);
  return toDo('disk space', found, 'Free some space, or enlarge the disk: docs/failures.md#a-full-disk.');
}

function checkRights(dataDir: string): Finding {
  const { mode: modeAndType, uid } = statSync(dataDir);
  // Files of SQLite appear and disappear while a service runs.
  const ownerOf = (name: string) => statSync(path.join(dataDir, name), { throwIfNoEntry: false })?.uid ?? uid;
  const foreign = readdirSync(dataDir).find((name) => ownerOf(name) !== uid);
  if (foreign !== undefined) {
    const found = `${foreign} in DATA_DIR belongs to another user than DATA_DIR, as after a command that was run as root`;
    return toDo('rights', found, `chown --recursive --reference=${dataDir} ${dataDir}`);
  }
  const mode = modeAndType & 0o777;
  const found = `DATA_DIR has the mode ${mode.toString(8)}`;
  if ((mode & 0o077) === 0) return fine('rights', found);
  return toDo('rights', `${found}: others may read credentials and personal data`, `chmod 700 ${dataDir}`);
}

function checkFsync(dataDir: string): Finding {
  const check = 'disk speed';
  let ms: number;
  try {
    ms = measureFsyncMs(path.join(dataDir, `doctor-${process.pid}.tmp`));
  } catch (error) {
    const why = describeDiskFault(error) ?? `${(error as NodeJS.ErrnoException).code ?? 'it failed'}.`;
    return toDo(
      check,
      `A file in DATA_DIR can't be written: ${why}`,
      'Run it as the user of the service, and see the disk.',
    );
  }
  const found = `an fsync takes ${ms.toFixed(1)} ms (the median of ${fsyncsMeasured})`;
  if (ms <= fsyncMsMax) return fine(check, found);
  return toDo(check, found, 'Every callback waits for one: put DATA_DIR on a local SSD.');
}

function measureFsyncMs(file: string): number {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    const block = Buffer.alloc(writeBytes);
    const times = Array.from({ length: fsyncsMeasured }, () => {
      const begunMs = performance.now();
      writeSync(descriptor, block);
      fsyncSync(descriptor);
      return performance.now() - begunMs;
    });
    return times.sort((one, other) => one - other)[Math.floor(fsyncsMeasured / 2)] ?? 0;
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}

const issuerCheck = 'issuer';

/** Errors by which a token endpoint says that it does not know a client, or not by this proof (RFC 6749, 5.2). */
const clientErrors = ['invalid_client', 'unauthorized_client'];

/** Checks that the issuer answers with its configuration and, if the console signs people in there, its endpoints and the client. */
export async function checkIssuer(settings: IssuerSettings | null): Promise<Finding[]> {
  if (settings === null) return [];
  const { issuer, client = null } = settings;
  const configuration = await readIssuerConfiguration(issuer).catch(() => null);
  if (configuration === null) {
    const found = `OIDC_ISSUER ${issuer} does not answer with its configuration, or with one of another issuer`;
    return [toDo(issuerCheck, found, 'Set it exactly as the issuer names itself, and let this machine reach it.')];
  }
  const answers = fine(issuerCheck, `${issuer} answers with its configuration`);
  if (client === null) return [answers];
  if (!signsIn(configuration)) {
    const found = 'its configuration has no authorization_endpoint and token_endpoint by https, with PKCE (S256)';
    return [
      answers,
      toDo(issuerCheck, found, 'Enable the authorization code flow with PKCE there, or unset OIDC_CLIENT_ID.'),
    ];
  }
  // A code that it has not given: whoever it knows is refused because of the code alone.
  const wrong = { code: 'doctor', code_verifier: 'd'.repeat(43), redirect_uri: 'http://localhost/session/callback' };
  const answer = await askForTokens(configuration, client, wrong).catch(() => null);
  if (answer === null || clientErrors.includes(String(answer.error))) {
    const found =
      answer === null ? 'its token endpoint does not answer' : 'it does not know OIDC_CLIENT_ID, or not by this secret';
    const whatToDo = 'Register a client for the authorization code flow: public, or with OIDC_CLIENT_SECRET_FILE.';
    return [answers, toDo(issuerCheck, found, `${whatToDo} See docs/security.md#sign-in-at-an-issuer.`)];
  }
  return [
    answers,
    fine(issuerCheck, 'it knows OIDC_CLIENT_ID, whose redirect URI must be <address of the console>/session/callback'),
  ];
}
