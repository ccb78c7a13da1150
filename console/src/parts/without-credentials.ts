/** The text without the queries and logins of its URLs: what is on a screen is seen by others, too. For display only; the API decides who is sent what. */
export function withoutCredentials(text: string): string {
  return text.replace(/\?\S+/g, '?…').replace(/\/\/[^/\s]*@/g, '//…@');
}
