import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { Loading } from '../parts/notices.tsx';
import { paths } from '../paths.ts';
import { Live } from './live/live.tsx';
import { NotFound } from './not-found.tsx';

/** Live is in the first view; every other page is loaded when it is opened. */
const Health = lazy(() => import('./health/health.tsx').then((page) => ({ default: page.Health })));
const SetUp = lazy(() => import('./set-up/set-up.tsx').then((page) => ({ default: page.SetUp })));
const Placeholder = lazy(() => import('./placeholder.tsx').then((page) => ({ default: page.Placeholder })));

export function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path={paths.live} component={Live} />
        <Route path={paths.search} component={Placeholder} />
        <Route path={paths.stream} component={Placeholder} />
        <Route path={paths.session} component={Placeholder} />
        <Route path={paths.tasks} component={Placeholder} />
        <Route path={paths.task} component={Placeholder} />
        <Route path={paths.health} component={Health} />
        <Route path={paths.setUp} component={SetUp} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
