import { fileURLToPath, URL as FileUrl } from 'node:url';
import { startNode } from './started-process.ts';

export const documentedClients = ['websocket.mjs', 'fetch.mjs'] as const;

interface Line {
  readonly list?: { readonly nodes?: readonly { readonly sequence: string }[] };
  readonly change?: {
    readonly callback?: { readonly position: string };
    readonly matches?: boolean;
    readonly streamSession?: { readonly sequence: string };
  };
}

/** A client of docs/clients in its own process. */
export interface DocumentedClient {
  /** Positions of the callbacks it received, in order. */
  callbacks(): string[];
  /** The sessions it received, in order, and whether each was live. */
  sessions(): { readonly sequence: string; readonly isLive: boolean }[];
  /** The sequences that are live according to everything received. */
  live(): string[];
  /** How many lists of callbacks and of sessions it has requested. */
  lists(): { readonly callbacks: number; readonly sessions: number };
  until(what: string, fits: () => boolean): Promise<void>;
  end(): Promise<void>;
}

export function startDocumentedClient(
  name: (typeof documentedClients)[number],
  args: readonly string[],
  options: readonly string[] = [],
): DocumentedClient {
  const file = fileURLToPath(new FileUrl(`../../docs/clients/${name}`, import.meta.url));
  const started = startNode([...options, file, ...args]);
  const lines = () =>
    started
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const sessions = () =>
    lines().flatMap(({ change }) =>
      change?.streamSession === undefined
        ? []
        : [{ sequence: change.streamSession.sequence, isLive: change.matches === true }],
    );
  return {
    callbacks: () => lines().flatMap(({ change }) => change?.callback?.position ?? []),
    sessions,
    live() {
      let live = new Set<string>();
      for (const { list, change } of lines()) {
        if (list?.nodes !== undefined) live = new Set(list.nodes.map(({ sequence }) => sequence));
        if (change?.streamSession === undefined) continue;
        if (change.matches === true) live.add(change.streamSession.sequence);
        else live.delete(change.streamSession.sequence);
      }
      return [...live].sort();
    },
    lists() {
      const all = lines().filter(({ list }) => list !== undefined);
      const ofSessions = all.filter(({ list }) => list?.nodes !== undefined).length;
      return { callbacks: all.length - ofSessions, sessions: ofSessions };
    },
    until: async (what, fits) => {
      await started.until(what, () => (fits() ? true : undefined));
    },
    async end() {
      started.kill('SIGKILL');
      await started.ended();
    },
  };
}
