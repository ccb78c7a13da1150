import { setTimeout as pause } from 'node:timers/promises';
import { ask, run, type Engine } from './engine.ts';

/** A way to run a file of Compose, and what is killed while callbacks arrive. */
export interface Trial {
  readonly name: string;
  /** What Compose is given before its command. */
  readonly words: readonly string[];
  /** It needs a real server: the stand-in has neither a cluster nor TLS. */
  readonly needsServer?: boolean;
  readonly services: readonly string[];
  readonly url: string;
  readonly killed: readonly string[];
}

/** The embedded log, one server with a node of both roles, all of the profile `many`, and the same with a cluster. */
export const trials: readonly Trial[] = [
  {
    name: 'embedded',
    words: ['--project-directory', '.', '--file', 'docker/embedded.yml'],
    services: ['live-ledger'],
    url: 'http://127.0.0.1:4000',
    killed: ['live-ledger'],
  },
  {
    name: 'one server',
    words: [],
    services: ['live-ledger'],
    url: 'http://127.0.0.1:4000',
    killed: ['live-ledger'],
  },
  {
    name: 'many',
    words: ['--profile', 'many'],
    services: ['load-balancer'],
    url: 'http://127.0.0.1:4001',
    killed: ['receive-1', 'query-1'],
  },
  {
    name: 'cluster',
    words: ['--file', 'docker-compose.yml', '--file', 'docker/cluster.yml', '--profile', 'many'],
    needsServer: true,
    services: ['load-balancer'],
    url: 'http://127.0.0.1:4001',
    killed: ['eventstoredb', 'receive-1', 'query-1'],
  },
];

/** Containers of a trial have this name in front. */
const project = 'live-ledger-trial';

/** Milliseconds until nodes must be ready: the server has two minutes of its own to become healthy. */
const readyWithinMs = 240_000;

/** Callbacks a second: a simulation of some 20 seconds, in which nodes are killed and started again. */
const simulation = ['--sessions', '400', '--tasks', '40', '--rate', '100', '--check'];

/**
 * Starts the services, simulates callbacks while nodes are killed and started again, compares what the service shows with what was
 * sent, stops everything, and removes it with its data.
 * @throws Error - what went wrong first
 */
export async function runTrial(
  engine: Engine,
  trial: Trial,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const compose = (...words: string[]) =>
    run([...engine.compose, '--project-name', project, ...trial.words, ...words], environment);
  await compose('down', '--volumes');
  try {
    await compose('up', '--detach', ...trial.services);
    await untilReady(trial, environment);
    const simulating = run(
      [process.execPath, 'bin/live-ledger.js', 'simulate', '--url', trial.url, ...simulation],
      environment,
    );
    await Promise.all([simulating, killEach(engine, trial.killed)]);
    await compose('stop');
    assertStoppedCleanly(engine);
  } catch (error) {
    await compose('logs', '--tail', '20');
    throw error;
  } finally {
    await compose('down', '--volumes');
  }
}

/** Asks for what needs a query node: HAProxy takes each node for ready until it has failed its first checks. */
async function untilReady({ url }: Trial, { API_TOKENS = '' }: Readonly<Record<string, string>>): Promise<void> {
  const headers = { authorization: `Bearer ${API_TOKENS.split('=')[1] ?? ''}` };
  const giveUpMs = performance.now() + readyWithinMs;
  for (;;) {
    const asked = fetch(`${url}/graphql?query={projections{lagEvents}}`, { headers }).then(
      ({ ok }) => ok,
      () => false,
    );
    // A request to a container that is just starting may have no end.
    if (await Promise.race([asked, pause(2_000, false)])) return;
    if (performance.now() > giveUpMs) throw new Error(`${url} was not ready within ${readyWithinMs} ms.`);
    await pause(500);
  }
}

/** As a crash would: without a chance to finish what it began. */
async function killEach(engine: Engine, services: readonly string[]): Promise<void> {
  for (const service of services) {
    await pause(4_000);
    const [id = ''] = idsOf(engine, `label=com.docker.compose.service=${service}`);
    await run([...engine.container, 'kill', id]);
    await pause(2_000);
    await run([...engine.container, 'start', id]);
  }
}

function assertStoppedCleanly(engine: Engine): void {
  for (const id of idsOf(engine, 'name=live-ledger-trial')) {
    const [name, image, status] =
      ask([...engine.container, 'inspect', '--format', '{{.Name}} {{.Config.Image}} {{.State.ExitCode}}', id])?.split(
        ' ',
      ) ?? [];
    process.stdout.write(`${name ?? id} ended with ${status ?? '?'}\n`);
    if (image?.startsWith('live-ledger:') === true && status !== '0') throw new Error('A node did not stop cleanly.');
  }
}

function idsOf(engine: Engine, filter: string): string[] {
  const filters = ['--filter', `label=com.docker.compose.project=${project}`, '--filter', filter];
  return (ask([...engine.container, 'ps', '--all', '--quiet', ...filters]) ?? '').split('\n').filter((id) => id !== '');
}
