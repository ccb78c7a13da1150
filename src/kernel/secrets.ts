/** Replaces a secret in a text. */
const hidden = '(hidden)';

/** Characters of a known secret. A shorter one may be a part of names. */
const knownLengthMin = 8;

/** Encodings around each other: a URL that is a parameter of another one, in JSON in a string, in Base64. */
const encodingsMax = 3;

const ends = String.raw`[^\s"'<>&,;\\|(){}]+`;

/** Names of parameters and fields with a secret, and what is between a name and its value. */
const named = new RegExp(
  String.raw`((?:tx|ws)[-_]?secret|auth[-_]?key|(?:secret|access|api|private|signing)[-_]?(?:key|id|token)(?:[-_]?(?:id|secret))?|(?:client|app)[-_]?secret|(?:security|session|bearer|refresh|id)[-_]?token|passw(?:or)?d|x-(?:amz|cos|oss|goog)-[a-z-]*(?:signature|token|credential)|q-(?:ak|signature))(\\*["']?\s*[=:]\s*\\*["']?)${ends}`,
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
  [/(?<!\w)[\w.~+-]+:[^\s/:@"'<>]+@(?=[\w[])/g, `${hidden}@`],
  [/(\/callbacks\/css\/)[\w.~-]{16,}/gi, `$1${hidden}`],
  // Keys of Tencent Cloud, AWS, Alibaba Cloud and Google; tokens of JWT; secrets of Standard Webhooks. Domains are in lower case.
  [/\b(?:AKID[A-Z0-9]{13,}|AKIA[A-Z0-9]{16}|LTAI[A-Z0-9]{12,}|AIza[\w-]{35})/gi, hidden],
  [/\bA[KS]IA[A-Z0-9]{16}/g, hidden],
  [/\beyJ[\w-]{15,}\.[\w-]{8,}\.[\w-]*/gi, hidden],
  [/\bwhsec_[\w+/=-]{8,}/gi, hidden],
  [/-----BEGIN[A-Z ]*PRIVATE KEY-----[^-]*(?:-----END[A-Z ]*PRIVATE KEY-----)?/g, hidden],
  // The end of a text that was cut, for a row or a message, may be the beginning of one.
  [/[!-~]{1,256}(?=…~)|[!-~]{12,256}(?=…)/g, hidden],
];

/** In nearly all texts nothing of this occurs, and they are read no further. */
const maySecret = /[=@…]|[a-z"'\\]\s*:|be[a-z]\w+\s|bas\w+\s|akid|a[ks]ia|ltai|aiza|eyj|whsec|css\/|-----/i;

/**
 * A text without what looks like a secret: parameters with the names of secrets, logins of URLs, bearer tokens, keys of clouds, also where it is
 * encoded. If in doubt, it hides too much. A text without any is returned as it is.
 */
export const hideSecrets = (text: string) => hideEncodedToo(text, byPattern);

/** The same for a text that may have one of these secrets, as they are or encoded. */
export function hiderOf(secrets: readonly string[]): (text: string) => string {
  const known = patternOf(secrets);
  if (known === null) return hideSecrets;
  const hide = (text: string) => byPattern(text.replace(known, hidden));
  return (text) => hideEncodedToo(text, hide);
}

function byPattern(text: string): string {
  if (!maySecret.test(text)) return text;
  return patterns.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text);
}

/** The text without what `hide` replaces in it, and in what is percent-encoded, escaped as in JSON, in Base64 or hexadecimal in it, also several times. */
export function hideEncodedToo(text: string, hide: (plain: string) => string, encodings = encodingsMax): string {
  // First, because a word of which a part is hidden can't be decoded any more.
  return hide(encodings > 0 && mayBeEncoded.test(text) ? inEncoded(text, hide, encodings - 1) : text);
}

function inEncoded(text: string, hide: (plain: string) => string, encodings: number): string {
  const hideDecoded = (word: string, plain: string, replacement?: string) => {
    const left = hideEncodedToo(plain, hide, encodings);
    return left === plain ? word : (replacement ?? left);
  };
  const unescaped = mayBeEscaped.test(text)
    ? text.replace(wordsWithEscapes, (word) => hideDecoded(word, word.replace(escapes, byCode)))
    : text;
  return unescaped.replace(inBytes, (word, isHex?: string) =>
    hideDecoded(word, Buffer.from(word, isHex === undefined ? 'base64' : 'hex').toString(), hidden),
  );
}

const mayBeEscaped = /%|\\[uU]00/;
// Only from the beginning of a word: from each of its characters, a long one would take the square of its length.
const wordsWithEscapes = /(?<![^\s"'<>])(?:[^\s"'<>%\\]|\\(?![uU]00))*(?:%|\\+[uU]00)[^\s"'<>]*/g;
const escapes = /(?:%|\\+u00)([0-9a-f]{2})/gi;
const byCode = (_escape: string, code: string) => String.fromCharCode(parseInt(code, 16));

/**
 * At least ten bytes of ASCII in hexadecimal, or twelve in Base64, of which the first bits of each byte are known: other words of the same
 * characters, such as digests, are hardly ever decoded.
 */
const inBytes =
  /((?:[2-7][0-9a-fA-F]){10,})|(?:[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][\w+/-]){4,}[\w+/-]*/g;

/** In nearly all texts nothing of this occurs. */
const mayBeEncoded = new RegExp(`${mayBeEscaped.source}|${inBytes.source}`);

/** Matches these secrets, as they are and in each usual encoding; null if none is long enough. */
function patternOf(secrets: readonly string[]): RegExp | null {
  const forms = secrets.filter((secret) => secret.length >= knownLengthMin).flatMap(formsOf);
  return forms.length === 0 ? null : new RegExp([...new Set(forms)].map(inAnyJson).join('|'), 'gi');
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
  const url = encodeURIComponent(secret);
  const ofBase64 = base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
  return [secret, url, encodeURIComponent(url), bytes.toString('hex'), ...ofBase64];
}

/** The source of a pattern that matches a text as it is, and escaped in JSON, also in JSON in a string of JSON. */
function inAnyJson(text: string): string {
  return literally(text).replace(/\\\\|"|\\\//g, (one) => (one === '\\\\' ? String.raw`\\+` : String.raw`\\*${one}`));
}

/** The source of a pattern that matches this text and no other. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
