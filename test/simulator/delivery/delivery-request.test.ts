import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../src/callbacks/identity.ts';
import { parseJsonObject, type JsonObject } from '../../../src/callbacks/json-object.ts';
import { planDeliveries, type Delivery } from '../../../simulator/delivery/delivery-plan.ts';
import {
  boundDomains,
  deliveryRequestOf,
  signatureOf,
  type DeliveryRequest,
  type Secrets,
} from '../../../simulator/delivery/delivery-request.ts';
import { allHabits, openSecrets, smallScenario, someMomentMs } from '../../support/simulation.ts';

const scenario = smallScenario('letters', someMomentMs);
const { deliveries } = planDeliveries(scenario, { ...allHabits, losses: 0, duplicates: 0.5 });
const secrets: Secrets = {
  keys: [
    { domain: null, key: 'one' },
    { domain: null, key: 'two' },
  ],
  tokens: ['first-token', 'second-token'],
};
const nowSeconds = someMomentMs / 1000;

function write(delivery: Delivery, chosen = secrets, nowMs = someMomentMs): DeliveryRequest {
  return deliveryRequestOf(delivery, chosen, scenario.seed, nowMs);
}

function read({ body }: DeliveryRequest): JsonObject {
  const parsed = parseJsonObject(Buffer.from(body));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.object;
}

function of(kind: Delivery['kind']): Delivery[] {
  const found = deliveries.filter((delivery) => delivery.kind === kind);
  expect(found.length).toBeGreaterThan(5);
  return found;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

describe('a request', () => {
  test('is signed with a key and a t of ten minutes ahead, relay callbacks aside', () => {
    const keys = new Set<string>();
    for (const delivery of of('FIRST')) {
      const request = write(delivery);
      const { sign, t } = read(request);
      if (delivery.callback.kind === 'RELAY') {
        expect([sign, t]).toEqual([undefined, undefined]);
        expect(request.path).toMatch(/^\/callbacks\/css\/(first|second)-token$/);
        expect(signatureOf(delivery.callback, secrets)).toBe('TOKEN');
        continue;
      }
      expect(Number(t)).toBe(nowSeconds + 600);
      expect(request.path).toBe('/callbacks/css');
      const key = ['one', 'two'].find((candidate) => md5(`${candidate}${nowSeconds + 600}`) === sign);
      keys.add(key ?? 'none');
      expect(signatureOf(delivery.callback, secrets)).toBe('VALID');
    }
    expect([...keys].sort()).toEqual(['one', 'two']);
  });

  test('fits the vendor’s own example of a sign', () => {
    const pushes = of('FIRST').filter(({ callback }) => callback.kind === 'PUSH');
    const atMs = (1_545_030_873 - 600) * 1000;
    const example = { keys: [{ domain: null, key: 'test' }], tokens: [] };
    const signs = new Set(pushes.map((push) => read(write(push, example, atMs))['sign']));
    expect([...signs]).toEqual(['ca3e25e5dc17a6f9909a9ae7281e300d']);
  });

  test('is stamped anew at each attempt, and is the same callback all the same', () => {
    for (const delivery of [...of('FIRST'), ...of('REPEAT')]) {
      const [now, later] = [read(write(delivery)), read(write(delivery, secrets, someMomentMs + 60_000))];
      if (delivery.callback.kind !== 'RELAY') expect(later['sign']).not.toBe(now['sign']);
      const first = { ...delivery, kind: 'FIRST' } as const;
      expect(digestOf(later)).toEqual(digestOf(now));
      expect(digestOf(later)).toEqual(digestOf(read(write(first))));
    }
    expect(of('REPEAT').some((repeat) => write(repeat).body !== write({ ...repeat, kind: 'FIRST' }).body)).toBe(true);
  });

  test('is posted to a token’s URL where there are no keys, and proves nothing where there is neither', () => {
    for (const delivery of of('FIRST')) {
      expect(write(delivery, { ...secrets, keys: [] }).path).toMatch(/-token$/);
      expect(signatureOf(delivery.callback, { ...secrets, keys: [] })).toBe('TOKEN');
      expect(write(delivery, openSecrets).path).toBe('/callbacks/css');
      expect(read(write(delivery, openSecrets))['sign']).toBeUndefined();
      expect(signatureOf(delivery.callback, openSecrets)).toBe('NOT_CHECKED');
    }
  });

  test('is signed with a key of its domain', () => {
    const bound = {
      keys: [
        { domain: 'a.example.com', key: 'a' },
        { domain: 'b.example.com', key: 'b' },
      ],
      tokens: ['a-token'],
    };
    expect(boundDomains(bound)).toEqual(['a.example.com', 'b.example.com']);
    expect(boundDomains(secrets)).toEqual([]);
    const { callbacks } = smallScenario('bound', someMomentMs, { domains: boundDomains(bound) });
    const domains = new Set<unknown>();
    for (const callback of callbacks.filter(({ kind }) => kind !== 'RELAY')) {
      const body = read(write({ callback, kind: 'FIRST', number: 0, queue: null }, bound));
      const key = body['app'] === 'a.example.com' ? 'a' : 'b';
      expect(body['sign']).toBe(md5(`${key}${nowSeconds + 600}`));
      domains.add(body['app']);
    }
    expect([...domains].sort()).toEqual(boundDomains(bound));
  });

  test('of a replay has a right sign of two hours ago', () => {
    for (const delivery of of('EXPIRED')) {
      const { t, sign } = read(write(delivery));
      expect(Number(t)).toBe(nowSeconds - 7_200);
      expect([md5(`one${nowSeconds - 7_200}`), md5(`two${nowSeconds - 7_200}`)]).toContain(sign);
    }
  });

  test('that is forged says something else than happened, and neither its sign nor its URL is right', () => {
    const identities = new Set(of('FIRST').map((first) => digestOf(read(write(first)))));
    for (const delivery of of('FORGED')) {
      const request = write(delivery);
      const body = read(request);
      expect(request.path).toBe('/callbacks/css');
      expect(identities.has(digestOf(body))).toBe(false);
      const right = ['one', 'two'].map((key) => md5(`${key}${String(body['t'])}`));
      expect(right).not.toContain(body['sign']);
    }
  });
});
