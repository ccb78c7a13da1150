import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../kernel/clock.ts';
import { build, version } from '../kernel/this-process.ts';
import type { Roles } from './data-dir.ts';

/** What a service says of itself in its data directory, for commands beside it. */
export interface ServiceFile {
  readonly version: string;
  readonly build: string;
  /** Of the recorder. */
  readonly pid: number;
  readonly startedAt: string;
}

interface Service {
  readonly dataDir: string;
  readonly roles: Roles;
}

/** One of each role may share a data directory. */
function fileOf({ dataDir, roles }: Service): string {
  const names = [roles.receive && 'receive', roles.query && 'query'].filter((name) => name !== false);
  return path.join(dataDir, `service-${names.join('-')}.json`);
}

/** Says what runs, until `remove`. A service whose disk is full runs without. */
export function noteService(of: Service): { readonly remove: () => void } {
  const file = fileOf(of);
  const said: ServiceFile = { version, build, pid: process.pid, startedAt: new Date(systemClock()).toISOString() };
  try {
    writeFileSync(file, JSON.stringify(said));
  } catch {
    // Only `doctor` reads it.
  }
  return { remove: () => rmSync(file, { force: true }) };
}

/** The service that runs; null: none, or one that did not say so. */
export function readService(of: Service): ServiceFile | null {
  try {
    const service = JSON.parse(readFileSync(fileOf(of), 'utf8')) as ServiceFile;
    return isRunning(service.pid) ? service : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
