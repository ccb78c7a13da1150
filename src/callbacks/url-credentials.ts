/** Finds the queries and logins of URLs in any text; it rather finds too many than too few. */

/** Replaces a query, from its question mark on, and a login, up to and including its @. */
export interface CredentialReplacement {
  readonly query: string;
  readonly login: string;
}

/** The text with its credentials replaced; a text without any is returned as it is. */
export function replaceUrlCredentials(text: string, replacement: CredentialReplacement): string {
  // Fast path for nearly all names: every callback has several.
  if (!mayHaveCredentials.test(text)) return text;
  const plain = unescapeUnicode(text);
  const replaced = plain.replace(/[^\s"<>]+/g, (word) => replaceInWord(word, replacement));
  return replaced === plain ? text : replaced;
}

/** Begins a query, ends a login, or may be an escape for that. */
const mayHaveCredentials = /[?#@\\]/;

/** In JSON that could not be parsed, a question mark may be written as \u003f. */
function unescapeUnicode(text: string): string {
  return text.replace(/\\u00([2-7][0-9a-f])/gi, (_escape, code: string) => String.fromCharCode(parseInt(code, 16)));
}

const scheme = /:\\?\/\\?\//;
const login = /(:\\?\/\\?\/)[^/\\]*@/g;

/** A word may contain several URLs. From the first query on, all of it is replaced; before that, every login is. */
function replaceInWord(word: string, replacement: CredentialReplacement): string {
  const begin = scheme.exec(word)?.index;
  // Without a scheme, a question mark before a value begins a query too.
  const query = begin === undefined ? word.search(/\?[^?]*=/) : word.slice(begin).search(/[?#]/) + begin;
  const hasQuery = query >= (begin ?? 0);
  const shown = hasQuery ? word.slice(0, query) + replacement.query : word;
  return shown.replace(login, (_login, slashes: string) => slashes + replacement.login);
}
