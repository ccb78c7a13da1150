import { askUntil } from './ask-until.ts';

/** Queries a running process over GraphQL; fails if the answer has errors. */
export async function askLedger<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  token: string | null = null,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    // A connection kept open to a killed process may reach its successor on the same port and be reset.
    headers: {
      'content-type': 'application/json',
      connection: 'close',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Resolves once the projection has read the whole log; polls, as a client would. */
export async function projectionCaughtUp(url: string, token: string | null = null): Promise<void> {
  const { projections } = await askUntil(
    () =>
      askLedger<{ projections: { lagEvents: number; stalled: boolean }[] }>(
        url,
        '{ projections { lagEvents stalled } }',
        {},
        token,
      ),
    ({ projections }) => projections.every(({ lagEvents, stalled }) => stalled || lagEvents === 0),
  );
  if (projections.some(({ stalled }) => stalled)) throw new Error('The projector has stopped.');
}
