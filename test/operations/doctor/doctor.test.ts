import { nobody } from '../../../src/log/author.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkCallbacks, checkPersonalKeys } from '../../../src/operations/doctor/log-check.ts';
import { examine } from '../../../src/operations/doctor/doctor.ts';
import { checkVersions, type Finding } from '../../../src/operations/doctor/setup-check.ts';
import { verify } from '../../../src/operations/verify.ts';
import { checkSpool } from '../../../src/operations/doctor/spool-check.ts';
import { readSettings } from '../../../src/settings/settings.ts';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import { writeDiscard } from '../../../src/quarantine/quarantine-events.ts';
import {
  discardedType,
  quarantineDecisionsStream,
  quarantineStreamOf,
  type Quarantined,
} from '../../../src/quarantine/quarantine.ts';
import type { RecordedEvent } from '../../../src/log/event-store.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { openSpool } from '../../../src/log/spool/spool.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { newPrefix, openAppender } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { endLedger, startLedger } from '../../support/live-ledger-process.ts';
import { openLocalCommitter } from '../../support/local-committer.ts';
import { newEvent } from '../../support/log-events.ts';
import { mountSmallDisk, testOnSmallDisk } from '../../support/small-disk.ts';
import { startApp } from '../../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { testWith } from '../../support/test-with.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  chmodSync(folder.path, 0o700);
});
afterEach(() => folder.remove());

const unheard = { onProgress: () => undefined, onChecked: () => undefined, onUnfinished: () => undefined };
const toDos = (findings: readonly Finding[]) =>
  findings.filter(({ whatToDo }) => whatToDo !== null).map(({ check, found }) => `${check}: ${found}`);
const secrets = {
  CSS_CALLBACK_KEYS: 'secret-key-of-callbacks',
  CSS_CALLBACK_TOKENS: 'secret-token-of-callbacks',
  API_TOKENS: 'operator=secret-token-of-operators',
};

describe('callbacks', () => {
  const nowMs = 1_700_000_000_000;
  const arrived = (
    body: Record<string, unknown>,
    receivedAtMs: number,
    signature: 'VALID' | 'NOT_CHECKED' = 'VALID',
  ): RecordedEvent => ({
    ...newEvent(),
    data: Buffer.from(JSON.stringify(body)),
    metadata: writeArrival({ receivedAtMs, signature, remoteAddress: '' }),
    streamName: 'account-1',
    revision: 0n,
    position: 1n,
    recordedAtMs: receivedAtMs,
  });
  const at = (ms: number, app = 'a.example') => pushBody({ app, event_time: ms / 1_000, t: ms / 1_000 + 600 });

  test('are listed by domain and type, the newest of each, with delay and clock', () => {
    const findings = checkCallbacks(
      [
        arrived(at(nowMs - 12_000), nowMs - 10_000),
        arrived(at(nowMs - 32_000, 'b.example'), nowMs - 30_000),
        arrived(at(nowMs - 92_000), nowMs - 90_000),
      ],
      nowMs,
    );
    expect(toDos(findings)).toEqual([]);
    const texts = findings.map(({ found }) => found).join('\n');
    expect(texts).toContain('a.example, event_type 1: 2023-11-14T22:13:10.000Z, 10 s ago');
    expect(texts).toContain('b.example, event_type 1: 2023-11-14T22:12:50.000Z, 30 s ago');
    expect(texts).toContain('half within 2.0 s');
    expect(texts).toContain('our clock is 2.0 s ahead of that of CSS');
    expect(findings.filter(({ check }) => check === 'last callback')).toHaveLength(2);
  });

  test('that are late, in quarantine, stamped by another clock, or none, are something to do', () => {
    expect(toDos(checkCallbacks([], nowMs))).toEqual(['callbacks: none was accepted among the newest 20000 events']);
    const late = checkCallbacks([arrived(at(nowMs - 500_000), nowMs)], nowMs);
    expect(toDos(late).map((text) => text.split(':')[0])).toEqual(['delay', 'clock']);
    // The README's example, or a simulated one: nobody has proved that CSS sent it.
    const example = [arrived(at(1_545_115_790_000), nowMs, 'NOT_CHECKED'), arrived(at(nowMs - 2_000), nowMs)];
    expect(toDos(checkCallbacks(example, nowMs))).toEqual([]);
    const behind = checkCallbacks([arrived(at(nowMs + 400_000), nowMs)], nowMs);
    expect(toDos(behind)).toEqual(['clock: our clock is 400.0 s behind that of CSS, delivery included']);
  });

  const quarantined = (quarantine: Quarantined, body = at(nowMs)): RecordedEvent => ({
    ...arrived(body, nowMs),
    metadata: writeArrival({ receivedAtMs: nowMs, signature: 'EXPIRED', remoteAddress: '', quarantine }),
    streamName: quarantineStreamOf(quarantine.reason),
  });
  const expired = { reason: 'EXPIRED', check: 'CLOCK', field: 't', secondsOff: 1_600 } as const;
  const forged = { reason: 'FORGED', check: 'SIGN_MATCHES', field: 'sign' } as const;

  test('that are all in quarantine say why: of a clock that is wrong, by how much', () => {
    const findings = checkCallbacks([quarantined(expired, at(nowMs + 1_000_000)), quarantined(forged)], nowMs);
    expect(toDos(findings)).toEqual([
      'callbacks: none was accepted among the newest 20000 events',
      'clock: our clock is 1000.0 s behind that of CSS, delivery included',
      expect.stringContaining('1 of the newest events wait for a decision, EXPIRED. The sign is right, but t was 1600'),
      expect.stringContaining(
        '1 of the newest events wait for a decision, FORGED. The sign of the callback matches none',
      ),
    ]);
    const whatToDo = findings.map((finding) => finding.whatToDo).join();
    expect(whatToDo).toContain('They arrive, and are kept in quarantine: see below.');
    expect(whatToDo).toContain('Set the clock of this server by NTP');
    expect(whatToDo).not.toContain('Set the callback URL');
  });

  test('in quarantine are something to do until they are decided on', () => {
    const [one, two] = [quarantined(forged), quarantined(forged)];
    const accepted = arrived(at(nowMs), nowMs);
    expect(toDos(checkCallbacks([one, two, accepted], nowMs)).join()).toContain('2 of the newest events wait');
    const { eventId } = one;
    const released = { ...accepted, metadata: releaseOf(eventId) };
    const discarded = {
      ...accepted,
      streamName: quarantineDecisionsStream,
      type: discardedType,
      data: writeDiscard({ position: 1n, eventId: two.eventId }),
    };
    expect(toDos(checkCallbacks([discarded, released, two, one], nowMs))).toEqual([]);
    const [none] = checkCallbacks([discarded, two], nowMs);
    expect(none?.whatToDo).toMatch(/^They arrive, and are kept in quarantine, where all were decided on\./);
  });

  function releaseOf(eventId: string): Buffer {
    const released = { position: 1n, eventId, atMs: nowMs, author: nobody, reason: null };
    return writeArrival({ receivedAtMs: nowMs, signature: 'INVALID', remoteAddress: '', released });
  }
});

test('a Node whose headers make addons abort is something to do', () => {
  expect(['20.12.0', '22.30.1', '24.18.1'].map((one) => checkVersions(one).whatToDo)).toEqual([null, null, null]);
  expect(['24.19.0', '24.21.0', '25.0.0'].map((one) => checkVersions(one).whatToDo === null)).toEqual([
    false,
    false,
    false,
  ]);
});

test('tokens that have expired are something to do, by name', async () => {
  const API_TOKENS = 'viewer:supplier:2020-12-31=canary-of-a-token,viewer:later:2999-12-31=canary-of-another';
  const found = toDos(await examine({ DATA_DIR: folder.path, ...secrets, API_TOKENS })).join('\n');
  expect(found).toContain('keys and tokens: the token of supplier has expired at 2021-01-01T00:00:00.000Z');
  expect(found).not.toMatch(/later|canary/);
});

test('protections that are off, open rights and a missing log are something to do, and secrets are never printed', async () => {
  chmodSync(folder.path, 0o755);
  const found = toDos(await examine({ DATA_DIR: folder.path })).join('\n');
  expect(found).toContain('Neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS is set');
  expect(found).toContain('rights: DATA_DIR has the mode 755');
  expect(found).toContain('log: there is no log in DATA_DIR');
  const missing = path.join(folder.path, 'missing');
  expect(toDos(await examine({ DATA_DIR: missing })).join()).toContain('does not exist');
  const text = JSON.stringify(await examine({ DATA_DIR: folder.path, ...secrets }));
  expect(text).toContain('1 callback keys, 1 callback tokens, 1 API tokens');
  expect(text).toContain('/callbacks/css/<one of CSS_CALLBACK_TOKENS>');
  expect(text).not.toContain('secret-');
});

testWith('the superuser, who gives files away,', process.getuid?.() === 0)(
  'a file of another user than that of DATA_DIR is something to do, and one that has gone is not',
  async () => {
    const file = path.join(folder.path, 'read-model-v1.sqlite');
    writeFileSync(file, '');
    symlinkSync('gone', path.join(folder.path, 'log.sqlite-wal'));
    const rights = async () =>
      toDos(await examine({ DATA_DIR: folder.path })).filter((one) => one.startsWith('rights'));
    expect(await rights()).toEqual([]);
    chownSync(file, 1, 1);
    expect(await rights()).toEqual([
      'rights: read-model-v1.sqlite in DATA_DIR belongs to another user than DATA_DIR, as after a command that was run as root',
    ]);
  },
);

test('a file that it cannot read is something to do, beside what else was found', async () => {
  await openPatientEventStore(folder.path, Date.now).close();
  writeFileSync(path.join(folder.path, 'lock.sqlite'), 'no lock');
  const found = toDos(await examine({ DATA_DIR: folder.path })).join('\n');
  expect(found).toContain('Neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS is set');
  expect(found).toContain('log: A file in DATA_DIR is damaged');
});

test('what interrupted commands have left is something to do', async () => {
  mkdirSync(path.join(folder.path, 'restoring'));
  const restore = expect.stringMatching(/^restore: one into DATA_DIR was interrupted/);
  expect(toDos(await examine({ DATA_DIR: folder.path }))).toContainEqual(restore);
  await expect(verify({ DATA_DIR: folder.path }, unheard)).rejects.toThrow(
    /A restore into DATA_DIR .* was interrupted/,
  );
  rmSync(path.join(folder.path, 'restoring'), { recursive: true });
  await openPatientEventStore(folder.path, Date.now).close();
  writeFileSync(path.join(folder.path, 'retention-unfinished'), '');
  const retention = expect.stringMatching(/^retention: a run did not come to its end/);
  expect(toDos(await examine({ DATA_DIR: folder.path }))).toContainEqual(retention);
  const service = startLedger(['serve'], { DATA_DIR: folder.path, PORT: '0' });
  await service.printed(/"msg":"a run of retention did not come to its end"/);
  await endLedger(service);
});

test('keys that a standby lacks are something to do, and its log is in DATA_DIR itself', async () => {
  const store = openPatientEventStore(folder.path, Date.now);
  const metadata = Buffer.from('{"sealed":"1.20260131-0123456789abcdef.subject.content"}');
  await store.append('account-1', [{ ...newEvent(), metadata }], 'any');
  await store.close();
  const keys = path.join(folder.path, 'keys');
  const standby = {
    PRIMARY_URL: 'http://127.0.0.1:1',
    PRIMARY_TOKEN: 'one-of-its-standby-tokens',
    PERSONAL_KEYS_DIR: keys,
  };
  const settings = readSettings({ DATA_DIR: folder.path, ...standby });
  expect(toDos(checkPersonalKeys(settings))).toEqual([
    expect.stringMatching(/^personal data: The key of personal data 20260131-0123456789abcdef is not in/),
  ]);
});

testOnSmallDisk()('a disk that is nearly full is something to do', async () => {
  const disk = mountSmallDisk(16 * 1024 ** 2);
  try {
    disk.fillUpTo(1024 ** 2);
    expect(toDos(await examine({ DATA_DIR: disk.path, ...secrets })).join('\n')).toMatch(
      /disk space: 1 MiB free, and the last 2 MiB are kept for callbacks: only they/,
    );
  } finally {
    disk.remove();
  }
});

test('beside a service it changes nothing, and ends with status 0, 1 or 2', async () => {
  const running = await startApp();
  try {
    chmodSync(running.dataDir, 0o700);
    const nowS = Math.round(Date.now() / 1_000);
    expect((await running.post(pushBody({ event_time: nowS, t: nowS + 600 }))).status).toBe(200);
    const run = async (flags: readonly string[], environment: Record<string, string>) => {
      const ledger = startLedger(['doctor', '--data-dir', running.dataDir, ...flags], environment);
      const status = await ledger.ended();
      await endLedger(ledger);
      return { status, stdout: ledger.stdout() };
    };
    const files = readdirSync(running.dataDir);
    const { status, stdout } = await run(['--json'], secrets);
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Finding);
    // How fast the disk is, how full, and which Node there is, is up to the machine.
    expect(toDos(findings).filter((text) => !/^(disk|versions):/.test(text))).toEqual([]);
    expect(status).toBe(toDos(findings).length === 0 ? 0 : 1);
    expect(findings).toContainEqual({ check: 'log', found: 'a service runs on it', whatToDo: null });
    expect(readdirSync(running.dataDir)).toEqual(files);
    expect(await run([], {})).toMatchObject({ status: 1, stdout: expect.stringContaining('TO DO  keys and tokens') });
    expect(await run(['--port', 'none'], {})).toMatchObject({ status: 2, stdout: '' });
  } finally {
    await running.close();
  }
});

describe('the spool of a node that receives', () => {
  const nowMs = 1_700_000_000_000;
  const settings = readSettings({ EVENT_STORE_URL: 'esdb://127.0.0.1:1?tls=false', ROLES: 'receive' });
  const open = async () => {
    const store = openPatientEventStore(path.join(folder.path, 'spool'), () => nowMs, {
      openCommitter: openLocalCommitter,
    });
    const bounds = { bytesMax: 1_000_000, ageMaxMs: 1_000_000 };
    const spool = await openSpool({ store, bounds, clock: () => nowMs });
    return Object.assign(spool, { close: () => store.close() });
  };
  const spoolAt = (atMs: number, environment = settings) => checkSpool({ ...environment, dataDir: folder.path }, atMs);
  const isOne = (finding: string, whatToDo: string | null) => [
    {
      check: 'spool',
      found: expect.stringContaining(finding),
      whatToDo: whatToDo && expect.stringContaining(whatToDo),
    },
  ];

  test('is fine while it is empty, and while a node drains what has just come', async () => {
    expect(await spoolAt(nowMs)).toEqual(isOne('nothing was ever spooled', null));
    expect(await spoolAt(nowMs, readSettings({}))).toEqual([]);
    const spool = await open();
    try {
      expect(await spoolAt(nowMs)).toEqual(isOne('nothing waits', null));
      await spool.keep('a-1', [newEvent()]);
      expect(await spoolAt(nowMs + 60_000)).toEqual(
        isOne('1 callbacks wait for EventStoreDB, the oldest for 60 s', null),
      );
      expect(await spoolAt(nowMs + 60_001)).toEqual(isOne('1 callbacks wait', 'See EventStoreDB above'));
    } finally {
      await spool.close();
    }
  });

  test('is something to do where nobody drains it, by whichever settings', async () => {
    const spool = await open();
    await spool.keep('a-1', [newEvent(), newEvent()]);
    await spool.close();
    expect(await spoolAt(nowMs)).toEqual(isOne('2 callbacks wait', 'Start a node with the role receive'));
    const halfOfAWeek = nowMs + 84 * 3_600_000;
    expect(await spoolAt(halfOfAWeek)).toEqual(isOne(': 50 % of what may wait', 'Start a node'));
    expect(await spoolAt(nowMs, readSettings({}))).toEqual(isOne('2 callbacks wait', 'not in the embedded log'));
    const standby = { PRIMARY_URL: 'http://127.0.0.1:1', PRIMARY_TOKEN: 'one-of-its-standby-tokens' };
    expect(await spoolAt(nowMs, readSettings(standby))).toEqual(isOne('2 callbacks wait', 'not in the embedded log'));
  });

  test('says what was refused permanently, what is damaged, and where it cannot be read', async () => {
    const [refused, damaged] = [newEvent(), newEvent()];
    const spool = await open();
    await spool.keep('a-1', [refused, damaged]);
    for await (const [first] of spool.follow(new AbortController().signal)) {
      if (first !== undefined) await spool.setAside(first);
      await spool.clear();
      break;
    }
    await spool.close();
    const file = path.join(folder.path, 'spool', 'log.sqlite');
    const db = new Database(file);
    db.prepare('UPDATE events SET data = ? WHERE event_id = ?').run(Buffer.from('other'), damaged.eventId);
    db.close();
    expect(toDos(await spoolAt(nowMs))).toEqual([
      'spool: 1 events in it are not what was recorded, the first at position 3',
      expect.stringContaining('1 callbacks wait'),
      'spool: EventStoreDB has refused 1 callbacks permanently',
    ]);
    writeFileSync(file, 'no database');
    expect(await spoolAt(nowMs)).toEqual(isOne('it cannot be read', 'Keep a copy of DATA_DIR/spool'));
  });
});

describe('with EventStoreDB', () => {
  let server: EventStoreDbServer;
  beforeAll(async () => {
    server = await startEventStoreDb();
  });
  afterAll(() => server.close());

  testNeeding('stand-in')('a user without rights, and a full server, are something to do, each with what', async () => {
    const settings = {
      DATA_DIR: folder.path,
      EVENT_STORE_URL: server.url,
      EVENT_STORE_PREFIX: newPrefix(),
      ...secrets,
    };
    const ofServer = async () => (await examine(settings)).filter(({ check }) => check === 'EventStoreDB');
    try {
      await server.fault({ accessDenied: true });
      const denied = await ofServer();
      expect(denied.map(({ whatToDo }) => whatToDo?.includes('#access-rights'))).toEqual([true, true, true]);
      await server.endFaults();
      await server.fault({ full: true });
      const [, appends] = await ofServer();
      expect(appends?.whatToDo).toContain('has room on its disk');
    } finally {
      await server.endFaults();
    }
  });

  test('what a node needs of the server is tried, and nothing is written', async () => {
    const prefix = newPrefix();
    mkdirSync(path.join(folder.path, 'data'), { mode: 0o700 });
    const settings = {
      DATA_DIR: path.join(folder.path, 'data'),
      EVENT_STORE_URL: server.url,
      EVENT_STORE_PREFIX: prefix,
      ...secrets,
    };
    const ofServer = async () => (await examine(settings)).filter(({ check }) => check === 'EventStoreDB');
    expect(toDos(await ofServer()).join()).toContain('There is no log under EVENT_STORE_PREFIX');
    // Asking has not begun it.
    const [notBegun] = await ofServer();
    expect(notBegun?.whatToDo).toMatch(/^Start the service/);
    const away = await examine({ ...settings, EVENT_STORE_URL: 'esdb://127.0.0.1:1?tls=false', ROLES: 'receive' });
    const unreachable = away.filter(({ check }) => check === 'EventStoreDB');
    expect(unreachable.map(({ whatToDo }) => whatToDo?.slice(0, 25))).toEqual(
      Array(3).fill('See that the server runs,'),
    );
    expect(away.at(-1)).toMatchObject({ check: 'log', whatToDo: null });
    const appender = openAppender(server.url, { prefix });
    await appender.answering();
    await appender.close();
    const findings = await ofServer();
    expect(toDos(findings)).toEqual([]);
    expect(findings.map(({ found }) => found.split(':')[0])).toEqual([
      'reads the log',
      'appends to the log',
      'reads $all',
    ]);
  });
});
