import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, processTree } from '../../process-tree.ts';
import { kill, processNames } from '../../server-process.ts';
import type { HostileLine } from '../hostile-line.ts';

/** Milliseconds between two checks. */
const checkEveryMs = 10;

/** The processes of a service of three. */
const names = processNames(3);

function kills(name: string): HostileLine {
  const depth = names.indexOf(name);
  const pidIn = (first: number) => processTree(first).find((one) => one.depth === depth)?.pid;
  return {
    name: `killed-${name}`,
    what: `kill -9 of the ${name}`,
    processesMin: names.length,
    async attack({ port, pid, ms }) {
      await pause(ms / 3);
      const victim = pidIn(pid);
      if (victim === undefined) return `there is no ${name}`;
      const below = processTree(victim).slice(1);
      kill(victim);
      const withinMs = ms / 2;
      const [replaced, answers] = await Promise.all([
        msUntil(withinMs, () => Promise.resolve((pidIn(pid) ?? victim) !== victim)),
        msUntil(withinMs, () => isAnswered(port)),
      ]);
      const orphans = below.filter((one) => isRunning(one.pid));
      for (const orphan of orphans) kill(orphan.pid);
      const left = orphans.length === 0 ? '' : `; ${orphans.length} below it did not end`;
      return `the next one ${replaced}; a query answered ${answers}${left}`;
    },
  };
}

async function msUntil(withinMs: number, check: () => Promise<boolean>): Promise<string> {
  const begunMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - begunMs);
  while (elapsedMs() < withinMs) {
    if (await check()) return `after ${elapsedMs()} ms`;
    await pause(checkEveryMs);
  }
  return `not within ${Math.round(withinMs)} ms`;
}

async function isAnswered(port: number): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/graphql?query=${encodeURIComponent('{ streamSessions(first: 1) { nodes { sequence } } }')}`;
  const options = { headers: { accept: 'application/json', 'apollo-require-preflight': '1' } };
  return fetch(url, { ...options, signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

export const killedProcesses: readonly HostileLine[] = names.slice(1).map(kills);
