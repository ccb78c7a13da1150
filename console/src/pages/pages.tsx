import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { Loading } from '../parts/notices.tsx';
import { paths } from '../paths.ts';
import { Home } from './home.tsx';
import { NotFound } from './not-found.tsx';

/** Home and Live are in the first bundle; every other page is loaded when it opens. */
const Endings = lazy(() => import('./endings/endings.tsx').then((page) => ({ default: page.Endings })));
const Health = lazy(() => import('./health/health.tsx').then((page) => ({ default: page.Health })));
const SetUp = lazy(() => import('./set-up/set-up.tsx').then((page) => ({ default: page.SetUp })));
const Session = lazy(() => import('./session/session.tsx').then((page) => ({ default: page.Session })));
const Stream = lazy(() => import('./stream/stream.tsx').then((page) => ({ default: page.Stream })));
const Search = lazy(() => import('./search/search.tsx').then((page) => ({ default: page.Search })));
const Tasks = lazy(() => import('./task/tasks.tsx').then((page) => ({ default: page.Tasks })));
const Task = lazy(() => import('./task/task.tsx').then((page) => ({ default: page.Task })));

export function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path={paths.live} component={Home} />
        <Route path={paths.search} component={Search} />
        <Route path={paths.stream} component={Stream} />
        <Route path={paths.session} component={Session} />
        <Route path={paths.tasks} component={Tasks} />
        <Route path={paths.task} component={Task} />
        <Route path={paths.endings} component={Endings} />
        <Route path={paths.health} component={Health} />
        <Route path={paths.setUp} component={SetUp} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
