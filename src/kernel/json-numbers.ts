const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * Quotes the numbers that `mustQuote` selects: JSON.parse rounds integers beyond 2^53, and Node 20 gives revivers no source
 * text. The text must be valid JSON: only then does every string end, which keeps the search linear.
 */
export function quoteNumbers(json: string, mustQuote: (number: string) => boolean): string {
  return json.replace(stringOrNumber, (token) => (!token.startsWith('"') && mustQuote(token) ? `"${token}"` : token));
}

/** Whether a JSON number is an integer that a JavaScript number can't represent exactly. */
export function isLongInteger(number: string): boolean {
  return /^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number));
}
