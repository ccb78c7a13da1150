import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkIssuer } from '../../../src/operations/doctor/setup-check.ts';
import { audience, startIssuer } from '../../support/issuer.ts';
import { providerClient, startProvider, type TestProvider } from '../../support/oidc-provider.ts';

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider({});
  provider.register('https://ledger.example.com');
});
afterAll(() => provider.close());

/** What is found, as `fine` or with what to do. */
async function found(id: string | null, { issuer = provider.url, secret = null as string | null } = {}) {
  const findings = await checkIssuer({ issuer, audience, client: id === null ? null : { id, secret } });
  return findings.map((one) => [one.found, one.whatToDo ?? 'fine']);
}

test('an issuer that answers, and knows the client, is fine; the redirect URI is named', async () => {
  expect(await found(null)).toEqual([[`${provider.url} answers with its configuration`, 'fine']]);
  expect((await found(providerClient))[1]).toEqual([expect.stringContaining('/session/callback'), 'fine']);
  expect(await checkIssuer(null)).toEqual([]);
});

test('a client that it does not know, or not by this secret, is found', async () => {
  const unknown = [
    expect.stringContaining('does not know OIDC_CLIENT_ID'),
    expect.stringContaining('Register a client'),
  ];
  expect((await found('another-client'))[1]).toEqual(unknown);
  const ways = ['client_secret_basic'];
  provider.register(
    'https://ledger.example.com',
    { client_secret: 'right', token_endpoint_auth_method: ways[0] },
    ways,
  );
  expect((await found(providerClient, { secret: 'right' }))[1]?.[1]).toBe('fine');
  expect((await found(providerClient, { secret: 'wrong' }))[1]).toEqual(unknown);
});

test('an issuer that does not answer, names itself otherwise, or has no sign-in is found', async () => {
  const silent = [[expect.stringContaining('does not answer with its configuration'), expect.any(String)]];
  expect(await found(null, { issuer: `${provider.url}/elsewhere` })).toEqual(silent);
  expect(await found(null, { issuer: `${provider.url}/` })).toEqual(silent);
  const withoutPages = await startIssuer(() => Date.now());
  try {
    expect((await found(providerClient, { issuer: withoutPages.url }))[1]?.[0]).toContain('no authorization_endpoint');
  } finally {
    withoutPages.close();
  }
});
