import { useAsk } from '../api/hooks.ts';
import { AnyCallbackDocument } from '../api/operations.generated.ts';
import { Live } from './live/live.tsx';
import { SetUp } from './set-up-page.ts';

/** Milliseconds between two checks for a first callback. */
const refreshMs = 2_000;

/**
 * What is live now or, until the first callback has arrived, how to set up. Test callbacks that this service sends
 * don't count.
 */
export function Home() {
  const { data } = useAsk(AnyCallbackDocument, {});
  return data?.callbacks?.nodes.length === 0 ? <UntilFirst /> : <Live />;
}

/** Sends the same query as Home, so both share one answer. */
function UntilFirst() {
  useAsk(AnyCallbackDocument, {}, { refreshMs });
  return <SetUp />;
}
