import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, untilSaid } from '../processes.ts';

/** A PostgreSQL of its own, on loopback, with its defaults: fsync and synchronous_commit are on. */
export interface Postgres {
  readonly child: ChildProcess;
  readonly port: number;
  end(): Promise<void>;
}

/** Where Debian keeps its versions. */
const versionsFolder = '/usr/lib/postgresql';

/** Who runs the server, which refuses root: the first that exists. */
const unprivileged = ['postgres', 'nobody'] as const;

/** The database and its owner, as initdb makes them. */
export const database = 'postgres';

/** @throws Error - says why there is none */
export async function startPostgres(): Promise<Postgres> {
  const programs = programsFolder();
  const user = process.getuid?.() === 0 ? unprivilegedUser() : null;
  const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-postgres-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (user !== null) chownSync(folder, user.uid, user.gid);
    const options = { ...user, cwd: folder, env: { LANG: 'C.UTF-8' } };
    const data = path.join(folder, 'data');
    execFileSync(path.join(programs, 'initdb'), ['--pgdata', data, '--username', database, '--auth', 'trust'], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const port = await freePort();
    const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
    const child = spawn(path.join(programs, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    await untilSaid(child, /ready to accept connections/);
    return {
      child,
      port,
      async end() {
        await shutDown(child);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function programsFolder(): string {
  const versions = existsSync(versionsFolder) ? readdirSync(versionsFolder) : [];
  const folders = versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => path.join(versionsFolder, version, 'bin'));
  const found = folders.find((folder) => existsSync(path.join(folder, 'postgres')));
  if (found === undefined) throw new Error(`no PostgreSQL in ${versionsFolder}: apt-get install postgresql`);
  return found;
}

function unprivilegedUser(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of unprivileged) {
    const [, , uid, gid] = users.find(([of]) => of === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL refuses root, and there is no user ${unprivileged.join(' or ')}`);
}

/** SIGINT: it ends its connections and leaves no shared memory behind. */
async function shutDown(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}
