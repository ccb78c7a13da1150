import { createRedaction, type Redaction } from '../api/redact.ts';
import type { ReaderOptions } from './querying.ts';

/** The settings with secrets that are compared or sent as they are. Of API tokens there are only digests. */
type WithSecrets = Pick<ReaderOptions, 'authenticity' | 'forward' | 'alerts' | 'issuer'>;

/** All secrets of the settings that can be found by their value. */
export function knownSecrets({ authenticity, forward, alerts, issuer }: WithSecrets): readonly string[] {
  const ofTargets = [...forward.targets, ...alerts.targets].flatMap(({ url, headers, ...target }) => [
    ...new URL(url).searchParams.values(),
    ...Object.values(headers),
    ('signingKey' in target ? target.signingKey : target.secret) ?? '',
  ]);
  const { keys, tokens } = authenticity;
  return [...keys.map(({ key }) => key), ...tokens, ...ofTargets, issuer?.client?.secret ?? ''];
}

/** What answers hide: by its form, and by its value if it is a secret of the settings. `key` is the secret of the log. */
export function openRedaction(key: () => string, settings: WithSecrets): Redaction {
  const { authenticity } = settings;
  let [{ keys, tokens }, known] = [authenticity, [] as readonly string[]];
  const read = () => {
    ({ keys, tokens } = authenticity);
    known = knownSecrets(settings);
    return known;
  };
  read();
  let cached: string | null = null;
  // Keys and tokens are others once their files have changed.
  return createRedaction(
    () => (cached ??= key()),
    () => (keys === authenticity.keys && tokens === authenticity.tokens ? known : read()),
  );
}
