import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ask, findEngine, run, type Engine } from './engine.ts';
import { buildStandIn, standInImages } from './stand-in-images.ts';
import { runTrial, trials } from './trial.ts';

// `npm run test:containers`: the image, docker-compose.yml and the files of Compose in docker/. Run by hand: it takes minutes.
const usage = `npm run test:containers -- [--stand-ins] [--image-built]

  --stand-ins    where EventStoreDB and HAProxy are not at hand as images: builds stand-ins under their names, and starts no cluster
  --image-built  uses live-ledger:0.1.0 as it is, instead of building it
`;

const image = 'live-ledger:0.1.0';

async function main(): Promise<void> {
  const options = readOptions();
  if (options === null) throw new Error(usage);
  const engine = findEngine();
  if (engine === null) throw new Error('No container engine answers: Docker, or Podman with docker-compose.');
  await run([process.execPath, '--import', 'tsx', 'build/bundle.ts', '--for-tests']);
  if (!options.imageBuilt) await run([...engine.container, 'build', '--tag', image, '.']);
  for (const name of Object.keys(standInImages) as (keyof typeof standInImages)[]) {
    if (options.standIns && !isAtHand(engine, name)) await buildStandIn(engine, name);
  }
  const secret = () => randomBytes(24).toString('hex');
  const tokens = { API_TOKENS: `admin=${secret()}`, CSS_CALLBACK_TOKENS: secret() };
  const environment = { ...tokens, EVENTSTORE_ADMIN_PASSWORD: secret() };
  const possible = trials.filter(({ needsServer = false }) => !(needsServer && options.standIns));
  for (const trial of possible) await runTrial(engine, trial, environment);
  const bytes = ask([...engine.container, 'image', 'inspect', '--format', '{{.Size}}', image]);
  process.stdout.write(
    `\n${engine.version}: ${image} of ${bytes ?? '?'} bytes; these work: ${possible.map(({ name }) => name).join(', ')}.\n`,
  );
}

function readOptions(): { readonly standIns: boolean; readonly imageBuilt: boolean } | null {
  try {
    const { values } = parseArgs({
      options: { 'stand-ins': { type: 'boolean', default: false }, 'image-built': { type: 'boolean', default: false } },
    });
    return { standIns: values['stand-ins'], imageBuilt: values['image-built'] };
  } catch {
    return null;
  }
}

function isAtHand({ container }: Engine, name: string): boolean {
  return ask([...container, 'image', 'inspect', '--format', '{{.Id}}', name]) !== null;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
