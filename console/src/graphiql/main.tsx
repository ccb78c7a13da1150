import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import './graphiql.css';

const root = document.getElementById('graphiql');
if (root === null) throw new Error('The page has no element for GraphiQL.');

/** Example documents, in the order of their numbers. Each has a tab named after its operation. */
const examples = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

// Keeps the input for this tab of the browser only, and never keeps headers, which contain tokens.
createRoot(root).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({
      url: `${location.origin}/graphql`,
      // Sends the operation's headers as parameters of the connection.
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
