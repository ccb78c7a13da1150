import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { secretDigest } from '../../src/kernel/encoding.ts';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { SettingsInvalid } from '../../src/settings/settings-reader.ts';
import { statisticsMs } from '../../src/settings/variables.ts';
import { readersWaitMsMax } from '../../src/projecting/file/read-model-writer.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeAll(() => {
  folder = makeTemporaryFolder();
});
afterAll(() => folder.remove());

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings({ DATA_DIR: folder.path, ...environment });
    return [];
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.problems;
    throw error;
  }
}

function write(name: string, text: string): string {
  const file = path.join(folder.path, name);
  writeFileSync(file, text);
  return file;
}

test('every variable that this version would not obey is refused by name, all at once, without its value', () => {
  const problems = problemsOf({
    EVENT_STORE_PREFIX: 'canary',
    ROLES: 'receive',
    SPOOL: 'off',
    SPOOL_BYTES_MAX: '1',
    SPOOL_AGE_MAX_MS: '1',
    JWKS_URL: 'https://canary.example/keys',
  });
  expect(problems.map((problem) => problem.replace(/:.*/, ''))).toEqual([
    'ROLES',
    'EVENT_STORE_PREFIX',
    'SPOOL',
    'SPOOL_BYTES_MAX',
    'SPOOL_AGE_MAX_MS',
    'JWKS_URL',
  ]);
  expect(problems.join('\n')).not.toContain('canary');
});

test('connections of subscriptions: as many as are set, at least one', () => {
  const settingsOf = (environment: Record<string, string>) => readSettings({ DATA_DIR: folder.path, ...environment });
  expect(settingsOf({}).liveConnectionsMax).toBe(8_192);
  expect(settingsOf({ LIVE_CONNECTIONS_MAX: '50000' }).liveConnectionsMax).toBe(50_000);
  for (const LIVE_CONNECTIONS_MAX of ['0', '-1', '1e5', 'canary']) {
    expect(problemsOf({ LIVE_CONNECTIONS_MAX })).toEqual([
      'LIVE_CONNECTIONS_MAX: must be a whole number of connections, 1 or more',
    ]);
  }
});

test('the time of statistics: ten seconds, or what is set, up to a minute', () => {
  const settingsOf = (environment: Record<string, string>) => readSettings({ DATA_DIR: folder.path, ...environment });
  expect(settingsOf({}).statisticsMsMax).toBe(10_000);
  expect(settingsOf({ STATISTICS_MAX_MS: '60000' }).statisticsMsMax).toBe(60_000);
  for (const STATISTICS_MAX_MS of ['0', '999', '60001', '1e4', 'canary']) {
    expect(problemsOf({ STATISTICS_MAX_MS })).toEqual(['STATISTICS_MAX_MS: must be milliseconds, 1000 to 60000']);
  }
  // Or those who read for so long would keep the write-ahead log from being emptied.
  expect(readersWaitMsMax).toBeGreaterThan(statisticsMs.most);
});

describe('forwarding', () => {
  test('every problem of every target is reported with all others, without a value', () => {
    const file = path.join(folder.path, 'targets.json');
    writeFileSync(file, JSON.stringify({ targets: [{ url: 'canary' }, { url: 'https://a.example/', canarykey: 1 }] }));
    const problems = problemsOf({ PORT: 'canary', FORWARD_FILE: file, FORWARD_ALLOW: 'everything' });
    expect(problems).toEqual([
      expect.stringMatching(/^PORT: /),
      'FORWARD_ALLOW: must be "loopback", "private", or "loopback,private"',
      'FORWARD_FILE: targets[0].url: must be a URL',
      expect.stringMatching(/^FORWARD_FILE: targets\[1\]: "canarykey" is unknown; /),
    ]);
    expect(problemsOf({ FORWARD_FILE: file, FORWARD_TO: 'https://a.example/' })[0]).toMatch(
      /^FORWARD_FILE: is set beside/,
    );
    expect(problemsOf({ FORWARD_FILE: path.join(folder.path, 'canary') })).toEqual([
      'FORWARD_FILE: the file can not be read: ENOENT',
    ]);
  });

  test("can't make the answer to CSS wait: the variable of earlier versions is refused", () => {
    expect(problemsOf({ FORWARD_TO: 'https://a.example/', FORWARD_WAIT_MS: '3000' })).toEqual([
      'FORWARD_WAIT_MS: callbacks are answered without waiting for targets; leave it out',
    ]);
  });

  test('has 256 targets at most, with EventStoreDB too', () => {
    const to = (targets: number) => Array.from({ length: targets }, (_, index) => `https://a.example/${index}`).join();
    for (const environment of [{}, { EVENT_STORE_URL: 'esdb://localhost:2113' }]) {
      expect(problemsOf({ ...environment, FORWARD_TO: to(256) })).toEqual([]);
      expect(problemsOf({ ...environment, FORWARD_TO: to(257) })).toEqual([expect.stringMatching(/only 256 targets/)]);
    }
  });

  test('is for nodes that query: a node that only receives is refused', () => {
    const environment = { EVENT_STORE_URL: 'esdb://localhost:2113', FORWARD_TO: 'https://canary.example/' };
    expect(problemsOf(environment)).toEqual([]);
    expect(problemsOf({ ...environment, ROLES: 'query' })).toEqual([]);
    expect(problemsOf({ ...environment, ROLES: 'receive' })).toEqual([
      'ROLES: only nodes with the role query forward; set FORWARD_TO and FORWARD_FILE for these alone',
    ]);
  });
});

describe('EventStoreDB', () => {
  const url = 'esdb://admin:canary@localhost:2113?tls=false';
  const settingsOf = (environment: Record<string, string>) =>
    readSettings({ DATA_DIR: folder.path, EVENT_STORE_URL: url, ...environment });

  test('has both roles, a spool and a prefix where only the URL is set', () => {
    expect(settingsOf({})).toMatchObject({
      eventStore: { kind: 'eventstoredb', url, prefix: 'live_ledger' },
      roles: { receive: true, query: true },
      spool: { bytesMax: 1_073_741_824, ageMaxMs: 604_800_000 },
    });
  });

  test('takes roles, prefix and spool as they are set', () => {
    const settings = settingsOf({
      EVENT_STORE_PREFIX: 'other',
      ROLES: 'receive',
      SPOOL_BYTES_MAX: '2000000',
      SPOOL_AGE_MAX_MS: '60000',
    });
    expect(settings).toMatchObject({
      eventStore: { prefix: 'other' },
      roles: { receive: true, query: false },
      spool: { bytesMax: 2_000_000, ageMaxMs: 60_000 },
    });
    expect(settingsOf({ ROLES: ' query ' }).roles).toEqual({ receive: false, query: true });
    expect(settingsOf({ SPOOL: 'off' }).spool).toBeNull();
  });

  test.each([
    ['esdb+discover://cluster.example:2113', 'esdb+discover://cluster.example:2113'],
    ['kurrentdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false'],
    ['kurrentdb+discover://cluster.example', 'esdb+discover://cluster.example'],
  ])('%s is the log of the client as %s', (given, client) => {
    expect(settingsOf({ EVENT_STORE_URL: given }).eventStore).toMatchObject({ url: client });
  });

  test('everything that is wrong with it is named at once, and nothing of the URL', () => {
    const problems = problemsOf({
      EVENT_STORE_URL: 'esdb://admin:canary@localhost:2113?canaryOption=1',
      EVENT_STORE_PREFIX: 'no-canary.prefix',
      ROLES: 'receive,canary',
      SPOOL: 'canary',
      SPOOL_BYTES_MAX: '1e9',
      SPOOL_AGE_MAX_MS: '59999',
    });
    expect(problems.map((problem) => problem.replace(/:.*/, ''))).toEqual([
      'EVENT_STORE_URL',
      'ROLES',
      'EVENT_STORE_PREFIX',
      'SPOOL',
      'SPOOL_BYTES_MAX',
      'SPOOL_AGE_MAX_MS',
    ]);
    expect(problems.join('\n')).not.toMatch(/canary/i);
  });

  test.each([['http://canary:2113'], ['esdb://'], ['canary']])('%s is no log', (given) => {
    const problems = problemsOf({ EVENT_STORE_URL: given });
    expect(problems).toEqual([expect.stringMatching(/^EVENT_STORE_URL: /)]);
    expect(problems.join()).not.toContain('canary');
  });
});

test.each([
  ['EVENT_STORE_URL', 'sqlite:'],
  ['EVENT_STORE_URL', ''],
  ['ROLES', 'query, receive'],
  ['ROLES', ''],
  ['SPOOL', ''],
  ['JWKS_URL', '  '],
])('%s may be %j', (name, value) => {
  expect(problemsOf({ [name]: value })).toEqual([]);
});

describe('DATA_DIR', () => {
  test('may be a folder that is not there yet, some levels down, and is not made by looking', () => {
    expect(problemsOf({ DATA_DIR: path.join(folder.path, 'a/b/c') })).toEqual([]);
    expect(problemsOf({ DATA_DIR: path.join(folder.path, 'a') })).toEqual([]);
  });

  test('that is a file, or lies below one, is refused', () => {
    const file = write('file', '');
    expect(problemsOf({ DATA_DIR: file })).toEqual(['DATA_DIR: it is not a folder']);
    expect(problemsOf({ DATA_DIR: path.join(file, 'data') })).toEqual([
      `DATA_DIR: ${file}, in which it would be created, is not a folder`,
    ]);
  });

  test('that this user may not write is refused; the superuser may write every one', () => {
    const dataDir = path.join(folder.path, 'read-only');
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o500);
    const refused = ['DATA_DIR: it can not be read and written by this user'];
    expect(problemsOf({ DATA_DIR: dataDir })).toEqual(process.getuid?.() === 0 ? [] : refused);
  });
});

describe('a secret in a file', () => {
  test('counts as its variable would; line ends count as commas', () => {
    const { authenticity, access } = readSettings({
      DATA_DIR: folder.path,
      CSS_CALLBACK_KEYS_FILE: write('keys', 'one\na.com=two\r\n'),
      CSS_CALLBACK_TOKENS_FILE: write('tokens', 'token-of-sixteen-or-more,another-of-sixteen-or-more'),
      API_TOKENS_FILE: write('api-tokens', '\noperator=o1\n\n'),
    });
    expect(authenticity).toEqual({
      keys: [
        { domain: null, key: 'one' },
        { domain: 'a.com', key: 'two' },
      ],
      tokens: ['token-of-sixteen-or-more', 'another-of-sixteen-or-more'],
    });
    expect(access).toMatchObject({ mode: 'tokens', tokens: parseApiTokens('operator=o1') });
  });

  test.each([
    ['is not there', () => path.join(folder.path, 'nowhere'), /: the file can not be read: ENOENT$/],
    ['is a folder', () => folder.path, /: the file can not be read: EISDIR$/],
    ['is empty', () => write('empty', '\n \n'), /: the file holds no entry$/],
    ['is too large', () => write('large', 'canary'.repeat(20_000)), /it has more than 65536 bytes$/],
    ['never ends', () => '/dev/zero', /it has more than 65536 bytes$/],
    ['holds what is wrong', () => write('wrong', 'good-one-of-sixteen\ncanary'), /: entry 2 must have /],
  ])('is refused by name where it %s', (_name, file, problem) => {
    const problems = problemsOf({ CSS_CALLBACK_TOKENS_FILE: file() });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toMatch(/^CSS_CALLBACK_TOKENS_FILE: /);
    expect(problems[0]).not.toContain('canary');
  });

  test('is refused beside its variable', () => {
    expect(problemsOf({ API_TOKENS: 'viewer=v1', API_TOKENS_FILE: write('both', 'viewer=v2') })).toEqual([
      'API_TOKENS_FILE: is set beside API_TOKENS; set one of them',
    ]);
  });
});

describe('what is not wrong, but hardly meant, is doubted', () => {
  const doubtsOf = (environment: Record<string, string>) =>
    readSettings({ DATA_DIR: folder.path, ...environment }).doubts;
  const token = 'token-of-sixteen-or-more';

  test('a token of callbacks that is one of GraphQL too', () => {
    expect(doubtsOf({ CSS_CALLBACK_TOKENS: token, API_TOKENS: `viewer=${token}` })).toEqual([
      expect.stringMatching(/^A token is both in CSS_CALLBACK_TOKENS and in API_TOKENS\. /),
    ]);
  });

  test('an entry twice', () => {
    expect(doubtsOf({ CSS_CALLBACK_TOKENS: `${token},${token}`, API_TOKENS: 'viewer=v1,operator=v1' })).toEqual([
      expect.stringMatching(/^CSS_CALLBACK_TOKENS has an entry twice/),
      expect.stringMatching(/^API_TOKENS has an entry twice/),
    ]);
  });

  test('nothing else, and the token is not shown', () => {
    expect(doubtsOf({ CSS_CALLBACK_TOKENS: token, API_TOKENS: 'viewer=v1' })).toEqual([]);
    expect(doubtsOf({ CSS_CALLBACK_TOKENS: token, API_TOKENS: `viewer=${token}` }).join()).not.toContain(token);
  });
});

describe('where HOST is not loopback', () => {
  const HOST = '0.0.0.0';
  const CSS_CALLBACK_TOKENS = 'a-token-of-sixteen-or-more';

  test('nothing may be taken from everybody, unless that is allowed by name', () => {
    expect(problemsOf({ HOST })).toEqual([
      expect.stringMatching(/^CSS_CALLBACK_TOKENS: neither it nor CSS_CALLBACK_KEYS is set, and HOST is not loopback/),
    ]);
    expect(problemsOf({ TRUST_PROXY: '127.0.0.1' })).toEqual([
      expect.stringMatching(
        /^CSS_CALLBACK_TOKENS: neither it nor CSS_CALLBACK_KEYS is set, and TRUST_PROXY lets others through/,
      ),
    ]);
    expect(problemsOf({ TRUST_PROXY: '127.0.0.1', CSS_CALLBACK_TOKENS })).toEqual([]);
    expect(problemsOf({ HOST, CSS_CALLBACKS_ALLOW: 'unproven' })).toEqual([]);
    expect(problemsOf({ HOST, CSS_CALLBACKS_ALLOW: 'canary' })).toEqual([
      'CSS_CALLBACKS_ALLOW: must be "unproven", or not set',
    ]);
    expect(problemsOf({ HOST, CSS_CALLBACK_TOKENS })).toEqual([]);
    expect(problemsOf({ HOST, CSS_CALLBACK_KEYS: 'key' })).toEqual([]);
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ HOST, ROLES: 'query', EVENT_STORE_URL: 'esdb://127.0.0.1:9?tls=false' })).toEqual([]);
  });

  test('a token of GraphQL needs 20 characters', () => {
    expect(problemsOf({ HOST, CSS_CALLBACK_TOKENS, API_TOKENS: `viewer=${'v'.repeat(20)},operator=canary` })).toEqual([
      'API_TOKENS: entry 2 has a token of fewer than 20 characters, and HOST is not loopback',
    ]);
    expect(problemsOf({ TRUST_PROXY: '127.0.0.1', CSS_CALLBACK_TOKENS, API_TOKENS: 'viewer=canary' })).toEqual([
      'API_TOKENS: entry 1 has a token of fewer than 20 characters, and TRUST_PROXY lets others through',
    ]);
    expect(problemsOf({ API_TOKENS: 'viewer=v' })).toEqual([]);
  });
});

test('ACCESS_FILE has tokens beside those of API_TOKENS, and each may expire', () => {
  const sha256 = secretDigest('a-token');
  const ACCESS_FILE = write('access.json', JSON.stringify({ tokens: [{ name: 'ci', role: 'viewer', sha256 }] }));
  const { access, doubts } = readSettings({ DATA_DIR: folder.path, API_TOKENS: 'operator=o', ACCESS_FILE });
  expect(access).toMatchObject({ mode: 'tokens', tokens: [{ role: 'operator' }, { role: 'viewer', name: 'ci' }] });
  expect(doubts).toEqual([]);
  expect(problemsOf({ ACCESS_FILE: write('access.json', '{"tokens":[{}]}') }).join()).toMatch(
    /^ACCESS_FILE: tokens\[0\]\.name: is missing; /,
  );
});

test('OIDC_ISSUER needs an audience, an ACCESS_FILE, and a way on which nobody changes its keys', () => {
  const identities = [{ claim: 'groups', has: 'streaming', role: 'viewer' }];
  const ACCESS_FILE = write('access.json', JSON.stringify({ identities }));
  const right = { OIDC_ISSUER: 'https://issuer.example', OIDC_AUDIENCE: 'live-ledger', ACCESS_FILE };
  const { access, issuer } = readSettings({ DATA_DIR: folder.path, ...right });
  const rules = identities.map((rule) => ({ ...rule, rates: null, scope: null }));
  expect(access).toEqual({ mode: 'tokens', tokens: [], identities: { rules, nameClaim: 'sub' } });
  expect(issuer).toEqual({ issuer: 'https://issuer.example', audience: 'live-ledger', client: null });
  expect(problemsOf({ ...right, OIDC_ISSUER: 'http://127.0.0.1:8080' })).toEqual([]);
  expect(problemsOf({ ...right, OIDC_ISSUER: 'http://canary.example' })).toEqual([
    'OIDC_ISSUER: must be a URL with https://, or with http:// of this machine',
  ]);
  expect(problemsOf({ OIDC_ISSUER: 'https://issuer.example' }).map((problem) => problem.split(':')[0])).toEqual([
    'OIDC_AUDIENCE',
    'ACCESS_FILE',
  ]);
});

test('OIDC_CLIENT_ID may have a secret in a file, and needs an issuer', () => {
  const ACCESS_FILE = write('access.json', '{ "identities": [{ "claim": "sub", "has": "anna", "role": "viewer" }] }');
  const OIDC_CLIENT_SECRET_FILE = write('client-secret', 'canary\n');
  const right = { OIDC_ISSUER: 'https://issuer.example', OIDC_AUDIENCE: 'live-ledger', ACCESS_FILE };
  const clientOf = (more: Record<string, string>) =>
    readSettings({ DATA_DIR: folder.path, ...right, ...more }).issuer?.client;
  expect(clientOf({ OIDC_CLIENT_ID: 'console' })).toEqual({ id: 'console', secret: null });
  expect(clientOf({ OIDC_CLIENT_ID: 'console', OIDC_CLIENT_SECRET_FILE })).toEqual({ id: 'console', secret: 'canary' });
  expect(problemsOf({ ...right, OIDC_CLIENT_SECRET_FILE })).toEqual([
    'OIDC_CLIENT_ID: must be set with OIDC_CLIENT_SECRET_FILE',
  ]);
  expect(problemsOf({ OIDC_CLIENT_ID: 'console' }).map((problem) => problem.split(':')[0])).toEqual([
    ...['OIDC_ISSUER', 'OIDC_AUDIENCE', 'ACCESS_FILE'],
  ]);
});

test('METRICS_TOKENS: each at least 20 characters', () => {
  expect(problemsOf({ METRICS_TOKENS: `${'m'.repeat(20)},canary` })).toEqual([
    'METRICS_TOKENS: entry 2 has fewer than 20 characters',
  ]);
});
