import type { RefusedPushFilter } from '../../../api/operations.generated.ts';
import { paths, withParams } from '../../../paths.ts';

/** How far back to look, in milliseconds: first the hour in which someone called. */
export const refusedWindows = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type RefusedWindow = keyof typeof refusedWindows;
export const refusedWindowNames = Object.keys(refusedWindows) as readonly RefusedWindow[];

/** The names of one stream, each null if the refused pushes have none. */
export interface RefusedStream {
  readonly appId: string | null;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
}

const streamNames = ['appId', 'domain', 'path', 'streamId'] as const;

/** What the view shows; stream null: all of them. */
export interface RefusedSelection {
  readonly window: RefusedWindow;
  readonly stream: RefusedStream | null;
}

/** The address of refused pushes. A stream without one of the names has it as an empty parameter. */
export function refusedPath({ window, stream }: RefusedSelection): string {
  const path = withParams(paths.endings, { shows: 'refused', window });
  if (stream === null) return path;
  const names = new URLSearchParams();
  for (const name of streamNames) names.set(name, stream[name] ?? '');
  return `${path}&${names.toString()}`;
}

/** What an address selects. */
export function refusedSelectionOf(params: URLSearchParams): RefusedSelection {
  const window = refusedWindowNames.find((name) => name === params.get('window')) ?? '1h';
  if (!params.has('streamId')) return { window, stream: null };
  const named = (name: string) => {
    const value = params.get(name);
    return value === '' ? null : value;
  };
  const stream = { appId: named('appId'), domain: named('domain'), path: named('path'), streamId: named('streamId') };
  return { window, stream };
}

/** The filter for refused pushes of one stream. */
export function refusedFilter(stream: RefusedStream | null): RefusedPushFilter {
  if (stream === null) return {};
  const named = (value: string | null) => (value === null ? { isNull: true } : { eq: value });
  const { appId, domain, path, streamId } = stream;
  return {
    ...(appId !== null && { appId: { eq: appId } }),
    domain: named(domain),
    path: named(path),
    streamId: named(streamId),
  };
}
