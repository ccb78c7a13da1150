/**
 * A text without the queries and logins of its URLs, because others may see the screen. For display only: the API
 * decides who receives what.
 */
export function withoutCredentials(text: string): string {
  return text.replace(/\?\S+/g, '?…').replace(/\/\/[^/\s]*@/g, '//…@');
}
