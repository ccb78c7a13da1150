import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readSettings } from '../../src/settings/settings.ts';
import { variables } from '../../src/settings/variables.ts';
import { version } from '../../src/kernel/this-process.ts';
import { standInImages } from '../containers/stand-in-images.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const files = ['docker-compose.yml', 'docker/embedded.yml', 'docker/cluster.yml'] as const;
const [compose, dockerfile] = [files.map(read).join('\n'), read('Dockerfile')];
const embedded = ['--project-directory', '.', '--file', 'docker/embedded.yml'];
const cluster = ['--file', 'docker-compose.yml', '--file', 'docker/cluster.yml', '--profile', 'many'];

const secrets = { API_TOKENS: 'admin=canary-of-the-api-tokens', CSS_CALLBACK_TOKENS: 'canary-of-the-callbacks' };
const secretsOfCluster = { ...secrets, EVENTSTORE_ADMIN_PASSWORD: 'canaryOfTheServer' };

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly restart?: string;
}

const command = commandAtHand(['docker-compose', 'version'], ['docker', 'compose', 'version']);

/** The file as `docker compose` reads it. */
function configured(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const [program = '', ...words] = command?.slice(0, -1) ?? [];
  const env = { PATH: process.env['PATH'], ...environment };
  return spawnSync(program, [...words, ...args, 'config'], { cwd: root, encoding: 'utf8', env });
}

describe('docker compose', () => {
  const composeTest = testWith('docker-compose (Debian: apt-get install docker-compose)', command !== null);

  composeTest('accepts the file, with and without the profile “many”, and the one of the embedded log', () => {
    for (const args of [[], ['--profile', 'many'], embedded]) {
      const { status, stderr, stdout } = configured(secrets, ...args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(secrets.API_TOKENS);
    }
  });

  composeTest('makes a cluster of three servers with certificates, each known to the others and to every node', () => {
    const { status, stderr, stdout } = configured(secretsOfCluster, ...cluster);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { services } = parse(stdout) as { readonly services: Readonly<Record<string, Service>> };
    const servers = Object.entries(services).filter(([, { image }]) => image.startsWith('eventstore/eventstore:'));
    const names = servers.map(([name]) => name);
    expect(names).toEqual(['eventstoredb', 'eventstoredb-2', 'eventstoredb-3']);
    for (const [name, { environment, restart }] of servers) {
      const others = names.filter((one) => one !== name).map((one) => `${one}:2113`);
      expect(environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: String(names.length),
        EVENTSTORE_INSECURE: 'false',
        EVENTSTORE_GOSSIP_SEED: others.join(),
        EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
        EVENTSTORE_CERTIFICATE_FILE: `/certificates/${name}/node.crt`,
      });
      expect(restart).toBe('unless-stopped');
      expect(read('docker/cluster.yml')).toMatch(new RegExp(`for name in .*\\b${name}\\b.*; do`));
    }
    const nodes = Object.values(services).filter(({ image }) => image.startsWith('live-ledger:'));
    expect(nodes).toHaveLength(5);
    for (const { environment } of nodes) {
      const { eventStore } = readSettings({ ...environment, DATA_DIR: 'data' });
      const hosts = names.map((name) => `${name}:2113`).join();
      expect(eventStore).toMatchObject({ url: expect.stringContaining(`@${hosts}?tls=true&tlsCAFile=/authority/`) });
    }
  });

  composeTest('refuses to start without a token of each kind, and names the missing one', () => {
    for (const name of Object.keys(secrets)) {
      const { status, stderr } = configured({ ...secrets, [name]: '' });
      expect(status).toBe(1);
      expect(stderr).toContain(`set ${name}`);
    }
  });
});

test('every image is pinned to a patch version', () => {
  const images = [...compose.matchAll(/^ +image: (.+)$/gm), ...dockerfile.matchAll(/^FROM (\S+:\S+)/gm)];
  expect(images.length).toBeGreaterThanOrEqual(4);
  for (const [, image] of images) expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+(-[a-z-]+)?$/);
});

test('the stand-ins of `npm run test:containers` have the names of the images', () => {
  for (const name of Object.keys(standInImages)) expect(compose).toContain(`image: ${name}\n`);
});

test('the image of this product has the version of package.json', () => {
  const named = [...compose.matchAll(/live-ledger:(\d\S*)/g), ...dockerfile.matchAll(/live-ledger:(\d\S*)/g)];
  expect(named.map(([, tag]) => tag)).toEqual([version, version, version]);
});

test('every variable in the files is known to the service, EventStoreDB or Node', () => {
  const given = [
    ...[...compose.matchAll(/^ +([A-Z][A-Z_]+):/gm), ...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name),
    ...[...dockerfile.matchAll(/^ENV ([A-Z].*)$/gm)].flatMap(([, line = '']) => line.match(/[A-Z_]+(?==)/g) ?? []),
  ];
  expect(given).toEqual(expect.arrayContaining(['EVENT_STORE_URL', 'API_TOKENS', 'DATA_DIR', 'ROLES']));
  const known = [...Object.keys(variables), 'NODE_ENV'];
  expect(given.filter((name = '') => !known.includes(name) && !name.startsWith('EVENTSTORE_'))).toEqual([]);
});

test('every port is published on loopback only', () => {
  const published = [...compose.matchAll(/^ {4}ports:\n((?: {6}- .*\n)+)/gm)].flatMap(([, list = '']) =>
    list.trim().split(/\n\s+/),
  );
  expect(published).toHaveLength(4);
  for (const port of published) expect(port).toMatch(/^- 127\.0\.0\.1:/);
});
