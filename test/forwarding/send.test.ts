import { afterEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import type { Attempt } from '../../src/forwarding/post.ts';
import { openSender, type Sender } from '../../src/forwarding/send.ts';
import type { ForwardTarget } from '../../src/forwarding/target.ts';
import { reservePort } from '../support/reserved-port.ts';
import { openReceiver, type Answer, type Receiver } from './receivers.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const nowMs = (1_545_030_873 - 600) * 1_000;
const body = Buffer.from('\ufeff{ "t":1, "sign":"x", "a":"é" }\n');
const whsec = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const never = new AbortController().signal;

async function receiver(answer?: () => Answer): Promise<Receiver> {
  const one = await openReceiver(answer);
  opened.push(one);
  return one;
}

function senderTo(
  url: string,
  given: Partial<ForwardTarget> = {},
  allowed = { loopback: true, private: false },
  clock = () => nowMs,
): Sender {
  const target: ForwardTarget = {
    name: 'one',
    url,
    filter: null,
    headers: {},
    signingKey: null,
    concurrency: 2,
    perSecond: null,
    giveUpAfterMs: 60_000,
    isOrdered: true,
    ...given,
  };
  const sender = openSender(target, { allowed, clock, userAgent: 'live-ledger/1' });
  opened.push(sender);
  return sender;
}
const metadataOf = (contentType?: string) =>
  writeArrival({ receivedAtMs: nowMs, signature: 'VALID', remoteAddress: '', contentType });
const send = (sender: Sender, metadata: Uint8Array = metadataOf()) =>
  sender.send({ eventId: 'id-1', data: body, metadata }, never);
const failed = (fault: string, retryAfterMs: number | null = null) =>
  ({ kind: 'FAILED', fault, retryAfterMs }) as Attempt;

test('sends the body byte for byte, with the content type of CSS, the id of the event, and the headers that are set', async () => {
  const { url, requests } = await receiver();
  const outcome = await send(senderTo(`${url}?a=b`, { headers: { authorization: 'secret' } }));
  expect(outcome).toEqual({ kind: 'DELIVERED' });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/css?a=b' });
  expect(requests[0]?.body.equals(body)).toBe(true);
  expect(requests[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'live-ledger-event-id': 'id-1',
    'user-agent': 'live-ledger/1',
    authorization: 'secret',
  });
});

test('sends the content type that a callback had, and the documented one where no other was kept', async () => {
  const { url, requests } = await receiver();
  const sender = senderTo(url);
  const given = 'application/x-www-form-urlencoded; a="b"';
  for (const metadata of [metadataOf(given), Buffer.from('of others')]) await send(sender, metadata);
  expect(requests.map(({ headers }) => headers['content-type'])).toEqual([given, 'application/json']);
});

test('re-stamps with the key of the target', async () => {
  const { url, requests } = await receiver();
  await send(senderTo(url, { signingKey: 'test' }));
  expect(requests[0]?.body.toString()).toBe(
    '\ufeff{ "t":1545030873, "sign":"ca3e25e5dc17a6f9909a9ae7281e300d", "a":"é" }\n',
  );
});

describe('Standard Webhooks', () => {
  /** The library reads the time of this machine, so the sender has it as well. */
  const verify = ({ headers, body: sent }: Receiver['requests'][number], key: Webhook) =>
    key.verify(sent.toString(), headers as Record<string, string>);
  const plain = Buffer.from('{ "t":1, "sign":"x", "a":"é" }\n');
  const sendTwice = async (signingKey: string | null) => {
    const { url, requests } = await receiver(() => (requests.length === 1 ? 500 : 200));
    const sender = senderTo(url, { signingKey }, { loopback: true, private: false }, Date.now);
    for (const eventId of ['id-1', 'id-1']) await sender.send({ eventId, data: plain, metadata: metadataOf() }, never);
    return requests;
  };

  test.each([
    ['a key of CSS', 'test', new Webhook('test', { format: 'raw' })],
    ['a secret of Standard Webhooks', whsec, new Webhook(whsec)],
  ])('their library verifies what is signed with %s; another attempt has the same id', async (_, key, library) => {
    const requests = await sendTwice(key);
    expect(requests).toHaveLength(2);
    for (const request of requests) {
      expect(request.headers['webhook-id']).toBe('id-1');
      expect(verify(request, library)).toMatchObject({ a: 'é', sign: expect.stringMatching(/^[0-9a-f]{32}$/) });
      const changed = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
      expect(() => verify(changed, library)).toThrow('No matching signature');
    }
  });

  test('without a key nothing is signed', async () => {
    const [request] = await sendTwice(null);
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual([]);
  });
});

describe('outcomes', () => {
  test.each<[Answer, Attempt]>([
    [204, { kind: 'DELIVERED' }],
    [404, failed('HTTP_4XX')],
    [500, failed('HTTP_5XX')],
    [{ status: 503, headers: { 'retry-after': '7' } }, failed('HTTP_5XX', 7_000)],
    [{ status: 429, headers: { 'retry-after': 'Tue, 18 Dec 2018 00:00:00 GMT' } }, failed('HTTP_4XX', 3_600_000)],
    [{ status: 500, headers: { 'retry-after': '7' } }, failed('HTTP_5XX')],
    ['DESTROY', failed('CONNECTION')],
  ])('of the answer %j', async (answer, outcome) => {
    const { url } = await receiver(() => answer);
    expect(await send(senderTo(url))).toEqual(outcome);
  });

  test('redirects are not followed', async () => {
    const other = await receiver();
    const { url } = await receiver(() => ({ status: 307, headers: { location: other.url } }));
    expect(await send(senderTo(url))).toEqual(failed('HTTP_3XX'));
    expect(other.requests).toEqual([]);
  });

  test('an answer without end is cut off, and counts by its status', async () => {
    const { url } = await receiver(() => ({ status: 200, body: 'x'.repeat(10_000_000) }));
    const sender = senderTo(url);
    expect([await send(sender), await send(sender)]).toEqual([{ kind: 'DELIVERED' }, { kind: 'DELIVERED' }]);
  });

  test('nobody listens, or the name does not exist', async () => {
    const nobody = await reservePort();
    expect(await send(senderTo(`http://127.0.0.1:${nobody.port}/`))).toEqual(failed('CONNECTION'));
    nobody.release();
    expect(await send(senderTo('http://name.invalid/'))).toEqual(failed('NAME'));
  });

  test('a target that answers without TLS where it is asked for', async () => {
    const { port } = await receiver();
    expect(await send(senderTo(`https://127.0.0.1:${port}/`))).toEqual(failed('TLS'));
  });
});

describe('addresses that are not meant', () => {
  const none = { loopback: false, private: false };

  test.each(['127.0.0.1', 'localhost', '[::ffff:7f00:1]', '0x7f.1', '2130706433', '127.1'])(
    'no connection is made to %s, as which name or address it is ever written',
    async (host) => {
      const { port, requests } = await receiver();
      expect(await send(senderTo(`http://${host}:${port}/`, {}, none))).toEqual(failed('ADDRESS_REFUSED'));
      expect(requests).toEqual([]);
    },
  );

  test.each(['169.254.169.254', '[fe80::1]', '0.0.0.0', '[::]'])(
    '%s is refused also where loopback is allowed',
    async (host) => {
      expect(await send(senderTo(`http://${host}/`))).toEqual(failed('ADDRESS_REFUSED'));
    },
  );

  test('a name is allowed by the address it has', async () => {
    const { port } = await receiver();
    expect(await send(senderTo(`http://localhost:${port}/`))).toEqual({ kind: 'DELIVERED' });
  });
});
