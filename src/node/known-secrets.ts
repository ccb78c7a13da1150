import { createRedaction, type Redaction } from '../api/redact.ts';
import type { EventStoreChoice } from './data-dir.ts';
import type { ReaderOptions } from './querying.ts';

/** The settings with secrets that are compared or sent as they are. Of API tokens there are only digests. */
type WithSecrets = Pick<
  ReaderOptions,
  'authenticity' | 'metricsAccess' | 'logAccess' | 'eventStore' | 'forward' | 'alerts' | 'issuer'
>;

/** All secrets of the settings that can be found by their value. */
export function knownSecrets(settings: WithSecrets): readonly string[] {
  const { forward, alerts, issuer, eventStore } = settings;
  const ofTargets = [...forward.targets, ...alerts.targets].flatMap(({ url, headers, ...target }) => [
    ...new URL(url).searchParams.values(),
    ...Object.values(headers),
    ('signingKey' in target ? target.signingKey : target.secret) ?? '',
  ]);
  const [keys, ...tokens] = changingOf(settings);
  return [
    ...keys.map(({ key }) => key),
    ...tokens.flat(),
    ...ofTargets,
    issuer?.client?.secret ?? '',
    ...ofLog(eventStore),
  ];
}

/** The lists that are replaced by others once their files have changed. */
function changingOf({ authenticity, metricsAccess, logAccess }: WithSecrets) {
  return [authenticity.keys, authenticity.tokens, metricsAccess.tokens, logAccess.tokens] as const;
}

/** What the log elsewhere is read with: the password of EVENT_STORE_URL, as it is there and decoded, or PRIMARY_TOKEN. */
function ofLog(eventStore: EventStoreChoice): readonly string[] {
  if (eventStore.kind === 'sqlite') return [];
  if (eventStore.kind === 'primary') return [eventStore.token];
  const password = /^[^/]*\/\/[^/?@:]*:([^/?@]*)@/.exec(eventStore.url)?.[1] ?? '';
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What answers hide: by its form, and by its value if it is a secret of the settings. `key` is the secret of the log. */
export function openRedaction(key: () => string, settings: WithSecrets): Redaction {
  let [lists, known]: [ReturnType<typeof changingOf>, readonly string[]] = [
    changingOf(settings),
    knownSecrets(settings),
  ];
  let cached: string | null = null;
  return createRedaction(
    () => (cached ??= key()),
    () => {
      const now = changingOf(settings);
      if (now.some((list, index) => list !== lists[index])) [lists, known] = [now, knownSecrets(settings)];
      return known;
    },
  );
}
