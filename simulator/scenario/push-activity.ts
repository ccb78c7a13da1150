import type { Random } from './random.ts';
import type { PushActivity, PushDialect } from './simulated-callback.ts';
import type { ScenarioContext } from './scenario-context.ts';

/** Stream names in several alphabets, with characters that a URL or a file name must escape. */
const streamWords = [
  'studio',
  'camera-2',
  'live+1',
  'a b',
  '방송',
  '生放送',
  '直播间',
  'эфир',
  'بث',
  'transmisión',
  'kanal_%20',
  '🎥',
] as const;

export interface StreamName {
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
}

/** No two streams of any scenarios have the same name. */
export function streamNameOf(context: ScenarioContext, random: Random, number: number): StreamName {
  const [first = ownDomainOf(context, 'push'), ...others] = context.domains;
  return {
    domain: random.pick([first, ...others]),
    path: random.pick(['live', 'live', 'live', 'app-2']),
    streamId: `${random.pick(streamWords)}-${context.id}-${number}`,
  };
}

export function ownDomainOf({ id }: ScenarioContext, use: 'push' | 'relay' | 'source'): string {
  return `${use}-${id}.example.com`;
}

/** Adds the fields that CSS reports of a push. */
export function pushActivityOf(
  known: StreamName & Pick<PushActivity, 'appId' | 'sequence' | 'startedAtMs'>,
  random: Random,
): PushActivity {
  const expires = (known.startedAtMs / 1000 + 86_400).toString(16).toUpperCase();
  return {
    ...known,
    channelId: random.chance(0.05) ? `${known.streamId}-channel` : known.streamId,
    node: `100.${random.integer(64, 127)}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
    // TEST-NET-3 of RFC 5737, and the documentation prefix of RFC 3849: nobody's addresses.
    userIp: random.chance(0.8) ? `203.0.113.${random.integer(1, 254)}` : `2001:db8::${random.integer(1, 9_999)}`,
    streamParam: random.chance(0.7) ? `txSecret=${random.digits(32)}&txTime=${expires}` : 'stream_param=test',
    dialect: pushDialectOf(random),
  };
}

function pushDialectOf(random: Random): PushDialect {
  return {
    appIdField: random.chance(0.15) ? 'appId' : 'appid',
    tAsText: random.chance(0.1),
    durationAsText: !random.chance(0.1),
    sequenceAsNumber: random.chance(0.03),
    laterFields: random.chance(0.4)
      ? { setId: random.integer(1, 200), idcId: random.integer(1, 99), width: random.pick([0, 1280, 1920]) }
      : null,
  };
}
