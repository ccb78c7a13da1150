import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { askUntil } from '../support/ask-until.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { connectLive } from '../support/live-socket.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { readSample } from '../support/samples.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

let folder: TemporaryFolder;
let receiver: Server;
let bodies: string[];
let paths: (string | undefined)[];
let ledger: LedgerProcess;

beforeEach(async () => {
  folder = makeTemporaryFolder();
  [bodies, paths] = [[], []];
  receiver = createServer((request, response) => {
    paths.push(request.url);
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterEach(async () => {
  await endLedger(ledger);
  receiver.close();
  folder.remove();
});

const receiverUrl = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

function serve(environment: Readonly<Record<string, string>>): LedgerProcess {
  return startLedger(['serve'], { PORT: '0', DATA_DIR: folder.path, ...environment });
}

function spansSent(): OtlpSpan[] {
  return bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: readonly { scopeSpans: readonly { spans: readonly OtlpSpan[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
}

test('a callback is one trace from its request to its subscriber, and a query another, with nothing of the body in them', async () => {
  const standardVariables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl(),
    OTEL_SERVICE_NAME: 'ledger-1',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  };
  ledger = serve({ ...standardVariables, CSS_CALLBACK_TOKENS: 'canary-of-a-secret-token' });
  const url = await ledger.url();
  const socket = await connectLive(url);
  // After a cursor from before the callback: a subscription may begin after it.
  const { streamSessions } = await askLedger<{ streamSessions: { liveFrom: string } }>(
    url,
    '{ streamSessions { liveFrom } }',
  );
  const after = JSON.stringify(streamSessions.liveFrom);
  socket.subscribe('1', `subscription { streamSessionChanged(after: ${after}) { streamSession { state } } }`);
  const push = readSample('push').toString();
  const posted = await fetch(`${url}/callbacks/css/canary-of-a-secret-token`, { method: 'POST', body: push });
  expect(posted.status).toBe(200);
  await projectionCaughtUp(url);
  await socket.until((messages) => messages.some(({ type }) => type === 'next'));
  await socket.close();
  await askLedger(url, 'query Listed { streamSessions(first: 1) { nodes { streamId streamParam } } }');
  // A stop waits only a moment for a receiver.
  await askUntil(
    () => Promise.resolve(bodies.join('')),
    (sent) =>
      sent.includes('"Listed"') && ['append', 'message', 'project'].every((name) => sent.includes(`"name":"${name}"`)),
  );
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);

  expect(new Set(paths)).toEqual(new Set(['/v1/traces']));
  const spans = spansSent();
  const ofCallback = spans.filter(({ name }) => name !== 'GraphQL');
  expect(ofCallback.map(({ name }) => name).sort()).toEqual(['append', 'message', 'project', 'receive callback']);
  expect(new Set(ofCallback.map(({ traceId }) => traceId)).size).toBe(1);
  const first = ofCallback.find(({ name }) => name === 'receive callback');
  for (const { name, parentSpanId } of ofCallback) {
    expect([name, parentSpanId]).toEqual([name, name === 'receive callback' ? undefined : first?.spanId]);
  }
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
  }
  const sent = bodies.join('');
  expect(sent).toContain('{"key":"service.name","value":{"stringValue":"ledger-1"}}');
  expect(sent).toContain('{"key":"graphql.operation.name","value":{"stringValue":"Listed"}}');
  const { stream_id, user_ip, sequence, stream_param } = JSON.parse(push) as Record<string, string>;
  for (const secret of [stream_id, user_ip, sequence, stream_param, 'canary-of-a-secret-token', '127.0.0.1']) {
    expect(sent).not.toContain(secret);
  }
});

test('nothing is sent where OTEL_SDK_DISABLED is true, whatever else is set', async () => {
  ledger = serve({ OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl(), OTEL_SDK_DISABLED: 'true' });
  const url = await ledger.url();
  await fetch(`${url}/callbacks/css`, { method: 'POST', body: readSample('push').toString() });
  await projectionCaughtUp(url);
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  expect(bodies).toEqual([]);
});

test('a receiver that is away is logged once, by no URL, and delays nothing', async () => {
  const away = 'http://canary-of-a-host.invalid:4318';
  ledger = serve({ OTEL_EXPORTER_OTLP_ENDPOINT: away, OTEL_BSP_SCHEDULE_DELAY: '20' });
  const url = await ledger.url();
  for (let times = 0; times < 3; times++) await askLedger(url, '{ projections { position } }');
  await ledger.printed(/traces could not be sent/);
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  expect(ledger.stdout().split('traces could not be sent')).toHaveLength(2);
  expect(ledger.stdout() + ledger.stderr()).not.toContain('canary-of-a-host');
});
