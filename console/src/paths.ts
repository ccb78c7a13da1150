/** The addresses of the views. A view's whole state is in its address, so that it can be shared. */
export interface SessionRef {
  readonly sequence: string;
  readonly appId?: string | undefined;
}

/** The parts that name a stream; unknown ones are left out. */
export interface StreamRef {
  readonly streamId: string;
  readonly domain?: string | null | undefined;
  readonly path?: string | null | undefined;
  readonly appId?: string | undefined;
}

export interface TaskRef {
  readonly taskId: string;
  readonly appId?: string | undefined;
}

export const paths = {
  live: '/',
  search: '/search',
  stream: '/streams/*',
  session: '/sessions/:sequence',
  tasks: '/relays',
  task: '/tasks/:taskId',
  endings: '/endings',
  incidents: '/incidents',
  incident: '/incidents/:incidentId',
  health: '/health',
  audit: '/audit',
  setUp: '/set-up',
  graphiql: '/graphiql',
} as const;

export function sessionPath({ sequence, appId }: SessionRef): string {
  return withParams(`/sessions/${encodeURIComponent(sequence)}`, { appId });
}

/** Domain and path are parameters, because either may be unknown, and paths contain slashes. */
export function streamPath({ streamId, domain, path, appId }: StreamRef): string {
  return withParams(`/streams/${encodeURIComponent(streamId)}`, { domain, path, appId });
}

/** The name of the stream in the path of an address. */
export function streamIdIn(pathname: string): string {
  const name = pathname.slice(pathname.indexOf('/', 1) + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export function taskPath({ taskId, appId }: TaskRef): string {
  return withParams(`/tasks/${encodeURIComponent(taskId)}`, { appId });
}

export const incidentsPath = paths.incidents;

export function incidentPath({ incidentId }: { readonly incidentId: string }): string {
  return `/incidents/${encodeURIComponent(incidentId)}`;
}

export function searchPath(text: string): string {
  return withParams(paths.search, { q: text });
}

/** A path with the parameters that have a value. */
export function withParams(path: string, params: Readonly<Record<string, string | null | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) search.set(name, value);
  const query = search.toString();
  return query === '' ? path : `${path}?${query}`;
}
