import type { ChildProcess } from 'node:child_process';
import { freemem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, end, start } from '../processes.ts';
import { startProduct, type ServerProcess } from '../server-process.ts';
import type { Answer, Question, Report } from './authentic.ts';
import type { HostileLine, Target } from './hostile-line.ts';
import { authenticKey } from './key.ts';
import { watchMemory, type ProcessMemory } from './memory-watch.ts';

/** What a line did to the service. */
export interface LineResult extends Report {
  readonly memory: readonly ProcessMemory[];
  readonly got: string;
  /** What ended the service; null if it still runs. */
  readonly ended: string | null;
}

export interface LineOptions {
  /** The folder for data directories. */
  readonly folder: string;
  /** Another built checkout. */
  readonly before: string | undefined;
  readonly ms: number;
}

/** Milliseconds that an attack may take beyond its time, because it waits for answers. */
const graceMs = 30_000;

/** The part of the free memory that the service may take: others use the machine. */
const memoryPart = 0.6;

/** Milliseconds between two checks whether the service is ready, and checks at most. */
const readyCheck = { everyMs: 20, times: 500 } as const;

/** Runs a line against a service of its own; a string says why it was skipped. */
export async function runLine(line: HostileLine, { folder, before, ms }: LineOptions): Promise<LineResult | string> {
  const settings = { CSS_CALLBACK_KEYS: authenticKey, LOG_LEVEL: 'silent', ...line.settings };
  const server = await startProduct(folder, before, settings);
  const authentic = start('hostile/authentic.ts');
  const attacker = start('hostile/attacker.ts', [line.name]);
  const say = (question: Question) => ask<Question, Answer>(authentic, question);
  try {
    const { port } = server;
    await untilReady(server);
    const [{ pid }, ...below] = server.processes() as [Target, ...unknown[]];
    if (below.length + 1 < (line.processesMin ?? 1)) return `this build has ${below.length + 1} processes`;
    await say({ do: 'warm-up', port });
    let ended: string | null = null;
    const memory = watchMemory(server, (freemem() / 1_048_576) * memoryPart, () => {
      ended = 'the bench, because the machine needs its memory';
      void server.end();
    });
    await say({ do: 'begin', port });
    const got = await attack(attacker, { port, pid, ms });
    const report = (await say({ do: 'end' })) as Report;
    if (server.hasEnded()) ended ??= 'itself';
    return { ...report, memory: memory.end(), got, ended };
  } finally {
    await end(attacker);
    await end(authentic);
    await server.end();
  }
}

async function untilReady({ port }: ServerProcess): Promise<void> {
  for (let check = 0; check < readyCheck.times; check += 1) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok === true) return;
    await pause(readyCheck.everyMs);
  }
}

async function attack(attacker: ChildProcess, target: Target): Promise<string> {
  const overdue = new AbortController();
  try {
    return await Promise.race([
      ask<Target, string>(attacker, target),
      pause(target.ms + graceMs, 'it did not end in time', { signal: overdue.signal }),
    ]);
  } catch (error) {
    return `the attacker failed: ${(error as Error).message}`;
  } finally {
    overdue.abort();
  }
}
