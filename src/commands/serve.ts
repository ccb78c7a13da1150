import { pino } from 'pino';
import { openApp } from '../app.ts';
import { shutdownTimeoutMs } from '../http/limits.ts';
import { readSettings, type Settings } from './settings.ts';

/** `serve`: runs until SIGTERM or SIGINT, then answers what is open and closes its files. */
export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(environment);
  // Whoever reads the lines may be gone; callbacks are taken all the same, and a signal still stops the process.
  process.stdout.on('error', () => undefined);
  const lines = pino.destination({ dest: 1, sync: true });
  lines.on('error', () => undefined);
  const logger = pino({ level: settings.logLevel, base: null }, lines);
  const app = await openApp({ ...settings, logger });
  process.stdout.write(greeting(app.url, settings));
  for (const warning of protectionsOff(settings)) logger.warn({}, warning);

  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'stopping: open requests are answered first');
    setTimeout(() => {
      logger.error({ shutdownTimeoutMs }, 'stopping took too long; every callback that was answered is durable');
      process.exit(1);
    }, shutdownTimeoutMs).unref();
    void app.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function greeting(url: string, { dataDir }: Settings): string {
  return `Live Ledger listens on ${url}
  POST ${url}/callbacks/css           callbacks of CSS
  POST ${url}/callbacks/css/<token>   the same, proved by a token of CSS_CALLBACK_TOKENS
  POST ${url}/graphql                 GraphQL (also GET)
Log: sqlite: in ${dataDir}
`;
}

/** A line for each protection that is off. */
export function protectionsOff({ authenticity: { keys, tokens }, access }: Settings): string[] {
  const warnings: string[] = [];
  if (keys.length === 0 && tokens.length === 0) {
    warnings.push('Neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS is set: every callback is taken, as NOT_CHECKED.');
  }
  if (keys.length > 0 && tokens.length === 0) {
    warnings.push(
      'CSS_CALLBACK_TOKENS is not set: relay callbacks are not signed, so every one of them will be refused.',
    );
  }
  if (access.mode === 'open') {
    warnings.push('API_TOKENS is not set: GraphQL answers everybody who reaches this address, as an operator.');
  }
  if (access.mode === 'closed') {
    warnings.push('API_TOKENS is not set, and HOST is not loopback: GraphQL answers nobody.');
  }
  return warnings;
}
