import { openLedger } from '@live-ledger/core';
import { webSocket } from '@live-ledger/core/web-socket';
import { ledgerExchange } from '@live-ledger/urql';
import { createRoot } from 'react-dom/client';
import { cacheExchange, createClient, fetchExchange, gql, Provider, useQuery } from 'urql';

/** The page’s address names the service: `?ledger=http://127.0.0.1:4000`. */
const url = new URLSearchParams(location.search).get('ledger') ?? 'http://127.0.0.1:4000';

interface Session {
  readonly id: string;
  readonly streamId: string;
  readonly startedAt: string;
}

interface Live {
  readonly streamSessions: { readonly nodes: readonly Session[] };
}

const session = gql`
  fragment Session on StreamSession {
    id
    sequence
    streamId
    startedAt
  }
`;
const live = gql<Live, object>`
  query Live($after: Cursor) {
    streamSessions(filter: { state: { eq: LIVE } }, first: 500, after: $after) {
      liveFrom
      nodes {
        ...Session
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${session}
`;
const changes = gql`
  subscription LiveChanged($after: Cursor) {
    streamSessionChanged(filter: { state: { eq: LIVE } }, left: true, after: $after) {
      cursor
      matches
      streamSession {
        ...Session
      }
    }
  }
  ${session}
`;

const client = createClient({
  url: `${url}/graphql`,
  exchanges: [cacheExchange, ledgerExchange(openLedger({ url, transport: webSocket })), fetchExchange],
});
/** A constant, because urql compares it. */
const context = { changes };

function LiveSessions() {
  const [{ data, error }] = useQuery({ query: live, context, requestPolicy: 'cache-and-network' });
  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return <p>Loading</p>;
  return (
    <ul>
      {data.streamSessions.nodes.map(({ id, streamId, startedAt }) => (
        <li key={id}>{`${streamId} since ${startedAt}`}</li>
      ))}
    </ul>
  );
}

createRoot(document.body.appendChild(document.createElement('main'))).render(
  <Provider value={client}>
    <LiveSessions />
  </Provider>,
);
