/** Replaces a secret in a text. */
const hidden = '(hidden)';

/** Characters of a known secret. A shorter one may be a part of names. */
const knownLengthMin = 8;

/** Times that a text may be percent-encoded: once in a URL, and once more where that is a parameter of another one. */
const encodedTimesMax = 3;

const ends = String.raw`[^\s"'<>&,;\\|(){}]+`;

/** Names of parameters and fields with a secret, and what is between a name and its value. */
const named = new RegExp(
  String.raw`((?:tx|ws)[-_]?secret|auth[-_]?key|(?:secret|access|api|private|signing)[-_]?(?:key|id|token)(?:[-_]?(?:id|secret))?|(?:client|app)[-_]?secret|(?:security|session|bearer|refresh|id)[-_]?token|passw(?:or)?d|x-(?:amz|cos|oss|goog)-[a-z-]*(?:signature|token|credential)|q-(?:ak|signature))(\\?["']?\s*[=:]\s*\\?["']?)${ends}`,
  'gi',
);

/** The same for names that are words of sentences as well: before a value in a URL only. */
const namedInUrls = new RegExp(String.raw`\b(token|sign|signature|secret|key|pwd)(=)(?!=)${ends}`, 'gi');

/** Secrets that show what they are. */
const patterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)(\s+)[\w.~+/=-]{8,}/gi, `$1$2${hidden}`],
  [named, `$1$2${hidden}`],
  [namedInUrls, `$1$2${hidden}`],
  // The login of a URL, with its scheme or without.
  [/(:\/\/)[^\s/@"'<>]+@/g, `$1${hidden}@`],
  [/(?<![\w/])[\w.~+-]+:[^\s/:@"'<>]+@(?=[\w[])/g, `${hidden}@`],
  [/(\/callbacks\/css\/)[\w.~-]{16,}/g, `$1${hidden}`],
  // Keys of Tencent Cloud, AWS, Alibaba Cloud and Google; tokens of JWT; secrets of Standard Webhooks.
  [/\b(?:AKID[A-Za-z0-9]{13,}|A[KS]IA[A-Z0-9]{16}|LTAI[A-Za-z0-9]{12,}|AIza[\w-]{35})/g, hidden],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, hidden],
  [/\bwhsec_[\w+/=-]{8,}/g, hidden],
  [/-----BEGIN[A-Z ]*PRIVATE KEY-----[^-]*(?:-----END[A-Z ]*PRIVATE KEY-----)?/g, hidden],
];

/** In nearly all texts nothing of this occurs, and they are read no further. */
const maySecret = /[=@%]|[A-Za-z"'\\]\s*:|[Bb][EeAa][AaSs]\w+\s|A[KSI][IDz]|LTAI|eyJ|whsec|css\/|-----/;

/**
 * A text without what looks like a secret: parameters with the names of secrets, logins of URLs, bearer tokens, keys of clouds, also where it is
 * percent-encoded; and without what `known` matches. If in doubt, it hides too much. A text without any is returned as it is.
 */
export function hideSecrets(text: string, known: RegExp | null = null): string {
  const unknown = known === null ? text : text.replace(known, hidden);
  if (!maySecret.test(unknown)) return unknown;
  const shown = byPattern(unknown);
  // Only now, because what is left may be hidden by its encoding.
  return shown.includes('%') ? shown.replace(/[^\s"'<>]*%[^\s"'<>]*/g, inEncoded) : shown;
}

function byPattern(text: string): string {
  return patterns.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text);
}

/** A word that has a secret once it is decoded is shown decoded, without the secret. */
function inEncoded(word: string): string {
  let decoded = word;
  for (let time = 0; time < encodedTimesMax && decoded.includes('%'); time += 1) {
    const more = decoded.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
    const shown = byPattern(more);
    if (shown !== more) return shown;
    decoded = more;
  }
  return word;
}

/** Matches these secrets, as they are and in each usual encoding; null if none is long enough. */
export function secretPattern(secrets: readonly string[]): RegExp | null {
  const forms = secrets.filter((secret) => secret.length >= knownLengthMin).flatMap(formsOf);
  return forms.length === 0 ? null : new RegExp([...new Set(forms)].map(literally).join('|'), 'gi');
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // What is before it in the encoded text shifts its bits by 0, 2 or 4: the characters at the ends depend on what is around.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const isWhole = (shift + bytes.length) % 3 === 0;
    return text.slice(shift === 0 ? 0 : shift + 1, isWhole ? undefined : -1);
  });
  const [json, url] = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  const ofBase64 = base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
  return [secret, json, url, encodeURIComponent(url), bytes.toString('hex'), ...ofBase64];
}

/** The source of a pattern that matches this text and no other. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
