import type { AppOptions } from './app.ts';
import { ProjectionsDocument } from '../../schema/operations.generated.ts';
import { askUntil } from './ask-until.ts';
import { newPrefix } from './eventstoredb-log.ts';
import type { RunningApp } from './running-app.ts';

/** Options of a process whose log is in EventStoreDB, under its own prefix. */
export function onEventStoreDb(url: string, prefix = newPrefix()): Pick<AppOptions, 'eventStore'> {
  return { eventStore: { kind: 'eventstoredb', url, prefix } };
}

/** Sequences of all callbacks that GraphQL shows, in order. */
export async function shownSequences(running: RunningApp): Promise<string[]> {
  const sequences: string[] = [];
  let after: string | null = null;
  do {
    const { data, errors } = await running.ask(
      `query ($after: Cursor) {
        callbacks(first: 500, after: $after) {
          nodes { streamSession { sequence } }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      { after },
    );
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const page = (data as unknown as { callbacks: CallbackPage }).callbacks;
    sequences.unshift(...page.nodes.map(({ streamSession }) => streamSession?.sequence ?? '').reverse());
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return sequences;
}

interface CallbackPage {
  readonly nodes: readonly { readonly streamSession: { readonly sequence: string } | null }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** Resolves with the sequences once `count` callbacks are shown. */
export function untilShown(running: RunningApp, count: number): Promise<string[]> {
  return askUntil(
    () => shownSequences(running),
    (shown) => shown.length >= count,
  );
}

export async function projectionOf(running: RunningApp) {
  const [projection] = (await running.query(ProjectionsDocument, {})).projections;
  if (projection === undefined) throw new Error('There is no projection.');
  return projection;
}

type ShownProjection = Awaited<ReturnType<typeof projectionOf>>;

/** Resolves once the projection's state fits. */
export function untilProjection(
  running: RunningApp,
  fits: (projection: ShownProjection) => boolean,
): Promise<ShownProjection> {
  return askUntil(() => projectionOf(running), fits);
}
