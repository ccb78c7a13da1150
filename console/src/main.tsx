import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isPassing } from '../../clients/core/errors.ts';
import { App } from './app.tsx';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/print.css';
import { loadTranslations } from './translations/translate.ts';

/** Milliseconds for which an answer is reused when its view opens again. */
const freshMs = 5_000;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: freshMs,
      // On loopback a browser without a network is still connected.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && isPassing(error),
    },
  },
});

document.documentElement.lang = await loadTranslations(navigator.languages);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </QueryClientProvider>
  </StrictMode>,
);
