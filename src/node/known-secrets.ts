import { createRedaction, type Redaction } from '../api/redact.ts';
import type { ReaderOptions } from './querying.ts';

/** What answers hide: by its form, and by its value if it is a secret of the settings. `key` is the secret of the log. */
export function openRedaction(
  key: () => string,
  { authenticity, forward, alerts }: Pick<ReaderOptions, 'authenticity' | 'forward' | 'alerts'>,
): Redaction {
  const ofTargets = [...forward.targets, ...alerts.targets].flatMap(({ url, headers, ...target }) => [
    ...new URL(url).searchParams.values(),
    ...Object.values(headers),
    ('signingKey' in target ? target.signingKey : target.secret) ?? '',
  ]);
  let [{ keys, tokens }, known] = [authenticity, [] as readonly string[]];
  const read = () => {
    ({ keys, tokens } = authenticity);
    known = [...keys.map(({ key: ofCallbacks }) => ofCallbacks), ...tokens, ...ofTargets];
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
