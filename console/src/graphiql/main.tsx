import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import './graphiql.css';

const root = document.getElementById('graphiql');
if (root === null) throw new Error('The page has no element for GraphiQL.');

/** Documents to begin with, in the order of their numbers: each has a tab with the name of its operation. */
const examples = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

// What is entered is kept for this tab of the browser only; headers, and so tokens, are not kept at all.
createRoot(root).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({
      url: `${location.origin}/graphql`,
      // Headers of the operation are sent as parameters of the connection.
      subscriptionUrl: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    })}
    storage={sessionStorage}
    defaultTabs={Object.keys(examples)
      .sort()
      .map((name) => ({ query: examples[name] ?? '' }))}
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <a className="graphiql-logo-link" href="/">
        Live Ledger
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
