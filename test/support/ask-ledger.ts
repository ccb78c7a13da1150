import { askUntil } from './ask-until.ts';

/** A process that gets no turn for two seconds gives a query up. One that is given up so often is wrong itself. */
const attemptsMax = 20;

/** Queries a running process over GraphQL, again if it took too long; fails if the answer has other errors. */
export async function askLedger<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  token: string | null = null,
): Promise<Data> {
  for (let attempt = 1; ; attempt += 1) {
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
    if (errors === undefined && data !== undefined) return data;
    const why = JSON.stringify(errors ?? 'no data');
    if (attempt === attemptsMax || !why.includes('OPERATION_TIMEOUT')) throw new Error(why);
  }
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
