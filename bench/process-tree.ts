import { readdirSync, readFileSync } from 'node:fs';

/** Linux: clock ticks a second. */
const ticksPerSecond = 100;

/** MB in use: its own memory, and memory-mapped files, whose pages the system reclaims when it needs them. */
export interface Memory {
  readonly ownMb: number;
  readonly filesMb: number;
}

/** MB of memory that a process has now, and the most that it has had. */
export interface Resident {
  readonly nowMb: number;
  readonly peakMb: number;
}

/** A process, and how many generations it is below the one that was started. */
export interface TreeProcess {
  readonly pid: number;
  readonly depth: number;
}

/** A process and all below it, each before its children; empty if it has ended. */
export function processTree(pid: number, depth = 0): TreeProcess[] {
  return unlessEnded(() => {
    // A child belongs to the thread that started it.
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOf(pid, thread));
    return [{ pid, depth }, ...children.flatMap((child) => processTree(child, depth + 1))];
  }, []);
}

/** False for one that has ended, even if its parent has not noticed. */
export function isRunning(pid: number): boolean {
  return unlessEnded(() => !/^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8')), false);
}

function childrenOf(pid: number, thread: string): number[] {
  return unlessEnded(
    () => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    [],
  );
}

/** CPU milliseconds of a process over all threads, and of those of its children that have ended; 0 if it has ended. */
export function cpuMsOf(pid: number): number {
  return unlessEnded(() => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (sum(fields.slice(11, 15).map(Number)) * 1_000) / ticksPerSecond;
  }, 0);
}

export function memoryOf(pid: number): Memory {
  const { RssAnon = 0, RssFile = 0, RssShmem = 0 } = statusOf(pid);
  return { ownMb: RssAnon, filesMb: RssFile + RssShmem };
}

export function residentOf(pid: number): Resident {
  const { VmRSS = 0, VmHWM = 0 } = statusOf(pid);
  return { nowMb: VmRSS, peakMb: VmHWM };
}

/** The sizes in the status of a process, in MB; none if it has ended. */
function statusOf(pid: number): Readonly<Record<string, number>> {
  const status = unlessEnded(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  const sizes = status.matchAll(/^(\w+):\s+(\d+) kB$/gm);
  return Object.fromEntries<number>([...sizes].map(([, name = '', kb]) => [name, Number(kb) / 1_024]));
}

/** A process may end between its listing and its reading. */
function unlessEnded<Read>(read: () => Read, ended: Read): Read {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return ended;
    throw error;
  }
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
