import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'node:tls';
import { Agent, fetch as fetchWith } from 'undici';
import { signatureOf } from '../../src/callbacks/arrival.ts';
import { openReceiver, type Receiver } from '../forwarding/receivers.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { documentedProxies, startDocumentedProxy, type RunningProxy } from '../support/documented-proxy.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { signed } from '../support/signed.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';
import { reservePort, type ReservedPort } from '../support/reserved-port.ts';

/** How each secret is exchanged, as docs/security.md says, while callbacks arrive: none is refused, and none goes to quarantine. */
const [oldKey, newKey] = ['the-old-callback-key', 'the-new-callback-key'];
const [oldToken, newToken] = ['the-old-token-of-the-url', 'the-new-token-of-the-url'];
const admin = 'a-long-token-of-an-admin';
const webhookSecret = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

let folder: TemporaryFolder;
let ledger: LedgerProcess | null;
let flow: Flow | null;
let opened: { close(): unknown }[];
beforeEach(() => {
  folder = makeTemporaryFolder();
  [ledger, flow, opened] = [null, null, []];
});
afterEach(async () => {
  await flow?.end();
  if (ledger !== null) await endLedger(ledger);
  for (const one of opened.reverse()) await one.close();
  folder.remove();
});

/** Replaces a file of the settings in one step; resolves with its path. */
function write(name: string, text: string): string {
  const file = path.join(folder.path, name);
  writeFileSync(`${file}.next`, text);
  renameSync(`${file}.next`, file);
  return file;
}

async function serve(environment: Readonly<Record<string, string>>): Promise<string> {
  ledger = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'data'),
    FORWARD_ALLOW: 'loopback',
    CSS_CALLBACK_KEYS: oldKey,
    API_TOKENS: `admin=${admin}`,
    ...environment,
  });
  return ledger.url();
}

const timesPrinted = (words: string) => (ledger?.stdout() ?? '').split(words).length - 1;

/** Changes a file; resolves once the process that takes callbacks and the one that answers have read it, as far as they use it. */
async function change(name: string, text: string, processes: number): Promise<void> {
  const before = timesPrinted('the settings were read again');
  write(name, text);
  ledger?.kill('SIGHUP');
  await ledger?.until(
    'read again',
    () => timesPrinted('the settings were read again') >= before + processes || undefined,
  );
}

/** Callbacks that arrive all the time, each on a connection of its own. */
interface Flow {
  /** How the next ones prove themselves. */
  prove: (body: Record<string, unknown>) => { readonly route: string; readonly body: Record<string, unknown> };
  /** Resolves once so many more were answered. */
  sent(more: number): Promise<void>;
  /** Stops; resolves with the answers that were not 200. */
  end(): Promise<string[]>;
}

const now = () => Math.floor(Date.now() / 1_000) + 600;
const byKey =
  (key: string): Flow['prove'] =>
  (body) => ({ route: '/callbacks/css', body: signed(body, key, now()) });
const byToken =
  (token: string): Flow['prove'] =>
  (body) => ({ route: `/callbacks/css/${token}`, body });

function startFlow(url: string, prove: Flow['prove'], post: typeof fetchWith = fetchWith): Flow {
  const wrong: string[] = [];
  const waiting = new Set<() => void>();
  let [count, isEnding] = [0, false];
  const started: Flow = {
    prove,
    sent(more) {
      const enough = count + more;
      return new Promise((resolve) => {
        const check = () => {
          if (count < enough) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
      });
    },
    async end() {
      isEnding = true;
      await sending;
      return wrong;
    },
  };
  const send = async () => {
    while (!isEnding) {
      const { route, body } = started.prove(pushBody({ sequence: String(1_000 + count), event_time: now() - 600 }));
      const headers = { 'content-type': 'application/json', connection: 'close' };
      const answer = await post(`${url}${route}`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
        String,
      );
      if (typeof answer === 'string') wrong.push(answer);
      else if (answer.status !== 200) wrong.push(`${answer.status} ${await answer.text()}`);
      count += 1;
      for (const check of [...waiting]) check();
    }
  };
  const sending = send();
  return started;
}

/** All were answered 200, and all proved themselves. */
async function expectNoneLost(url: string, token = admin): Promise<void> {
  expect(await flow?.end()).toEqual([]);
  await projectionCaughtUp(url, token);
  expect(await askLedger(url, '{ quarantine { totalCount } }', {}, token)).toEqual({ quarantine: { totalCount: 0 } });
}

const statusOf = async (url: string, token: string, route = '/graphql?query={__typename}') =>
  (await fetch(`${url}${route}`, { headers: { authorization: `Bearer ${token}` } })).status;

test('the callback key of a template: both are listed while CSS may still sign by the old one', async () => {
  const url = await serve({ CSS_CALLBACK_KEYS: '', CSS_CALLBACK_KEYS_FILE: write('keys', oldKey) });
  flow = startFlow(url, byKey(oldKey));
  await flow.sent(20);
  await change('keys', `${oldKey}\n${newKey}\n`, 2);
  await flow.sent(20);
  flow.prove = byKey(newKey);
  await flow.sent(20);
  await change('keys', newKey, 2);
  await flow.sent(20);
  await expectNoneLost(url);
  const late = byKey(oldKey)(pushBody({ sequence: '1' }));
  await fetch(`${url}${late.route}`, { method: 'POST', body: JSON.stringify(late.body) });
  await askUntil(
    () => askLedger<{ quarantine: { totalCount: number } }>(url, '{ quarantine { totalCount } }', {}, admin),
    ({ quarantine }) => quarantine.totalCount === 1,
  );
});

test('the token of the callback URL', async () => {
  const url = await serve({ CSS_CALLBACK_TOKENS_FILE: write('tokens', oldToken) });
  flow = startFlow(url, byToken(oldToken));
  await flow.sent(20);
  await change('tokens', `${oldToken}\n${newToken}\n`, 2);
  await flow.sent(20);
  flow.prove = byToken(newToken);
  await flow.sent(20);
  await change('tokens', newToken, 2);
  await flow.sent(20);
  await expectNoneLost(url);
});

test('tokens of the API and of /metrics: the old ones count no more once they are removed', async () => {
  const [oldMetrics, newMetrics, next] = [
    'a-token-of-a-scraper-1',
    'a-token-of-a-scraper-2',
    'another-token-of-an-admin',
  ];
  const url = await serve({
    API_TOKENS: '',
    API_TOKENS_FILE: write('api', `admin=${admin}`),
    METRICS_TOKENS_FILE: write('metrics', oldMetrics),
  });
  flow = startFlow(url, byKey(oldKey));
  await flow.sent(20);
  await change('api', `admin=${admin}\nadmin=${next}\n`, 1);
  await change('metrics', `${oldMetrics}\n${newMetrics}`, 1);
  const both = [
    statusOf(url, admin),
    statusOf(url, next),
    statusOf(url, oldMetrics, '/metrics'),
    statusOf(url, newMetrics, '/metrics'),
  ];
  expect(await Promise.all(both)).toEqual([200, 200, 200, 200]);
  await change('api', `admin=${next}`, 1);
  await change('metrics', newMetrics, 1);
  const after = [
    statusOf(url, admin),
    statusOf(url, next),
    statusOf(url, oldMetrics, '/metrics'),
    statusOf(url, newMetrics, '/metrics'),
  ];
  expect(await Promise.all(after)).toEqual([401, 200, 401, 200]);
  await flow.sent(20);
  await expectNoneLost(url, next);
});

test('keys of targets, of forwarding and of alerts: the service is replaced on SIGUSR2', async () => {
  const [forwards, alerts] = [await openReceiver(), await openReceiver()];
  opened.push(forwards, alerts);
  const files = (signingKey: string, secret: string) => {
    const target = { name: 'one', url: forwards.url, signingKey };
    const rule = { name: 'held', when: 'QUARANTINE', groupSeconds: 1 };
    return {
      FORWARD_FILE: write('forward.json', JSON.stringify({ targets: [target] })),
      ALERTS_FILE: write(
        'alerts.json',
        JSON.stringify({ targets: [{ name: 'ops', url: alerts.url, secret }], rules: [rule] }),
      ),
    };
  };
  const [oldTargetKey, newTargetKey] = ['the-old-key-of-a-target', 'the-new-key-of-a-target'];
  const url = await serve(files(oldTargetKey, webhookSecret(1)));
  await ledger?.printed(/"msg":"answering queries"/);
  flow = startFlow(url, byKey(oldKey));
  await flow.sent(20);
  await forwards.arrived(20);
  const forged = (sequence: string, sign: object) =>
    fetch(`${url}/callbacks/css`, { method: 'POST', body: JSON.stringify({ ...pushBody({ sequence }), ...sign }) });
  await forged('1', { sign: undefined, t: undefined });
  await alerts.arrived(1);

  files(newTargetKey, webhookSecret(2));
  ledger?.kill('SIGUSR2');
  await ledger?.until('replaced', () => timesPrinted('"msg":"answering queries"') >= 2 || undefined);
  await flow.sent(20);
  await forged('2', { sign: '0'.repeat(32), t: now() });
  await alerts.arrived(() => alerts.requests.some((one) => isSignedBy(webhookSecret(2), one)));
  expect(await flow.end()).toEqual([]);
  await projectionCaughtUp(url, admin);
  const { callbacks } = await askLedger<{ callbacks: { totalCount: number } }>(
    url,
    '{ callbacks { totalCount } }',
    {},
    admin,
  );
  const delivered = () =>
    new Set(forwards.requests.map(({ body }) => (JSON.parse(body.toString()) as { sequence: string }).sequence));
  await forwards.arrived(() => delivered().size === callbacks.totalCount);

  const keysUsed = forwards.requests.map(({ body }) => {
    const { sign, t } = JSON.parse(body.toString()) as { sign: string; t: number };
    return [oldTargetKey, newTargetKey].findIndex((key) => signatureOf(key, t) === sign);
  });
  // Each by one of the two, and the new one from the replacement on.
  expect([keysUsed.includes(-1), keysUsed[0], keysUsed.at(-1)]).toEqual([false, 0, 1]);
  const [first] = alerts.requests;
  expect([first !== undefined && isSignedBy(webhookSecret(1), first), alerts.requests.every(isSignedByOne)]).toEqual([
    true,
    true,
  ]);
});

type Request = Receiver['requests'][number];

function isSignedBy(secret: string, { headers, body }: Request): boolean {
  const signedText = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body.toString()}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signedText).digest('base64')}`;
}

const isSignedByOne = (request: Request) => [1, 2].some((byte) => isSignedBy(webhookSecret(byte), request));

const hasNginx =
  commandAtHand(['openssl', 'version']) !== null && commandAtHand(documentedProxies.nginx.program) !== null;

testWith('nginx with openssl', hasNginx)('the certificate of the proxy: it reads the new one on SIGHUP', async () => {
  const reserved: ReservedPort[] = [await reservePort(), await reservePort()];
  opened.push(...reserved.map((one) => ({ close: () => one.release() })));
  const [port = 0, own = 0] = reserved.map((one) => one.port);
  await serve({ PORT: String(own), TRUST_PROXY: '127.0.0.1' });
  const settings = { folder: folder.path, port, receive: own, query: own, isReloaded: true };
  const proxy: RunningProxy = await startDocumentedProxy('nginx', settings);
  opened.push({ close: () => proxy.stop() });
  // CSS checks certificates by their authorities, which a test's certificate has none of.
  const agent = new Agent({ connect: { rejectUnauthorized: false }, pipelining: 0 });
  opened.push(agent);
  flow = startFlow(proxy.url, byKey(oldKey), (url, init) => fetchWith(url, { ...init, dispatcher: agent }));
  await flow.sent(20);
  const before = await serialOf(port);
  proxy.renewCertificate();
  await askUntil(
    () => serialOf(port),
    (serial) => serial !== before,
  );
  await flow.sent(20);
  await expectNoneLost(`http://127.0.0.1:${own}`);
});

function serialOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.once('error', reject);
  });
}
