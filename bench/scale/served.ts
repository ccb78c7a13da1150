import { performance } from 'node:perf_hooks';
import { startProductOn, type ServerProcess } from '../server-process.ts';

/** How a service performs on an existing ledger. */
export interface Served {
  /** From the spawn until queries are answered. */
  readonly openedMs: number;
  readonly idle: Watched;
  /** Includes refused queries: those that take longer than 2 s. */
  readonly answering: Watched & { readonly refused: number };
  readonly exporting: Watched & { readonly rows: number };
}

/** How long some work took, the service's peak memory meanwhile, and the delays of its main thread. */
interface Watched {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly ownMb: number;
  readonly filesMb: number;
  readonly loopP99Ms: number;
  readonly loopGreatestMs: number;
}

/** Milliseconds between two checks of the service's memory, and between two requests while it starts. */
const [lookEveryMs, askEveryMs] = [100, 2];

/** Milliseconds that it idles, for comparison. */
const idleMs = 3_000;

/** Starts the service on a ledger, runs the queries, and exports all sessions as CSV. */
export async function serve(dataDir: string, queries: readonly string[]): Promise<Served> {
  const begun = performance.now();
  const server = await startProductOn(dataDir);
  try {
    while (!(await fetch(`http://127.0.0.1:${server.port}/readyz/query`)).ok) await pause(askEveryMs);
    const openedMs = performance.now() - begun;
    const idle = await watch(server, () => pause(idleMs));
    let refused = 0;
    const answered = await watch(server, async () => {
      for (const query of queries) if (!(await isAnswered(server, query))) refused += 1;
    });
    let rows = 0;
    const exported = await watch(server, async () => {
      rows = await countLines(`http://127.0.0.1:${server.port}/export/streamSessions.csv`);
    });
    return { openedMs, idle, answering: { ...answered, refused }, exporting: { ...exported, rows: rows - 1 } };
  } finally {
    await server.end();
  }
}

async function isAnswered({ port }: ServerProcess, query: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await response.json()) as { errors?: readonly unknown[] };
  return errors === undefined;
}

async function countLines(url: string): Promise<number> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error('The export was refused.');
  let lines = 0;
  for await (const chunk of response.body) for (const byte of chunk as Uint8Array) if (byte === 10) lines += 1;
  return lines;
}

async function watch(server: ServerProcess, work: () => Promise<void>): Promise<Watched> {
  await loopDelay(server);
  let [ownMb, filesMb] = [0, 0];
  const look = () => {
    const memory = server.memory();
    ownMb = Math.max(ownMb, memory.ownMb);
    filesMb = Math.max(filesMb, memory.filesMb);
  };
  const looking = setInterval(look, lookEveryMs);
  const [begun, cpuBefore] = [performance.now(), server.cpuMs()];
  try {
    await work();
  } finally {
    clearInterval(looking);
  }
  look();
  const seconds = (performance.now() - begun) / 1_000;
  const cpuSeconds = (server.cpuMs() - cpuBefore) / 1_000;
  return { seconds, cpuSeconds, ownMb, filesMb, ...(await loopDelay(server)) };
}

/** The event loop's delay since the last call. */
async function loopDelay({ port }: ServerProcess): Promise<Pick<Watched, 'loopP99Ms' | 'loopGreatestMs'>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const of = (percentile: string) =>
    1_000 *
    Number(
      new RegExp(`^live_ledger_event_loop_delay_seconds\\{percentile="${percentile}"\\} (.*)$`, 'm').exec(text)?.[1],
    );
  return { loopP99Ms: of('0.99'), loopGreatestMs: of('1') };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
