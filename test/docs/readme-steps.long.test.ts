import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { projectionCaughtUp } from '../support/ask-ledger.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

/** The steps of README.md, as printed, against a new process; then the examples of docs/api.md against what they recorded. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The commands of a page that ask the service once, and what is printed after each as its answer. */
function commandsOf(page: string) {
  return [...read(page).matchAll(/^```sh\n((?:(?!```)[^])*?curl http[^]*?)^```\n(?:\n```json\n(.*)\n```)?/gm)]
    .map(([, command = '', answer = '']) => ({ command, answer }))
    .filter(({ command }) => !/curl -N|<token>|\bask\(\)/.test(command));
}

const examples = [
  ...read('docs/api.md').matchAll(/([^\n]*(?:\n[^\n]+)*)\n\n```graphql\n(.*?)```(?:\n\n```json\n(.*?)```)?/gs),
]
  .map(([, before = '', query = '', answer = '']) => ({ before, query, answer }))
  .filter(({ query }) => !query.startsWith('subscription'));

let folder: TemporaryFolder;
let ledger: LedgerProcess;
let url: string;

/** What the command prints, asked of the service of this test. */
async function run(command: string): Promise<string> {
  const child = spawn('bash', ['-c', command.replaceAll('http://127.0.0.1:4000', url)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  await projectionCaughtUp(url);
  return printed;
}

/** Where an answer shows nothing: fields of the root that are null or an empty list. */
function emptyFields(data: Record<string, unknown>): string[] {
  const isEmpty = (value: unknown): boolean => {
    if (value === null) return true;
    const { nodes = value } = value as { nodes?: unknown };
    return Array.isArray(nodes) && nodes.length === 0;
  };
  return Object.entries(data).flatMap(([field, value]) => (isEmpty(value) ? [field] : []));
}

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(query: string): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

const isAtHand = commandAtHand(['bash', '-c', 'curl --version']) !== null;
const curlTest = testWith('curl (Debian: apt-get install curl)', isAtHand);

if (isAtHand) {
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    const dataDir = path.join(folder.path, 'data');
    mkdirSync(dataDir);
    ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' });
    url = await ledger.url();
    await projectionCaughtUp(url);
  });
  afterAll(async () => {
    await endLedger(ledger);
    folder.remove();
  });
}

describe('after the steps of README.md', () => {
  curlTest('each of them is answered as it says', async () => {
    const shown = /```json\n(\{"data":\{"streamSession".*)\n```/.exec(read('README.md'))?.[1] ?? '';
    const steps = commandsOf('README.md');
    expect(steps.length).toBe(4);
    for (const { command, answer } of steps) {
      const printed = await run(command);
      if (command.includes('/graphql')) expect(JSON.parse(printed)).toEqual(JSON.parse(shown));
      else expect(printed).toMatch(/^(\{"code":0\})+$/);
      if (answer !== '') expect(printed).toBe(answer);
    }
  });

  for (const { before, query, answer } of examples) {
    // The quarantine, which its ids would come from, is empty.
    if (query.includes('$ids')) continue;
    curlTest(`docs/api.md has an answer to ${query}`, async () => {
      const { data, errors = [] } = await ask(query);
      const documented = answer === '' ? {} : (JSON.parse(answer) as Answer);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(
        (documented.errors ?? []).map(({ extensions }) => extensions.code),
      );
      if (errors.length > 0) return;
      const said = [...before.matchAll(/`(\w+)` is empty/g)].map(([, field]) => field);
      expect(emptyFields(data ?? {})).toEqual(said);
    });
  }

  curlTest('so have the commands of docs/api.md and docs/getting-started.md', async () => {
    const commands = [...commandsOf('docs/api.md'), ...commandsOf('docs/getting-started.md')];
    expect(commands.length).toBeGreaterThan(3);
    for (const { command } of commands) {
      const printed = await run(command);
      if (!command.includes('/graphql')) {
        expect(printed).toBe('{"code":0}');
        continue;
      }
      const { data, errors } = JSON.parse(printed) as Answer;
      expect([command, errors, emptyFields(data ?? {})]).toEqual([command, undefined, []]);
    }
  });
});

test('the examples are found', () => {
  expect(examples.length).toBeGreaterThan(30);
});
