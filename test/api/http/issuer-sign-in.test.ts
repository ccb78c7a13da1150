import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parseAccessFile } from '../../../src/api/access/tokens.ts';
import { providerClient, startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const { identities } = parseAccessFile(
  JSON.stringify({ identities: [{ claim: 'groups', has: 'streaming', role: 'operator' }] }),
);
let laterMs = 0;
let provider: TestProvider;
let running: RunningApp;
const open = (client: { readonly id: string; readonly secret: string | null }) =>
  startApp({
    access: { mode: 'tokens', tokens: [], identities },
    issuer: { issuer: provider.url, audience: 'live-ledger', client },
    clock: () => Date.now() + laterMs,
  });
beforeAll(async () => {
  provider = await startProvider({ anna: ['streaming'], berta: ['others'] });
  running = await open({ id: providerClient, secret: null });
});
beforeEach(() => {
  laterMs = 0;
  provider.register(running.app.url);
});
afterAll(async () => {
  provider.close();
  await running.close();
});

/** A browser's cookies of one host, as far as these tests need them. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async get(url: string, form?: Readonly<Record<string, string>>, accept = '*/*'): Promise<Response> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie, accept },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  cookieOf(pattern: RegExp): string {
    const [name = '', value = ''] = [...this.cookies].find(([one]) => pattern.test(one)) ?? [];
    return `${name}=${value}`;
  }

  /** Follows redirects, and the pages of the issuer, until it is sent back; the address that it is sent to. */
  async leave(to: string, name: string, app = running): Promise<string> {
    let answer = await this.get(`${app.app.url}/session/login?to=${encodeURIComponent(to)}`);
    for (let step = 0; step < 12; step += 1) {
      const location = new URL(answer.headers.get('location') ?? '', provider.url).href;
      if (location.startsWith(app.app.url)) return location;
      answer = await this.get(location);
      if (answer.status !== 200) continue;
      const prompt = /name="prompt" value="(\w+)"/.exec(await answer.text())?.[1] ?? '';
      answer = await this.get(location, prompt === 'login' ? { prompt, login: name, password: 'any' } : { prompt });
    }
    throw new Error(`The issuer does not lead back: ${answer.status} ${await answer.text()}`);
  }

  /** Comes back from the issuer. */
  async signIn(to: string, name: string, app = running): Promise<Response> {
    return this.get(await this.leave(to, name, app));
  }
}

const sessionOf = async (browser: Browser, app = running) => {
  const answer = await browser.get(`${app.app.url}/session`);
  return (await answer.json()) as Record<string, unknown>;
};
const refusalOf = async (answer: Response) => {
  const { error, message } = (await answer.json()) as { error: string; message: string };
  return { status: answer.status, error, message, cookies: answer.headers.getSetCookie() };
};

test('whoever signs in at the issuer comes back to the page, with the role of the rules, until the token expires', async () => {
  const browser = new Browser();
  const answer = await browser.signIn('/endings?period=7d#codes', 'anna');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, `${running.app.url}/endings?period=7d#codes`]);
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/HttpOnly; SameSite=Strict$/)]);
  const { caller } = await sessionOf(browser);
  expect(caller).toEqual({ name: 'anna', role: 'OPERATOR', until: expect.any(String) });
  const untilMs = Date.parse((caller as { until: string }).until);
  // The issuer's hour, and the minute that clocks may differ.
  expect(untilMs - Date.now()).toBeGreaterThan(60 * 60_000);
  expect(untilMs - Date.now()).toBeLessThanOrEqual(61 * 60_000);
  const { data } = await running.ask(
    '{ viewer { role } }',
    {},
    { cookie: browser.cookieOf(/^live-ledger-\w{8}$/), origin: running.app.url },
  );
  expect(data).toEqual({ viewer: { role: 'OPERATOR' } });
  laterMs = 62 * 60_000;
  expect(await sessionOf(browser)).toMatchObject({ caller: null, ended: 'EXPIRED' });
});

test('the issuer gets a proof that a stolen code is of no use without (PKCE), and never a secret of this service', async () => {
  const answer = await new Browser().get(`${running.app.url}/session/login?to=/`);
  const { searchParams: asked } = new URL(answer.headers.get('location') ?? '');
  expect(Object.fromEntries(asked)).toEqual({
    response_type: 'code',
    client_id: providerClient,
    redirect_uri: `${running.app.url}/session/callback`,
    scope: 'openid profile groups',
    state: expect.stringMatching(/^[\w-]{80,}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/Max-Age=900; .*HttpOnly; SameSite=Lax$/)]);
});

test('whoever has no role by the rules is not let in, and the page says so', async () => {
  const browser = new Browser();
  expect((await browser.signIn('/', 'berta')).status).toBe(302);
  expect(await sessionOf(browser)).toMatchObject({ caller: null, ended: 'NO_ROLE' });
});

test('the address to come back to is one of this service', async () => {
  const { host } = new URL(running.app.url);
  const browser = new Browser();
  for (const to of [
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    `/${'a'.repeat(2_000)}`,
  ]) {
    const answer = await browser.get(`${running.app.url}/session/login?to=${encodeURIComponent(to)}`);
    expect([to, answer.status, answer.headers.get('location')]).toEqual([to, 400, null]);
  }
  // A proxy that ends TLS may say so only by the address that the page has.
  const answer = await browser.get(`${running.app.url}/session/login?to=https://${host}/health`);
  const asked = new URL(answer.headers.get('location') ?? '').searchParams;
  expect(asked.get('redirect_uri')).toBe(`https://${host}/session/callback`);
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-.*; Secure; SameSite=Lax$/)]);
});

test('a sign-in is finished by the browser that began it alone, in time, and once', async () => {
  const browser = new Browser();
  const back = await browser.leave('/', 'anna');
  const notBegun = {
    status: 400,
    error: 'SIGN_IN_FAILED',
    message: expect.stringContaining('not begun in this browser'),
    cookies: [],
  };
  expect(await refusalOf(await new Browser().get(back))).toEqual(notBegun);
  const other = new Browser();
  await other.get(`${running.app.url}/session/login?to=/`);
  expect(await refusalOf(await other.get(back))).toEqual(notBegun);
  expect(await refusalOf(await browser.get(back.replace(/state=.{4}/, 'state=AAAA')))).toEqual(notBegun);
  laterMs = 15 * 60_000;
  expect(await refusalOf(await browser.get(back))).toEqual(notBegun);
  laterMs = 0;
  expect((await browser.get(back)).status).toBe(302);
  expect(await refusalOf(await browser.get(back))).toMatchObject({
    error: 'SIGN_IN_FAILED',
    message: expect.stringContaining('invalid_grant'),
    cookies: [],
  });
});

test('several tabs may sign in at the same time', async () => {
  const browser = new Browser();
  const [one, other] = [await browser.leave('/health', 'anna'), await browser.leave('/relays', 'anna')];
  expect((await browser.get(one)).headers.get('location')).toBe(`${running.app.url}/health`);
  expect((await browser.get(other)).headers.get('location')).toBe(`${running.app.url}/relays`);
});

test('what the issuer refuses is said in a page that leads back, and none of its other words are repeated', async () => {
  const browser = new Browser();
  const state = new URL(await browser.leave('/health', 'anna')).searchParams.get('state') ?? '';
  const back = (error: string) =>
    `${running.app.url}/session/callback?${new URLSearchParams({ state, error, error_description: 'canary' }).toString()}`;
  const answer = await browser.get(back('access_denied'), undefined, 'text/html');
  const page = await answer.text();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
  expect(page).toContain('The issuer has let nobody in: access_denied.');
  expect(page).toContain(`/session/login?to=${encodeURIComponent(`${running.app.url}/health`)}`);
  expect(page).not.toContain('canary');
  expect(await (await browser.get(back('<b>canary'))).text()).not.toContain('canary');
  expect(running.logLines.join('')).not.toContain('canary');
});

test('while the issuer does not answer, nobody signs in, and the answer says so', async () => {
  const browser = new Browser();
  const back = await browser.leave('/', 'anna');
  provider.setAnswering(false);
  try {
    laterMs = 2 * 60_000;
    for (const url of [`${running.app.url}/session/login?to=/`, back]) {
      const answer = await browser.get(url);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await refusalOf(answer)).toMatchObject({ status: 503, error: 'ISSUER_UNAVAILABLE', cookies: [] });
    }
  } finally {
    provider.setAnswering(true);
  }
});

test('a session goes on when the issuer signs by another key, and ends when its own is withdrawn', async () => {
  // It remembers no keys of a later time.
  await running.restart();
  provider.register(running.app.url);
  const browser = new Browser();
  await browser.signIn('/', 'anna');
  await provider.rotate();
  // By then keys are read again.
  laterMs = 11 * 60_000;
  const another = new Browser();
  expect((await another.signIn('/', 'anna')).status).toBe(302);
  for (const one of [browser, another]) expect(await sessionOf(one)).toMatchObject({ caller: { name: 'anna' } });
  await provider.rotate({ withdraw: true });
  laterMs = 22 * 60_000;
  expect(await sessionOf(browser)).toMatchObject({ caller: null, ended: 'WITHDRAWN' });
});

test('what signs a browser in is no bearer token of programs', async () => {
  const browser = new Browser();
  await browser.signIn('/', 'anna');
  const cookie = browser.cookieOf(/^live-ledger-\w{8}$/);
  const { status } = await running.ask(
    '{ viewer { role } }',
    {},
    { authorization: `Bearer ${cookie.split('=')[1] ?? ''}` },
  );
  expect(status).toBe(401);
});

test.each(['client_secret_basic', 'client_secret_post'])(
  'a client with a secret proves itself by %s',
  async (method) => {
    const secret = 'a secret: of the client, with signs & all';
    const app = await open({ id: providerClient, secret });
    try {
      provider.register(app.app.url, { client_secret: secret, token_endpoint_auth_method: method }, [method]);
      const browser = new Browser();
      expect((await browser.signIn('/', 'anna', app)).status).toBe(302);
      expect(await sessionOf(browser, app)).toMatchObject({ caller: { role: 'OPERATOR' } });
    } finally {
      await app.close();
    }
  },
);

test('without a client nobody signs in at the issuer, and there is no such route', async () => {
  const app = await startApp({ issuer: { issuer: provider.url, audience: 'live-ledger' } });
  try {
    expect((await fetch(`${app.app.url}/session/login`)).status).toBe(404);
  } finally {
    await app.close();
  }
});
