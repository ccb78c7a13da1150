/** Requests a subscription as server-sent events; the test reads the body. */
export function openEventStream(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(`${url}/graphql/stream`, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

export interface StreamedEvent {
  readonly event: string | null;
  readonly id: string | null;
  readonly data: string | null;
}

/** The events of a stream as they arrive, except those without data. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamedEvent, void> {
  for await (const event of partsOf(response)) if (event.data !== null) yield event;
}

/** All parts of a stream as they arrive; parts without data, such as heartbeats, may have an id too. */
export async function* partsOf(response: Response): AsyncGenerator<StreamedEvent, void> {
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) =>
        fields
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() ?? null;
      yield { event: field('event'), id: field('id'), data: field('data') };
    }
  }
}
