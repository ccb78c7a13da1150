import type { Conclusion } from '../kernel/sureness.ts';

/** Which side ended a push. CLIENT includes wrong media from its encoder; AUTH includes an expired push URL. */
export const endSides = [
  'CLIENT',
  'NETWORK',
  'PLATFORM',
  'CONFIGURATION',
  'AUTH',
  'OPERATOR',
  'TAKEOVER',
  'UNKNOWN',
] as const;
export type EndSide = (typeof endSides)[number];

interface EndCause extends Conclusion {
  readonly side: EndSide;
  /** What happened, in one sentence. */
  readonly summary: string;
  /** What an operator can do about it, in one sentence. */
  readonly advice: string;
}

/** What a code means. */
type Explained = Pick<EndCause, 'side' | 'summary' | 'advice'>;

const causes = {
  unknown: {
    side: 'UNKNOWN',
    summary: 'CSS does not say why the push ended.',
    advice: 'Read endMessage, and compare it with other sessions of the same pusher around that time.',
  },
  unlisted: {
    side: 'UNKNOWN',
    summary: 'CSS gave a code that is not in the vendor’s list, and no message that explains it.',
    advice: 'Look the code up in the vendor’s newest list of interruption codes.',
  },
  clientEnded: {
    side: 'CLIENT',
    summary: 'The pusher ended the stream or closed its connection.',
    advice: 'Nothing is wrong if the broadcast was over; otherwise look at the log of the encoder.',
  },
  platformFault: {
    side: 'PLATFORM',
    summary: 'CSS had an internal fault.',
    advice: 'Push again; if it happens again, give the vendor the sequence and the time.',
  },
  platformInterrupted: {
    side: 'PLATFORM',
    summary: 'The proxy layer of CSS was told to interrupt the push.',
    advice: 'Push again; if it happens again, give the vendor the sequence and the time.',
  },
  badContent: {
    side: 'CLIENT',
    summary: 'The pusher sent RTMP content that CSS could not read.',
    advice: 'Check the settings and the version of the encoder.',
  },
  frameTooLarge: {
    side: 'CLIENT',
    summary: 'The pusher sent a frame above the size limit.',
    advice: 'Lower the bit rate or shorten the key frame interval of the encoder.',
  },
  noData: {
    side: 'NETWORK',
    summary: 'No data arrived for a long time.',
    advice: 'Check the uplink of the pusher, and whether its encoder stalled.',
  },
  networkFault: {
    side: 'NETWORK',
    summary: 'A network fault on the connection of the pusher.',
    advice: 'Check the uplink of the pusher; compare sessions of the same address and node.',
  },
  refusedByRule: {
    side: 'CONFIGURATION',
    summary: 'CSS refused the push by a rule: account, domain, stream, address list, push URL or quota.',
    advice:
      'Look up the sub-code in the console: 1xx internal, 2xx account, 3xx domain or stream disabled, 4xx address lists, 5xx push URL expired or its signature wrong, 6xx too many streams.',
  },
  authRefused: {
    side: 'AUTH',
    summary: 'The third-party authentication refused the push.',
    advice: 'Check the authentication service that the domain is configured with.',
  },
  onRequest: {
    side: 'OPERATOR',
    summary: 'The push was ended on request, or replaced by a newer push of the same stream.',
    advice:
      'If a newer session of the stream began at that time, it was a takeover; otherwise someone ended it by API or console.',
  },
  takenOver: {
    side: 'TAKEOVER',
    summary: 'A newer push of the same stream replaced this one.',
    advice: 'If that was not intended, look for a second encoder with the same push URL.',
  },
  amfError: {
    side: 'CLIENT',
    summary: 'The pusher sent an RTMP command (AMF) that CSS could not read.',
    advice: 'Check the settings and the version of the encoder.',
  },
  nobodyWatching: {
    side: 'PLATFORM',
    summary: 'CSS stopped the stream because nobody was watching.',
    advice: 'Nothing is wrong; change the rule if the stream must continue without viewers.',
  },
} as const satisfies Record<string, Explained>;

/**
 * The meaning of `errcode` in an interruption. Source: the vendor's "stream interruption records" page. It lists
 * sub-codes for 18 and 21, but only the vendor's console shows them; callbacks do not carry them.
 */
const causeByCode: ReadonlyMap<number, Explained> = new Map<number, Explained>([
  ...codes([0, 22, 25, 26, 27, 28, 29, 30, 31, 32, 34, 36], causes.unknown),
  ...codes([1, 2, 3, 4, 35], causes.clientEnded),
  ...codes([5, 9, 11, 24, 38], causes.platformFault),
  ...codes([6, 23], causes.badContent),
  ...codes([7, 39], causes.frameTooLarge),
  ...codes([8, 20], causes.noData),
  ...codes([10], causes.platformInterrupted),
  ...codes([12, 13, 14, 15, 16, 17], causes.networkFault),
  ...codes([18], causes.refusedByRule),
  ...codes([19], causes.authRefused),
  ...codes([21], causes.onRequest),
  ...codes([33], causes.amfError),
  ...codes([37], causes.nobodyWatching),
]);

/** A rule, or the customer's own authentication, refused the push: if no push callback came, it never began. */
export const refusingCodes: readonly (number | null)[] = [18, 19];

function codes(list: readonly number[], cause: Explained): (readonly [number, Explained])[] {
  return list.map((code) => [code, cause] as const);
}

const byCode: Conclusion = {
  sureness: 'CERTAIN',
  because: 'The vendor lists the code of the interruption with this meaning.',
  alternative: null,
};

const unexplained: Conclusion = {
  sureness: 'CERTAIN',
  because: 'The interruption has no code, or one that the vendor does not explain.',
  alternative: null,
};

/** The code says nothing, but CSS's message does. It is repeated, not interpreted. */
const byMessage: Conclusion = {
  sureness: 'LIKELY',
  because: 'The vendor does not explain the code of the interruption, so its message is quoted as CSS sent it.',
  alternative: null,
};

/** The vendor's page of 2016; its later ones name no message. */
const pushUrlMessage = 'push url maybe invalid';

const pushUrlRefused: EndCause = {
  side: 'CONFIGURATION',
  summary: 'CSS refused the push by a rule: its push URL has expired, or its signature is wrong.',
  advice: 'Compare txTime of the push URL with the clock, and txSecret with the key of the domain; issue a new URL.',
  sureness: 'LIKELY',
  because: `The message "${pushUrlMessage}" meant this in a list of codes that the vendor published in 2016.`,
  alternative: 'Another rule for the account, the domain, the stream or the address refused it.',
};

/** Code units of a message that is quoted: a sentence. It is quoted whole, or a cut could leave half a credential unrecognised. */
const quotedLengthMax = 200;

/** Null if it says nothing that people can read. */
function quoted(message: string | null): string | null {
  const text = message?.trim() ?? '';
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return text === '' || text.length > quotedLengthMax || /[\u0000-\u001f\u007f]/.test(text) ? null : text;
}

/** The two meanings of 21: callbacks lack the sub-code that distinguishes them. */
const takeover: Conclusion = {
  sureness: 'LIKELY',
  because: 'CSS ended the push on request or for a newer one, and a newer push of the stream began within seconds.',
  alternative: 'It was ended by API or in the console, and its encoder pushed again at once.',
};
const ended: Conclusion = {
  sureness: 'LIKELY',
  because:
    'CSS ended the push on request or for a newer one, and no newer push of the stream is recorded near that time.',
  alternative: 'A newer push of the stream replaced it, and none of the callbacks of that push has arrived.',
};

function listedCause(endCode: number | null): Explained | undefined {
  return endCode === null ? undefined : causeByCode.get(endCode);
}

/** Which side ended a push: the code alone decides. */
export function endSideOf(endCode: number | null, takenOver: boolean): EndSide {
  const cause = listedCause(endCode) ?? causes.unlisted;
  return cause === causes.onRequest && takenOver ? causes.takenOver.side : cause.side;
}

/** Endings that are as somebody wanted them, or that CSS ordinarily makes. */
const orderlyEnds: ReadonlySet<Explained> = new Set([
  causes.clientEnded,
  causes.onRequest,
  causes.takenOver,
  causes.nobodyWatching,
]);

/** Whether a push ended by a fault, as far as is known: an end that CSS does not explain counts as one. */
export function isFault(side: EndSide, endCode: number | null): boolean {
  if (side === 'TAKEOVER' || side === 'OPERATOR') return false;
  return !orderlyEnds.has(listedCause(endCode) ?? causes.unlisted);
}

/** The interruption of a push. */
interface Interruption {
  readonly endCode: number | null;
  /** The code as sent, if it is no number that `endCode` can be. */
  readonly endCodeText: string | null;
  /** As sent: the summary may quote it, with its credentials. */
  readonly endMessage: string | null;
}

/**
 * Why a push ended. `takenOver`: a newer push of the same stream had begun by then, which decides between the two
 * meanings of 21.
 */
export function endCauseOf({ endCode, endCodeText, endMessage }: Interruption, takenOver: boolean): EndCause {
  const unlisted = endCode === null && endCodeText === null ? causes.unknown : causes.unlisted;
  const cause = listedCause(endCode) ?? unlisted;
  if (cause === causes.unknown || cause === causes.unlisted) {
    const message = quoted(endMessage);
    return message === null
      ? { ...cause, ...unexplained }
      : { ...cause, summary: `CSS says: "${message}"`, ...byMessage };
  }
  if (endCode === 18 && endMessage?.toLowerCase().includes(pushUrlMessage) === true) return pushUrlRefused;
  if (cause !== causes.onRequest) return { ...cause, ...byCode };
  return takenOver ? { ...causes.takenOver, ...takeover } : { ...cause, ...ended };
}
