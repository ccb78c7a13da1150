/** A document that asks for the descriptions of all types, under this many names: aliases of the schema, and aliases in each. */
export function introspectionOf(schemas: number, aliases: number, prefix = 'd'): string {
  const names = (count: number, of: string, what: string) =>
    Array.from({ length: count }, (_, index) => `${of}${index}:${what}`).join(' ');
  return `{${names(schemas, 's', '__schema{...F}')}}fragment F on __Schema{types{${names(aliases, prefix, 'description')}}}`;
}

/** A request for a document, as bytes. */
export function graphqlRequest(query: string): string {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
