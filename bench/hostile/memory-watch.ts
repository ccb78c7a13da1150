import { residentOf } from '../process-tree.ts';
import { processNames, type ServerProcess } from '../server-process.ts';

/** MB that a process of the service had, also if it was replaced: at the end, and at most. */
export interface ProcessMemory {
  readonly name: string;
  readonly nowMb: number;
  readonly peakMb: number;
}

export interface MemoryWatch {
  /** The processes of each sample, by their names. */
  end(): ProcessMemory[];
}

const sampleEveryMs = 200;

/** Calls `exceeded` once all processes together have more than the limit. */
export function watchMemory(server: ServerProcess, limitMb: number, exceeded: () => void): MemoryWatch {
  const ofDepth: { nowMb: number; peakMb: number }[] = [];
  const sample = () => {
    let totalMb = 0;
    for (const { pid, depth } of server.processes()) {
      const { nowMb, peakMb } = residentOf(pid);
      ofDepth[depth] = { nowMb, peakMb: Math.max(peakMb, ofDepth[depth]?.peakMb ?? 0) };
      totalMb += nowMb;
    }
    if (totalMb > limitMb) exceeded();
  };
  sample();
  const sampling = setInterval(sample, sampleEveryMs);
  return {
    end() {
      clearInterval(sampling);
      sample();
      const names = processNames(ofDepth.length);
      return ofDepth.map((memory, depth) => ({ name: names[depth] ?? `process ${depth + 1}`, ...memory }));
    },
  };
}
