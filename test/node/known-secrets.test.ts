import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hiderOf } from '../../src/kernel/secrets.ts';
import { knownSecrets } from '../../src/node/known-secrets.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { analystAndAdmin, startApp } from '../support/running-app.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

test.each([
  [
    { METRICS_TOKENS: 'canary-of-a-scraper-01,canary-of-a-scraper-02' },
    ['canary-of-a-scraper-01', 'canary-of-a-scraper-02'],
  ],
  [{ STANDBY_TOKENS: 'canary-of-a-standby-01' }, ['canary-of-a-standby-01']],
  [{ PRIMARY_URL: 'https://ledger.example.com', PRIMARY_TOKEN: 'canary-of-the-primary' }, ['canary-of-the-primary']],
  [
    { EVENT_STORE_URL: 'esdb://admin:canary%24%40word@one:2113,two:2113?tls=false' },
    ['canary%24%40word', 'canary$@word'],
  ],
  [{ EVENT_STORE_URL: 'kurrentdb+discover://user:canarypass@one:2113' }, ['canarypass']],
])('the secrets of %j are hidden by their values', (environment, secrets) => {
  const known = knownSecrets(readSettings({ DATA_DIR: folder.path, ...environment }));
  const hide = hiderOf(known);
  for (const secret of secrets) {
    for (const text of [secret, Buffer.from(`of ${secret} too`).toString('base64'), encodeURIComponent(secret)]) {
      expect(hide(`before ${text} after`)).toMatch(/^before \(hidden\)=* after$/);
    }
  }
});

test('without any, nothing is known, and a URL without a login has no password', () => {
  for (const environment of [{}, { EVENT_STORE_URL: 'esdb://one:2113?tls=false' }]) {
    const known = knownSecrets(readSettings({ DATA_DIR: folder.path, ...environment }));
    expect(known.filter((secret) => secret !== '')).toEqual([]);
  }
});

test('a token that replaces another while the service runs is hidden as well', async () => {
  const logAccess = { tokens: ['canary-before-the-change'] };
  const app = await startApp({ logAccess, access: analystAndAdmin });
  try {
    const stream_id = 'canary-after-the-change';
    expect((await app.post(pushBody({ stream_id }))).status).toBe(200);
    await app.projected();
    const shown = async () =>
      JSON.stringify((await app.ask('{ callbacks { nodes { body } } }', {}, { authorization: 'Bearer v1' })).data);
    expect(await shown()).toContain(stream_id);
    logAccess.tokens = [stream_id];
    expect(await shown()).not.toContain(stream_id);
  } finally {
    await app.close();
  }
});
