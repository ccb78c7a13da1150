import { afterEach, describe, expect, test } from '@jest/globals';
import { rebuild } from '../../src/operations/rebuild/rebuild.ts';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { allHabits, checkAt, deliverTo, openSecrets, simulationOf } from '../support/simulation.ts';

// Several hundred callbacks each, over real sockets and files.
const secrets = {
  keys: [
    { domain: null, key: 'key-of-one-template' },
    { domain: null, key: 'key-of-another' },
  ],
  tokens: ['a-token-of-the-callback-url'],
};
const protectedBy = {
  authenticity: secrets,
  access: { mode: 'tokens', tokens: parseApiTokens('admin=operators-token,viewer=viewers-token') },
} as const;

function bound(domain: string): { domain: string; key: string } {
  return { domain, key: `key-of-${domain}` };
}

/** Each another story; as many as the suite has time for. */
const seeds = 8;

const running: RunningApp[] = [];
afterEach(async () => {
  for (const app of running.splice(0).reverse()) await app.close();
});

async function start(overrides: Parameters<typeof startApp>[0] = {}): Promise<RunningApp> {
  const app = await startApp(overrides);
  running.push(app);
  return app;
}

describe('a ledger that was sent a simulation', () => {
  test('shows what happened: losses, shuffles, duplicates, forgeries and replays, of many seeds', async () => {
    const app = await start(protectedBy);
    const kinds = new Set<string>();
    for (let seed = 1; seed <= seeds; seed += 1) {
      const simulation = simulationOf(`seed ${seed}`, secrets, allHabits);
      for (const { kind } of simulation.plan.deliveries) kinds.add(kind);
      expect(simulation.plan.lost.size).toBeGreaterThan(0);
      const report = await deliverTo(app.app.url, simulation);
      expect(report.failed).toEqual([]);
      const { differences, expected } = await checkAt(app.app.url, simulation, report, 'operators-token');
      expect({ seed, differences }).toEqual({ seed, differences: [] });
      expect(expected.quarantined).toBeGreaterThan(0);
      expect(expected.sessions).toBeGreaterThan(20);
      expect(expected.tasks).toBeGreaterThan(8);
    }
    expect([...kinds].sort()).toEqual(['EXPIRED', 'FIRST', 'FORGED', 'REPEAT']);
  });

  test('shows viewers the same, with what they can not see hidden', async () => {
    const app = await start(protectedBy);
    const simulation = simulationOf('viewed', secrets, allHabits);
    const report = await deliverTo(app.app.url, simulation);
    expect((await checkAt(app.app.url, simulation, report, 'viewers-token')).differences).toEqual([]);
  });

  test('shows the same after a restart, and after a rebuild', async () => {
    const app = await start(protectedBy);
    const simulation = simulationOf('again', secrets, allHabits);
    const report = await deliverTo(app.app.url, simulation);
    await app.restart();
    expect((await checkAt(app.app.url, simulation, report, 'operators-token')).differences).toEqual([]);

    await app.app.close();
    await rebuild({ DATA_DIR: app.dataDir, LOG_LEVEL: 'silent' }, () => undefined);
    const rebuilt = await start({ ...protectedBy, dataDir: app.dataDir });
    expect((await checkAt(rebuilt.app.url, simulation, report, 'operators-token')).differences).toEqual([]);
  });

  test('shows the same if nothing has to be authentic', async () => {
    const app = await start();
    const simulation = simulationOf('open', openSecrets, { ...allHabits, forgeries: 0, expired: 0 });
    const report = await deliverTo(app.app.url, simulation);
    expect((await checkAt(app.app.url, simulation, report)).differences).toEqual([]);
  });

  test.each([
    ['keys of two domains', [bound('one.example.com'), bound('two.example.com')], secrets.tokens],
    ['tokens alone', [], secrets.tokens],
  ])('tells the same where it believes %s', async (_name, keys, tokens) => {
    const app = await start({ authenticity: { keys, tokens } });
    const simulation = simulationOf('bound', { keys, tokens }, { ...allHabits, expired: keys.length > 0 ? 0.05 : 0 });
    const report = await deliverTo(app.app.url, simulation);
    expect(report.failed).toEqual([]);
    expect((await checkAt(app.app.url, simulation, report)).differences).toEqual([]);
  });

  test('counts deliveries twice, and nothing else, where all of it is sent twice', async () => {
    const app = await start();
    const simulation = simulationOf('twice', openSecrets, { ...allHabits, forgeries: 0, expired: 0 });
    await deliverTo(app.app.url, simulation);
    const report = await deliverTo(app.app.url, simulation);
    const { differences } = await checkAt(app.app.url, simulation, report);
    expect(differences.length).toBeGreaterThan(0);
    expect(differences.filter(({ where }) => !where.endsWith(' deliveries'))).toEqual([]);
    expect((await checkAt(app.app.url, simulation, 'BOUNDS')).differences).toEqual([]);
  });
});
