import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { exchange } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const page = '<!doctype html><title>Console</title>';
const script = `console.log(${JSON.stringify('a script of the page. '.repeat(50))});`;
const views = [
  '/',
  '/?state=LIVE',
  '/search?q=alpha',
  '/sessions/6674468118806626493',
  '/streams/push.example.com/live/a/b/alpha',
  '/tasks/220071',
  '/relays',
  '/endings',
  '/health',
  '/set-up',
];

let folder: TemporaryFolder;
let running: RunningApp;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  const built = path.join(folder.path, 'console');
  mkdirSync(path.join(built, 'assets'), { recursive: true });
  writeFileSync(path.join(folder.path, 'secret.txt'), 'not of the console');
  for (const [name, text] of [
    ['index.html', page],
    ['assets/index-1a2b3c.js', script],
  ] as const) {
    writeFileSync(path.join(built, name), text);
    writeFileSync(path.join(built, `${name}.br`), brotliCompressSync(text));
    writeFileSync(path.join(built, `${name}.gz`), gzipSync(text));
  }
  writeFileSync(path.join(built, 'assets/index-1a2b3c.js.map'), '{}');
  // Nobody may ask GraphQL; the console's files are for everyone.
  running = await startApp({ consoleFolder: built, access: { mode: 'closed' } });
});
afterAll(async () => {
  await running.close();
  folder.remove();
});

const get = (route: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${running.app.url}${route}`, { method, headers: { 'accept-encoding': 'identity', ...headers } });

/** An answer as it was sent: `fetch` decodes bodies, and asks again for what it names by `if-none-match`. */
async function sent(route: string, fields: Record<string, string>): Promise<{ head: string; body: Buffer }> {
  const all = Object.entries({ host: 'localhost', connection: 'close', ...fields });
  const head = [`GET ${route} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`)];
  const answer = Buffer.from(await exchange(running.app.url, `${head.join('\r\n')}\r\n\r\n`), 'latin1');
  const end = answer.indexOf('\r\n\r\n');
  return { head: `${answer.subarray(0, end).toString()}\r\n`, body: answer.subarray(end + 4) };
}

describe('the page', () => {
  test.each(views)('answers %s, without a token', async (view) => {
    const response = await get(view);
    expect([response.status, await response.text()]).toEqual([200, page]);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('may load from this server only, is not cached unasked, and is nobody’s frame', async () => {
    const { headers } = await get('/sessions/1');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-cache',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(headers.get('x-request-id')).not.toBeNull();
  });

  test('is not sent again to who has it', async () => {
    const etag = (await get('/')).headers.get('etag') ?? '';
    const { head, body } = await sent('/health', { 'if-none-match': etag });
    expect([head.split('\r\n')[0], body.length]).toEqual(['HTTP/1.1 304 Not Modified', 0]);
    expect(head).toContain("content-security-policy: default-src 'none'");
  });

  test('answers HEAD as GET, without a body', async () => {
    const head = await get('/', {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, `${page.length}`, '']);
  });

  test.each(views)('refuses other methods than GET and HEAD: %s', async (view) => {
    const response = await get(view, {}, 'POST');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({ error: 'METHOD_NOT_ALLOWED' });
  });
});

describe('the files of the page', () => {
  const file = '/assets/index-1a2b3c.js';

  test('are kept for ever, because their names have a digest', async () => {
    const response = await get(file);
    expect([response.status, await response.text()]).toEqual([200, script]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    ['br', 'br', (body: Buffer) => brotliDecompressSync(body)],
    ['gzip', 'gzip', (body: Buffer) => gunzipSync(body)],
    ['gzip, deflate, br', 'br', (body: Buffer) => brotliDecompressSync(body)],
  ])('are sent as they were compressed: accept-encoding %s', async (accepted, encoding, decompress) => {
    const { head, body } = await sent(file, { 'accept-encoding': accepted });
    expect(head).toContain(`content-encoding: ${encoding}\r\n`);
    expect(head).toMatch(/content-type: \S*javascript/);
    expect(head).toContain(`content-length: ${body.length}\r\n`);
    expect(decompress(body).toString()).toBe(script);
  });

  test.each([
    '/assets/none.js',
    '/assets/index-1a2b3c.js.map',
    '/assets/index-1a2b3c.js.br',
    '/assets/',
    '/index.html.gz',
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..\\..\\secret.txt',
    '/assets/index-1a2b3c.js%00.txt',
    '//etc/passwd',
  ])('are all there is: %s is not found', async (route) => {
    const { head, body } = await sent(route, { 'accept-encoding': 'br' });
    expect(head).toMatch(/^HTTP\/1\.1 404 /);
    expect(JSON.parse(body.toString())).toMatchObject({ code: 404, error: 'NOT_FOUND' });
  });
});

test('a file that was removed since the start is not found, and its name is not repeated', async () => {
  const built = path.join(folder.path, 'shrinking');
  mkdirSync(path.join(built, 'assets'), { recursive: true });
  writeFileSync(path.join(built, 'index.html'), page);
  writeFileSync(path.join(built, 'assets/gone.js'), script);
  const app = await startApp({ consoleFolder: built });
  try {
    rmSync(path.join(built, 'assets/gone.js'));
    const response = await fetch(`${app.app.url}/assets/gone.js`);
    const text = await response.text();
    expect(response.status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ error: 'NOT_FOUND' });
    expect(text).not.toContain('gone.js');
  } finally {
    await app.close();
  }
});

test('where the console was not built, its URLs say so', async () => {
  const app = await startApp({ consoleFolder: path.join(folder.path, 'nothing') });
  try {
    for (const view of views) {
      const response = await fetch(`${app.app.url}${view}`);
      expect(response.status).toBe(404);
      const { error, message } = (await response.json()) as { error: string; message: string };
      expect([error, message]).toEqual(['NOT_FOUND', expect.stringContaining('npm run build')]);
    }
  } finally {
    await app.close();
  }
});
