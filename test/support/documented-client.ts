import { fileURLToPath, URL as FileUrl } from 'node:url';
import { startNode } from './started-process.ts';

export const documentedClients = ['websocket.mjs', 'fetch.mjs'] as const;

interface Line {
  readonly list?: { readonly nodes?: readonly { readonly sequence: string }[] };
  readonly told?: {
    readonly callback?: { readonly position: string };
    readonly matches?: boolean;
    readonly streamSession?: { readonly sequence: string };
  };
}

/** A client of docs/clients as a process of its own. */
export interface DocumentedClient {
  /** Positions of the callbacks it was told, in their order. */
  callbacks(): string[];
  /** What it was told of sessions, in that order: whether each of them is live. */
  sessions(): { readonly sequence: string; readonly isLive: boolean }[];
  /** The sequences that are live by all it was told. */
  live(): string[];
  /** How many lists it has asked for: of callbacks, and of sessions. */
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
    lines().flatMap(({ told }) =>
      told?.streamSession === undefined
        ? []
        : [{ sequence: told.streamSession.sequence, isLive: told.matches === true }],
    );
  return {
    callbacks: () => lines().flatMap(({ told }) => told?.callback?.position ?? []),
    sessions,
    live() {
      let live = new Set<string>();
      for (const { list, told } of lines()) {
        if (list?.nodes !== undefined) live = new Set(list.nodes.map(({ sequence }) => sequence));
        if (told?.streamSession === undefined) continue;
        if (told.matches === true) live.add(told.streamSession.sequence);
        else live.delete(told.streamSession.sequence);
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
