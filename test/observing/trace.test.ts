import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { silentLogger } from '../../src/kernel/logger.ts';
import { traceEvent } from '../../src/kernel/spans.ts';
import { startTracing, type Tracing } from '../../src/observing/trace.ts';

const sendEveryMs = 5_000;
const queueMax = 2_048;
const requestSpansMax = 512;

let collector: Server;
/** Spans of each request, in order. */
let received: number[];
/** What is to be answered. */
let open: ServerResponse[];
let isHanging: boolean;
let tracing: Tracing;

beforeEach(async () => {
  [received, open, isHanging] = [[], [], true];
  collector = createServer((request, response) => {
    void spansOf(request).then((spans) => {
      received.push(spans);
      if (isHanging) open.push(response);
      else response.end('{}');
      collector.emit('received');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  // Those of the sender alone: the sockets have their own.
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
  });
  const { port } = collector.address() as AddressInfo;
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_TIMEOUT: '600000' };
  tracing = startTracing(variables, silentLogger);
});
afterEach(async () => {
  jest.useRealTimers();
  collector.closeAllConnections();
  collector.close();
  await once(collector, 'close');
});

async function spansOf(request: IncomingMessage): Promise<number> {
  return (await text(request)).split('"spanId"').length - 1;
}

function leaveSpans(count: number): void {
  for (let made = 0; made < count; made += 1) {
    traceEvent(randomUUID(), { name: 'append', kind: 'INTERNAL', isFirst: true }, { startedAtMs: 1, endedAtMs: 2 });
  }
}

/** A span is under way to the collector, which has not answered. */
async function sendOne(): Promise<void> {
  leaveSpans(1);
  const arrived = once(collector, 'received');
  jest.advanceTimersByTime(sendEveryMs);
  await arrived;
}

test('while the collector does not answer, one request is under way, and no more than 2,048 spans wait', async () => {
  await sendOne();
  for (let times = 0; times < 10; times += 1) {
    leaveSpans(1_000);
    jest.advanceTimersByTime(sendEveryMs);
  }
  isHanging = false;
  const closed = tracing.close();
  open[0]?.end('{}');
  await closed;
  expect(received).toEqual([1, ...Array<number>(queueMax / requestSpansMax).fill(requestSpansMax)]);
});

test('stopping ends a request that is not answered after 1.5 seconds, and sends no other', async () => {
  await sendOne();
  leaveSpans(1);
  const [response] = open;
  const cancelled = response && once(response, 'close');
  const closed = tracing.close();
  jest.advanceTimersByTime(1_500);
  await closed;
  await cancelled;
  expect(received).toEqual([1]);
});

test('stopping sends what waits', async () => {
  isHanging = false;
  leaveSpans(3);
  await tracing.close();
  expect(received).toEqual([3]);
});
