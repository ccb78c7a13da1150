import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startConsoleServer, type ConsoleServer } from '../support/console-server.ts';
import { copyExample } from '../support/example-copy.ts';
import { sessionsOverKills, type ListedSession, type SessionsOverKills } from '../support/sessions-over-kills.ts';
import { startNode, startProgram, type StartedProcess } from '../support/started-process.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { testWith } from '../support/test-with.ts';

/** The applications of examples/ against a service that is killed and started again: each shows what a new list says. */

const vite = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url));

/** An application that runs. */
interface Application {
  /** How it shows a session. */
  readonly of: (session: ListedSession) => string;
  /** Its list, as it shows it now. */
  shown(): Promise<readonly string[]>;
  /** How many queries it has sent, where that can be counted. */
  queries(): number;
  close(): Promise<void>;
}

let pages: Server;
let server: ConsoleServer;
let sessions: SessionsOverKills;
const folders: TemporaryFolder[] = [];

beforeAll(async () => {
  // Serves what is built of the two that are pages, by the name of their folder.
  pages = createServer((request, response) => {
    const [, index = '', ...rest] = (request.url ?? '/').split('?')[0]?.split('/') ?? [];
    const file = path.join(folders[Number(index)]?.path ?? '', 'dist', rest.join('/') || 'index.html');
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': file.endsWith('.js') ? 'text/javascript' : 'text/html' });
    response.end(readFileSync(file));
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  server = await startConsoleServer({ CORS_ORIGINS: origin() });
  sessions = sessionsOverKills(server);
});
afterAll(async () => {
  await server.close();
  pages.close();
  for (const folder of folders) folder.remove();
});

const origin = () => `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;

function copied(name: string): string {
  const folder = copyExample(name);
  folders.push(folder);
  return folder.path;
}

function program(started: StartedProcess): Application {
  return {
    of: ({ sequence }) => sequence,
    shown: () => {
      const lists = started
        .stdout()
        .split('\n')
        .filter((line) => line.startsWith('{"live":'));
      return Promise.resolve((JSON.parse(lists.at(-1) ?? '{"live":[]}') as { live: string[] }).live);
    },
    queries: () => 0,
    async close() {
      started.kill('SIGKILL');
      await started.ended();
    },
  };
}

async function page(name: string): Promise<Application> {
  const folder = copied(name);
  const environment = { ...process.env, NODE_ENV: 'production' };
  const built = spawnSync(process.execPath, [vite, 'build', '--base', './', '--logLevel', 'warn'], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`${name} can not be built:\n${built.stdout}${built.stderr}`);
  const browser: Browser = await openBrowser();
  const opened = await openPage(browser);
  let queries = 0;
  opened.page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/graphql')) queries += 1;
  });
  await opened.page.goto(`${origin()}/${folders.length - 1}/?ledger=${server.url}`);
  return {
    of: ({ streamId, startedAt }) => `${streamId} since ${startedAt}`,
    shown: () => opened.page.locator('li').allTextContents(),
    queries: () => queries,
    async close() {
      expect(opened.complaints).toEqual([]);
      await browser.close();
    },
  };
}

async function expectShown(application: Application): Promise<void> {
  const expected = (await sessions.listed()).map(application.of).sort();
  expect(expected.length).toBeGreaterThan(1);
  await askUntil(
    async () => [...(await application.shown())].sort(),
    (shown) => shown.join() === expected.join(),
  );
}

async function survivesKills(open: () => Promise<Application>): Promise<void> {
  await sessions.send(25);
  await projectionCaughtUp(server.url);
  const application = await open();
  await expectShown(application);
  await sessions.send(5);
  await expectShown(application);
  for (const answeredBefore of [20, 31]) {
    await sessions.killUnderLoad(answeredBefore);
    await sessions.send(20);
    await expectShown(application);
  }
  // It has resumed: it has not listed again.
  expect(application.queries()).toBeLessThanOrEqual(1);
  await application.close();
}

test('Node', () =>
  survivesKills(() => Promise.resolve(program(startNode([path.join(copied('node'), 'main.mjs'), server.url])))));

test('Python', () =>
  survivesKills(() =>
    Promise.resolve(
      program(
        startProgram('python3', [fileURLToPath(new URL('../../examples/python/live.py', import.meta.url)), server.url]),
      ),
    ),
  ));

const inBrowser = testWith('chromium, for the examples that are pages', hasBrowser);

inBrowser('React with Apollo', () => survivesKills(() => page('react-apollo')));

inBrowser('React with urql', () => survivesKills(() => page('react-urql')));
