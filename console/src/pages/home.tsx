import { lazy } from 'react';
import { useAsk } from '../api/hooks.ts';
import { AnyCallbackDocument } from '../api/operations.generated.ts';
import { Live } from './live/live.tsx';

const SetUp = lazy(() => import('./set-up/set-up.tsx').then((page) => ({ default: page.SetUp })));

/** Milliseconds after which it is asked again whether a first callback has arrived. */
const refreshMs = 2_000;

/** What is live now; until the first callback has arrived, how to set up. Tests that this service sends don't count. */
export function Home() {
  const { data } = useAsk(AnyCallbackDocument, {});
  return data?.callbacks?.nodes.length === 0 ? <UntilFirst /> : <Live />;
}

/** Asks the same question as Home: its answer is that of both. */
function UntilFirst() {
  useAsk(AnyCallbackDocument, {}, { refreshMs });
  return <SetUp />;
}
