import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { alertKinds } from '../../src/alerts/alert-kinds.ts';
import { printAlertsSchema, readAlertsFile } from '../../src/alerts/alerts-file.ts';
import { webhookSecret } from './alerts-files.ts';

const none = { loopback: false, private: false };
const target = { name: 'ops', url: 'https://ops.example/hook', secret: webhookSecret };
const rule = { name: 'faults', when: 'PUSH_ENDED' };
const read = (file: unknown) => readAlertsFile(typeof file === 'string' ? file : JSON.stringify(file), none);
interface RuleSchema {
  readonly properties: Readonly<Record<string, { readonly const?: string; readonly default?: unknown }>>;
  readonly required: readonly string[];
}
const problemsOf = (file: unknown) => read(file).problems;

test('schema/alerts.schema.json is the schema; `npm run schema` writes it', () => {
  expect(readFileSync(new URL('../../schema/alerts.schema.json', import.meta.url), 'utf8')).toBe(printAlertsSchema());
});

test('what is left out has its default: all targets, every side but the client', () => {
  const { alerts, problems } = read({
    targets: [target],
    rules: [rule, { name: 'held', when: 'QUARANTINE', threshold: 5 }],
  });
  expect(problems).toEqual([]);
  expect(alerts.rules).toMatchObject([
    { name: 'faults', subjectsLeast: 1, forSeconds: 0, groupSeconds: 60, withinSeconds: 3_600, targets: ['ops'] },
    { name: 'held', threshold: 5, subjectsLeast: 1, reasons: ['FORGED', 'UNPROVEN', 'EXPIRED', 'UNREADABLE'] },
    { name: 'incidents', when: 'INCIDENT', targets: ['ops'] },
  ]);
  expect(alerts.rules[0]).toMatchObject({ sides: expect.not.arrayContaining(['CLIENT']) as unknown });
  expect(alerts.targets).toMatchObject([
    { format: 'STANDARD', perSecond: 20 / 60, concurrency: 1, giveUpAfterMs: 24 * 3_600_000 },
  ]);
});

test('there is a rule about incidents, unless the file has one, or wants none', () => {
  const rulesOf = (file: object) => read({ targets: [target], ...file }).alerts.rules.map(({ name }) => name);
  expect(rulesOf({ rules: [rule] })).toEqual(['faults', 'incidents']);
  expect(rulesOf({ rules: [{ name: 'ours', when: 'INCIDENT' }] })).toEqual(['ours']);
  expect(rulesOf({ rules: [rule], incidents: false })).toEqual(['faults']);
});

test('what is left out of a rule is what the schema says', () => {
  const needed = { streams: [{ domain: 'a.com', streamId: 's' }], domains: ['a.com'], silentSeconds: 60 };
  const { properties: file } = JSON.parse(printAlertsSchema()) as {
    properties: { rules: { items: { oneOf: readonly RuleSchema[] } } };
  };
  const rules = file.rules.items.oneOf;
  expect(rules).toHaveLength(alertKinds.length);
  for (const { properties, required } of rules) {
    const given = Object.fromEntries(Object.entries(needed).filter(([key]) => required.includes(key)));
    const { alerts, problems } = read({
      targets: [target],
      rules: [{ name: 'r', when: properties['when']?.const, ...given }],
    });
    const defaults = Object.entries(properties).filter(([, { default: value }]) => value !== undefined);
    expect(problems).toEqual([]);
    expect(alerts.rules[0]).toMatchObject(Object.fromEntries(defaults.map(([key, value]) => [key, value.default])));
  }
});

test('takes headers, and texts as long as they may be', () => {
  const long = { ...rule, filter: { paths: ['x'.repeat(256), 'x'] } };
  const { alerts, problems } = read({ targets: [{ ...target, headers: { 'X-Token': 't' } }], rules: [long] });
  expect(problems).toEqual([]);
  expect(alerts.targets[0]?.headers).toEqual({ 'x-token': 't' });
});

test('a threshold of QUARANTINE is one that can be reached', () => {
  const problems = (threshold: number) =>
    problemsOf({ targets: [target], rules: [{ name: 'held', when: 'QUARANTINE', threshold }] });
  expect(problems(20_000)).toEqual([]);
  expect(problems(20_001)).toEqual(['rules[0].threshold: must be a whole number from 1 to 20000']);
});

describe('everything that is wrong is reported, by its path and without values', () => {
  test.each([
    ['{', ['the file is not JSON']],
    [[], ['the file: must be an object']],
    [{ targets: [target] }, ['rules: is missing']],
    [{ targets: [], rules: [rule] }, ['targets: must have 1 to 16 entries']],
    [{ targets: Array(17).fill(target), rules: [rule] }, ['targets: must have 1 to 16 entries']],
    [{ targets: {}, rules: [rule] }, ['targets: must be a list']],
    [
      { targets: [target], rules: [{ ...rule, filter: { paths: ['', 'canary'.repeat(43), 5] } }] },
      ['', '', ', in quotes'].map(
        (more, index) => `rules[0].filter.paths[${index}]: must be a text of 1 to 256 characters${more}`,
      ),
    ],
    [
      // Of the digits 850000000000000001, the parser of JSON leaves 850000000000000000.
      `{"targets":[${JSON.stringify(target)}],"rules":[{"name":"a","when":"PUSH_ENDED","filter":{"appIds":[850000000000000001]}}]}`,
      ['rules[0].filter.appIds[0]: must be a text of 1 to 256 characters, in quotes'],
    ],
    [
      { targets: [target], rules: [{ ...rule, filter: { paths: Array(60).fill(5) } }] },
      Array(50).fill(expect.stringContaining('must be a text')),
    ],
    [{ targets: [target], rules: Array(65).fill(rule) }, ['rules: must have 1 to 64 entries']],
    [
      {
        targets: [target],
        rules: [{ ...rule, quietHours: { timeZone: 'Asia/canary', hours: [{ from: '1', to: '24:00' }] } }],
      },
      [
        'rules[0].quietHours.timeZone: must be a name of the IANA time zone database, such as Asia/Shanghai',
        expect.stringContaining('rules[0].quietHours.hours[0].from: must be a text that matches'),
      ],
    ],
    [
      {
        targets: [target],
        rules: [{ ...rule, quietHours: { timeZone: 'Asia/canary', hours: [{ from: '01:00', to: '24:00' }] } }],
      },
      ['rules[0].quietHours.timeZone: must be a name of the IANA time zone database, such as Asia/Shanghai'],
    ],
    [
      { targets: [target], rules: [{ name: 'a', when: 'canary' }] },
      [
        'rules[0].when: must be one of INCIDENT, PUSH_ENDED, NOT_LIVE, FLAPPING, DOMAIN_SILENT, REFUSED, PUSH_ERRORS, RECORDING_FAILED, RELAY_EXIT, RELAY_ALARM, MISSING, QUARANTINE, SERVICE, AUDIT',
      ],
    ],
    [
      { targets: [target], rules: [{ ...rule, treshold: 1, forSeconds: -1, sides: ['canary'] }] },
      [
        expect.stringContaining('rules[0].sides[0]: must be one of CLIENT, NETWORK'),
        'rules[0].forSeconds: must be a whole number from 0 to 86400',
        expect.stringContaining('rules[0]: "treshold" is unknown; there are name, when, filter'),
      ],
    ],
    [
      {
        targets: [target, target, { name: 'a canary', url: 5 }],
        rules: [
          { ...rule, targets: ['canary'], threshold: 0 },
          {
            ...rule,
            targets: ['canary'],
            quietHours: { timeZone: 'Asia/canary', hours: [{ from: '01:00', to: '02:00' }] },
          },
        ],
      },
      [
        expect.stringContaining('targets[2].name: must be a text that matches'),
        'targets[2].url: must be a text of 1 to 2048 characters, in quotes',
        'targets[2].secret: is missing: what receives a webhook knows by it whom it is from',
        'rules[0].threshold: must be a whole number from 1 to 100000',
        expect.stringContaining('rules[1].quietHours.timeZone: must be a name'),
        'targets[1].name: another one has this name',
        'rules[1].name: another one has this name',
        'rules[0].targets: there is no target of that name; there are ops',
        'rules[1].targets: there is no target of that name; there are ops',
      ],
    ],
    [{ targets: [target, target], rules: [rule] }, ['targets[1].name: another one has this name']],
    [
      { targets: [target], rules: [{ ...rule, targets: ['canary'] }] },
      ['rules[0].targets: there is no target of that name; there are ops'],
    ],
    [
      { targets: [{ name: 'a', url: 'http://10.0.0.1/canary' }], rules: [rule] },
      [
        'targets[0].url: has an address that is not public, and FORWARD_ALLOW does not allow it',
        'targets[0].secret: is missing: what receives a webhook knows by it whom it is from',
      ],
    ],
  ])('%j', (file, expected) => {
    expect(problemsOf(file)).toEqual(expected);
    expect(problemsOf(file).join()).not.toContain('canary');
  });
});
