import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../kernel/logger.ts';
import { SettingsInvalid } from '../../settings/settings-reader.ts';
import type { ReloadedReceivingSettings } from '../../settings/receiving-settings.ts';
import type { ReloadedSettings } from '../../settings/settings.ts';
import type { Environment, VariableName } from '../../settings/variables.ts';

/**
 * Milliseconds between two checks of the files. They are polled because Kubernetes mounts links and exchanges them, and the system
 * reports nothing about the file behind a link.
 */
const lookEveryMs = 1_000;

/** The settings of one process that may change while it runs. */
type Reloaded = ReloadedReceivingSettings & Partial<Pick<ReloadedSettings, 'access' | 'logAccess' | 'doubts'>>;

interface SettingsReloadOptions<Settings extends Reloaded> {
  readonly environment: Environment;
  /** The files that are watched: those that this process uses. */
  readonly files: readonly VariableName[];
  /** The settings in use. `authenticity`, `metricsAccess`, `access` and `logAccess` are read for each request, so a reload changes these objects. */
  readonly settings: Settings;
  /** @throws SettingsInvalid - something is wrong with them */
  readonly read: (environment: Environment) => Settings;
  /** What is not protected, as sentences for the operator. */
  readonly warnings: (settings: Settings) => readonly string[];
  readonly logger: Logger & { level: string };
  readonly everyMs?: number;
}

/** Reloads the settings that may change while the service runs. */
export type SettingsReload = ReturnType<typeof openSettingsReload>;

/** Watches the files of these settings. A change is read when a second check finds it, because it may be half written at the first. */
export function openSettingsReload<Settings extends Reloaded>(options: SettingsReloadOptions<Settings>) {
  const { environment, settings, read: readAll, warnings, logger, everyMs = lookEveryMs } = options;
  const files = options.files.map((name) => environment[name]?.trim() ?? '').filter((file) => file !== '');
  let inUse: Settings = { ...settings };
  // Empty, so that a change after the settings were read at the start is found too.
  let [found, readLast] = ['', ''];

  const reload = (isAsked: boolean) => {
    try {
      const read = readAll(environment);
      const changed = (['authenticity', 'metricsAccess', 'access', 'logAccess', 'logLevel'] as const).filter(
        (name) => !isDeepStrictEqual(read[name], inUse[name]),
      );
      inUse = read;
      // Unchanged ones stay the same objects for code that compares them by identity.
      if (changed.includes('authenticity')) Object.assign(settings.authenticity, read.authenticity);
      if (changed.includes('metricsAccess')) Object.assign(settings.metricsAccess, read.metricsAccess);
      if (changed.includes('logAccess')) Object.assign(settings.logAccess ?? {}, read.logAccess);
      if (changed.includes('access')) Object.assign(settings.access ?? {}, read.access);
      logger.level = read.logLevel;
      if (isAsked || changed.length > 0) logger.info({ changed }, 'the settings were read again');
      if (changed.length > 0) for (const warning of warnings(read)) logger.warn({}, warning);
    } catch (error) {
      if (!(error instanceof SettingsInvalid)) throw error;
      logger.error(
        { problems: error.problems },
        'the settings were read again, and something is wrong: the ones before stay in use',
      );
    }
  };
  const look = async () => {
    const before = found;
    found = (await Promise.all(files.map(fingerprintOf))).join();
    if (found !== before || found === readLast) return;
    readLast = found;
    reload(false);
  };
  const looking = files.length === 0 ? undefined : setInterval(() => void look(), everyMs).unref();
  return {
    /** Reads everything again, and logs that. If something is wrong, it changes nothing, and the log names the setting. */
    reload: () => reload(true),
    close: () => clearInterval(looking),
  };
}

/** Differs once the file was written or replaced. */
async function fingerprintOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
