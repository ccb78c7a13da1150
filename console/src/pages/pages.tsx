import { useQueryClient } from '@tanstack/react-query';
import { Route, Switch, useLocation } from 'wouter';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { paths } from '../paths.ts';
import { Home } from './home.tsx';
import { lazyPage } from './lazy-page.tsx';
import { NotFound } from './not-found.tsx';
import { SetUp } from './set-up-page.ts';

/** Home and Live are in the first bundle; every other page is loaded when it opens. */
const Endings = lazyPage('endings', async () => (await import('./endings/endings.tsx')).Endings);
const Health = lazyPage('health', async () => (await import('./health/health.tsx')).Health);
const Audit = lazyPage('audit', async () => (await import('./audit/audit.tsx')).Audit);
const Session = lazyPage('session', async () => (await import('./session/session.tsx')).Session);
const Stream = lazyPage('stream', async () => (await import('./stream/stream.tsx')).Stream);
const Search = lazyPage('search', async () => (await import('./search/search.tsx')).Search);
const Tasks = lazyPage('tasks', async () => (await import('./task/tasks.tsx')).Tasks);
const Incidents = lazyPage('incidents', async () => (await import('./incident/incidents.tsx')).Incidents);
const Incident = lazyPage('incident', async () => (await import('./incident/incident.tsx')).Incident);
const Task = lazyPage('task', async () => (await import('./task/task.tsx')).Task);

export function Pages() {
  const [location] = useLocation();
  const queries = useQueryClient();
  return (
    // What the view failed on is queried again, rather than drawn again.
    <ErrorBoundary key={location} onRetry={() => queries.removeQueries({ type: 'inactive' })}>
      <Switch>
        <Route path={paths.live} component={Home} />
        <Route path={paths.search} component={Search} />
        <Route path={paths.stream} component={Stream} />
        <Route path={paths.session} component={Session} />
        <Route path={paths.tasks} component={Tasks} />
        <Route path={paths.task} component={Task} />
        <Route path={paths.endings} component={Endings} />
        <Route path={paths.incidents} component={Incidents} />
        <Route path={paths.incident} component={Incident} />
        <Route path={paths.health} component={Health} />
        <Route path={paths.audit} component={Audit} />
        <Route path={paths.setUp} component={SetUp} />
        <Route component={NotFound} />
      </Switch>
    </ErrorBoundary>
  );
}
