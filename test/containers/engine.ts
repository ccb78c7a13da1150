import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the product, where its Dockerfile and docker-compose.yml are. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How this machine runs containers: each a command and its first words. */
export interface Engine {
  readonly container: readonly string[];
  readonly compose: readonly string[];
  /** Its name and version. */
  readonly version: string;
}

/** The first engine that answers; with `docker-compose` alone, DOCKER_HOST may name the socket of Podman. Null: none does. */
export function findEngine(): Engine | null {
  const compose = [['docker', 'compose'], ['docker-compose'], ['podman', 'compose']].find(
    (words) => ask([...words, 'version']) !== null,
  );
  for (const container of [['docker'], ['podman']]) {
    const version = ask([...container, 'version', '--format', '{{.Server.Version}}']);
    if (version !== null && compose !== undefined) {
      return { container, compose, version: `${container[0] ?? ''} ${version}, ${compose.join(' ')}` };
    }
  }
  return null;
}

/** What a command prints, without the line end; null where it fails. */
export function ask([program = '', ...words]: readonly string[]): string | null {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Runs a command in the folder of the product, its output on this process's own.
 * @throws Error - it ended with another status than 0
 */
export async function run(
  [program = '', ...words]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  process.stdout.write(`\n$ ${[program, ...words].join(' ')}\n`);
  const child = spawn(program, words, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`${program} ${words[0] ?? ''} ended with status ${String(status)}.`);
}
