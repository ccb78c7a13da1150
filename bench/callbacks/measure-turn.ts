import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Load, Loaded } from '../ingest/load.ts';
import { quantilesOf } from '../measure.ts';
import { ask } from '../processes.ts';
import type { ServerProcess } from '../server-process.ts';

/** What one server did in one turn. */
export interface Turn {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
}

export type TurnLoad = Pick<Load, 'connections' | 'ms' | 'closes'>;

/** Callbacks sent before measuring, so that V8's compilation does not count as their cost, and turns for them at most. */
const warmUp = { callbacks: 20_000, connections: 64, turnsMax: 60 } as const;

/** The interval between two checks whether a server still works, the most CPU of one that does not, and the most checks. */
const idleCheck = { everyMs: 300, cpuMsMax: 10, times: 200 } as const;

export async function warm(load: ChildProcess, server: ServerProcess, ms: number): Promise<void> {
  for (let acknowledged = 0, turn = 0; acknowledged < warmUp.callbacks && turn < warmUp.turnsMax; turn += 1) {
    const { connections } = warmUp;
    acknowledged += (await ask<Load, Loaded>(load, { port: server.port, connections, ms })).acknowledged;
  }
  await untilIdle(server);
}

/** The CPU time is everything until the server is idle again: the product has then projected the last callback. */
export async function measureTurn(load: ChildProcess, server: ServerProcess, turnLoad: TurnLoad): Promise<Turn> {
  const before = server.cpuMs();
  const { acknowledged, refused, refusal, latenciesMs } = await ask<Load, Loaded>(load, {
    port: server.port,
    ...turnLoad,
  });
  if (refused > 0) throw new Error(`${refused} callbacks were refused: ${refusal}`);
  await untilIdle(server);
  return {
    perSecond: (acknowledged * 1_000) / turnLoad.ms,
    cpuUs: ((server.cpuMs() - before) * 1_000) / acknowledged,
    p99Ms: quantilesOf(latenciesMs).p99Ms,
  };
}

async function untilIdle(server: ServerProcess): Promise<void> {
  let before = -Infinity;
  for (let check = 0; check < idleCheck.times && server.cpuMs() - before > idleCheck.cpuMsMax; check += 1) {
    before = server.cpuMs();
    await pause(idleCheck.everyMs);
  }
}
