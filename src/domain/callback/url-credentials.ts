/** Where the queries and logins of the URLs in a text stand, whatever the text is: rather too much is found than too little. */

/** What stands in the place of a query, from its question mark on, and of a login, up to its @. */
export interface InPlaceOfCredentials {
  readonly query: string;
  readonly login: string;
}

/** A text with something else in the place of its credentials; one that has none is as it was. */
export function replaceUrlCredentials(text: string, inPlace: InPlaceOfCredentials): string {
  // Nearly all names: every callback has several.
  if (!mayHoldCredentials.test(text)) return text;
  const plain = unescapeUnicode(text);
  const replaced = plain.replace(/[^\s"<>]+/g, (word) => replaceInWord(word, inPlace));
  return replaced === plain ? text : replaced;
}

/** What begins a query or ends a login, or may stand for it. */
const mayHoldCredentials = /[?#@\\]/;

/** In JSON that could not be parsed, a question mark may stand as \u003f. */
function unescapeUnicode(text: string): string {
  return text.replace(/\\u00([2-7][0-9a-f])/gi, (_escape, code: string) => String.fromCharCode(parseInt(code, 16)));
}

const scheme = /:\\?\/\\?\//;
const login = /(:\\?\/\\?\/)[^/\\]*@/g;

/** A word may hold several URLs: from the first query on all of it is replaced, and before that every login. */
function replaceInWord(word: string, inPlace: InPlaceOfCredentials): string {
  const begin = scheme.exec(word)?.index;
  // Without a scheme, a question mark with a value behind it is a query all the same.
  const query = begin === undefined ? word.search(/\?[^?]*=/) : word.slice(begin).search(/[?#]/) + begin;
  const hasQuery = query >= (begin ?? 0);
  const shown = hasQuery ? word.slice(0, query) + inPlace.query : word;
  return shown.replace(login, (_login, slashes: string) => slashes + inPlace.login);
}
