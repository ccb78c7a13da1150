import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../kernel/logger.ts';
import { SettingsInvalid } from '../kernel/settings-reader.ts';
import { protectionsOff } from './protections.ts';
import { readReloadedSettings, type ReloadedSettings, type Settings } from './settings.ts';
import { reloadedNames, type Environment } from './variables.ts';

/**
 * Milliseconds between two looks at the files. They are looked at instead of listened to: what Kubernetes mounts are links that
 * are exchanged, and the system reports nothing about the file behind a link.
 */
const lookEveryMs = 1_000;

export interface SettingsReloadOptions {
  readonly environment: Environment;
  /** In use: `authenticity` and `access` are read for each request, so these objects are changed. */
  readonly settings: Settings;
  readonly logger: Logger & { level: string };
  readonly everyMs?: number;
}

/** Reads again what may change while the service runs. */
export interface SettingsReload {
  /** Reads everything again, and logs that. Where something is wrong, nothing is changed, and the log says what by its name. */
  reload(): void;
  close(): void;
}

/** Begins to look at the files of these settings. A change is read when it is found a second time: it may be half written before. */
export function openSettingsReload(options: SettingsReloadOptions): SettingsReload {
  const { environment, settings, logger, everyMs = lookEveryMs } = options;
  const files = reloadedNames.map((name) => environment[`${name}_FILE`]?.trim() ?? '').filter((file) => file !== '');
  let inUse: ReloadedSettings = { ...settings };
  // Of no file: what has changed since the settings were read for the start is found as well.
  let [found, readLast] = ['', ''];

  const reload = (isAsked: boolean) => {
    try {
      const read = readReloadedSettings(environment);
      const changed = (['authenticity', 'access', 'logLevel'] as const).filter(
        (name) => !isDeepStrictEqual(read[name], inUse[name]),
      );
      inUse = read;
      // Unchanged ones are left alone: whoever compares them by identity is not disturbed.
      if (changed.includes('authenticity')) Object.assign(settings.authenticity, read.authenticity);
      if (changed.includes('access')) Object.assign(settings.access, read.access);
      logger.level = read.logLevel;
      if (isAsked || changed.length > 0) logger.info({ changed }, 'the settings were read again');
      if (changed.length > 0) for (const warning of protectionsOff({ ...settings, ...read })) logger.warn({}, warning);
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
  return { reload: () => reload(true), close: () => clearInterval(looking) };
}

/** Other than before when the file was written, or is another one by now. */
async function fingerprintOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
