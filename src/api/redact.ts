import { hash } from 'node:crypto';
import { callbackTypes } from '../callbacks/callback.ts';
import { isJsonObject, parseEmbeddedJson } from '../callbacks/json-object.ts';
import { replaceUrlCredentials } from '../callbacks/wire-values.ts';
import { addressKey, readAddress } from '../kernel/addresses.ts';
import { hideEncodedToo, hiderOf, hideSecrets } from '../kernel/secrets.ts';
import type { HiddenPart } from '../lists/list-fields.ts';
import { allows, type Role } from './access/tokens.ts';

/** Replaces a credential. */
export const hidden = '(hidden)';

/** Recordings and screenshots have a `stream_param` too: what is a credential in one type is hidden in all. */
const credentials = new Set(['sign', ...callbackTypes.flatMap((type) => type.credentials ?? [])]);

/**
 * A callback's body without the credentials in it: those that its type declares, the queries and logins of URLs, and all that `hide` finds, by
 * default what looks like one.
 */
export function withoutCredentials(value: unknown, hide = hideSecrets): unknown {
  if (typeof value === 'string') return withoutCredentialsInText(value, hide);
  if (Array.isArray(value)) return value.map((entry) => withoutCredentials(entry, hide));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      hide(key),
      credentials.has(key) ? hidden : withoutCredentials(child, hide),
    ]),
  );
}

/** A text without the queries and logins of the URLs in it, and without what looks like a secret. If in doubt, it hides too much. */
export function hideCredentials(text: string, hide = hideSecrets): string {
  return hide(replaceUrlCredentials(text, { query: `?${hidden}`, login: `${hidden}@` }));
}

/** `msg` and `source_urls` are JSON in a string: they are redacted as JSON, so that escaping hides nothing from us. */
function withoutCredentialsInText(text: string, hide: typeof hideSecrets): string {
  const embedded = /^\s*[[{]/.test(text) ? parseEmbeddedJson(text) : undefined;
  return typeof embedded === 'object'
    ? JSON.stringify(withoutCredentials(embedded, hide))
    : hideCredentials(text, hide);
}

/** Secrets that are hidden by their value. The list is another one when they have changed. */
type KnownSecrets = () => readonly string[];

/** What a ledger hides from whom. */
export interface Redaction {
  /** A text in the form that this role may read. */
  show(text: string, role: Role, part: HiddenPart): string;
  /** The body of a callback in the form that this role may read. */
  showBody(body: unknown, role: Role): unknown;
  /** What is done to every text of an answer to this role; null: nothing. */
  ofAnswers(role: Role): ((text: string) => string) | null;
}

/** Hex digits of a fingerprint: two of a million addresses have the same one once in 500 ledgers. */
const fingerprintDigits = 12;

/** `key` is known to nobody who asks; with it, an address could be found from its fingerprint. */
export function createRedaction(key: () => string, known: KnownSecrets): Redaction {
  /** The same for equal texts, so that it shows where one occurs again. */
  const fingerprint = (text: string) => `(hidden ${hash('sha256', `${key()} ${text}`).slice(0, fingerprintDigits)})`;
  const inPlain = (text: string) =>
    text.replace(mayBeAddress, (word) => (readAddress(word) === null ? word : fingerprint(addressKey(word))));
  const hidersOf = (secrets: readonly string[]) => {
    const hide = hiderOf(secrets);
    const withoutAddresses = remembering((text) => {
      const left = hide(text);
      // Ids and cursors have to be the same for all roles. What they name may be an address, as the domain of a push to one.
      return left.startsWith(tokenStart) ? left : hideEncodedToo(left, inPlain);
    });
    return { secrets, withoutSecrets: remembering(hide), withoutAddresses };
  };
  let hiders = hidersOf(known());
  const current = () => (hiders.secrets === known() ? hiders : (hiders = hidersOf(known())));
  const withoutSecrets = (text: string) => current().withoutSecrets(text);
  const withoutAddresses = (text: string) => current().withoutAddresses(text);
  return {
    show(text, role, part) {
      if (allows(role, readsAsSent[part])) return text;
      if (part === 'CREDENTIALS') return hideCredentials(text);
      return fingerprint(part === 'ADDRESS' ? addressKey(text) : text);
    },
    showBody(body, role) {
      if (allows(role, 'admin')) return body;
      return allows(role, 'analyst') ? withoutCredentials(body, withoutSecrets) : fingerprint(JSON.stringify(body));
    },
    ofAnswers(role) {
      if (allows(role, 'admin')) return null;
      return allows(role, 'analyst') ? withoutSecrets : withoutAddresses;
    },
  };
}

/** Texts that are remembered, and the characters of the longest: less than a megabyte. Names, states and times come again and again. */
const rememberedTextsMax = 5_000;
const rememberedLengthMax = 64;

function remembering(hide: (text: string) => string): (text: string) => string {
  const remembered = new Map<string, string>();
  return (text) => {
    if (text.length > rememberedLengthMax) return hide(text);
    const known = remembered.get(text);
    if (known !== undefined) return known;
    if (remembered.size >= rememberedTextsMax) remembered.clear();
    const shown = hide(text);
    remembered.set(text, shown);
    return shown;
  };
}

/** The least role that reads a hidden part as it was sent. */
const readsAsSent = { ADDRESS: 'analyst', CREDENTIALS: 'admin', WHOLE: 'admin' } as const satisfies Record<
  HiddenPart,
  Role
>;

/** What fields with a hidden part say of it, after their descriptions. */
export const hiddenPartSentences: Readonly<Record<HiddenPart, string>> = {
  ADDRESS: 'Viewers read a fingerprint: equal ones are of the same address.',
  CREDENTIALS:
    'Admins read it as sent; for others, "(hidden)" replaces credentials, such as queries and logins of URLs.',
  WHOLE: 'Admins read it as sent, and others a fingerprint: equal ones are of equal texts.',
};

/** How all ids and cursors begin: `["` in Base64. */
const tokenStart = 'WyI';

/** Words with the characters of an address of IPv6 or IPv4, which may follow a word with a colon; a port may follow one of IPv4. */
const mayBeAddress =
  /(?<![\w.]|[\da-f:]:)[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:]|\.\w)|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\w)/gi;
