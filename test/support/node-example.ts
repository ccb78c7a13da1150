import path from 'node:path';
import { startNode } from './started-process.ts';

export const transports = ['websocket', 'event-stream'] as const;

interface Line {
  readonly live?: readonly string[];
  readonly callback?: string;
  readonly from?: string;
}

/** examples/node in its own process. */
export interface NodeExample {
  /** Whether it has a list, and the cursor after which it receives callbacks. */
  isReady(): boolean;
  /** Positions of the callbacks it received, in order. */
  callbacks(): string[];
  /** The lists of live sessions that it has shown, by sequence. */
  lists(): (readonly string[])[];
  until(what: string, fits: () => boolean): Promise<void>;
  end(): Promise<void>;
}

export function startNodeExample(
  folder: string,
  args: readonly string[],
  options: readonly string[] = [],
): NodeExample {
  const started = startNode([...options, path.join(folder, 'main.mjs'), ...args]);
  const lines = () =>
    started
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return {
    isReady: () => lines().some(({ live }) => live) && lines().some(({ from }) => from),
    callbacks: () => lines().flatMap(({ callback }) => callback ?? []),
    lists: () => lines().flatMap(({ live }) => (live === undefined ? [] : [live])),
    until: async (what, fits) => {
      await started.until(what, () => (fits() ? true : undefined));
    },
    async end() {
      started.kill('SIGKILL');
      await started.ended();
    },
  };
}
