import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { deliver, failuresMax } from '../../../simulator/delivery/deliver.ts';
import type { DeliveryReport } from '../../../simulator/delivery/delivery-report.ts';
import { planDeliveries, type DeliveryPlan } from '../../../simulator/delivery/delivery-plan.ts';
import { openHttpClient } from '../../../simulator/delivery/http-client.ts';
import { allHabits, noHabits, smallScenario, someMomentMs } from '../../support/simulation.ts';

const secrets = { keys: [{ domain: null, key: 'a-key' }], tokens: ['a-token'] };

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

type Answer = (attempt: number, response: ServerResponse, body: string) => void;

/** Bodies that arrived, in order, at a server that answers each as given. */
async function listen(answer: Answer): Promise<{ url: URL; bodies: string[] }> {
  const bodies: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
    answer(bodies.length, response, body);
  };
  const listening = createServer((request, response) => void take(request, response));
  server = listening;
  listening.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  return { url: new URL(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`), bodies };
}

function answerWith(status: number): Answer {
  return (_attempt, response) => response.writeHead(status).end('{}');
}

async function deliverTo(
  url: URL,
  plan: DeliveryPlan,
  more: { connections?: number; retries?: number; timeoutMs?: number } = {},
): Promise<DeliveryReport> {
  const { connections = 1, retries = 2, timeoutMs = 20_000 } = more;
  const client = openHttpClient({ url, connections, timeoutMs });
  let clockMs = someMomentMs;
  // Each attempt is a second later.
  const clock = () => (clockMs += 1_000);
  const onProgress = () => undefined;
  try {
    return await deliver(plan, { client, secrets, seed: 'deliver', rate: 0, connections, retries, clock, onProgress });
  } finally {
    client.close();
  }
}

/** The first so many deliveries of a plan. */
function planOf(count: number, habits = noHabits, tasks = 0): DeliveryPlan {
  const plan = planDeliveries(smallScenario('deliver', someMomentMs, { tasks }), habits);
  return { ...plan, deliveries: plan.deliveries.slice(0, count) };
}

describe('a delivery', () => {
  test('is repeated until it is answered with 200, stamped anew', async () => {
    const { url, bodies } = await listen((attempt, response) => response.writeHead(attempt < 3 ? 503 : 200).end());
    const report = await deliverTo(url, planOf(1));
    expect(report).toMatchObject({ answered: 1, failed: [], attemptsByOutcome: { 200: 1, 503: 2 } });
    const stamps = bodies.map((body) => Number((JSON.parse(body) as { t: number | string }).t) - someMomentMs / 1000);
    expect(stamps).toEqual([601, 602, 603]);
  });

  test.each([201, 204, 302])('is repeated after %d: only 200 counts', async (status) => {
    const { url } = await listen((attempt, response) => response.writeHead(attempt === 1 ? status : 200).end());
    expect((await deliverTo(url, planOf(1))).attemptsByOutcome).toEqual({ [status]: 1, 200: 1 });
  });

  test('is repeated where the connection breaks, and it is noted that it may have been recorded', async () => {
    const { url } = await listen((attempt, response) => {
      if (attempt === 1) response.destroy();
      else response.writeHead(200).end();
    });
    const report = await deliverTo(url, planOf(1));
    expect(report).toMatchObject({ answered: 1, failed: [], attemptsByOutcome: { NO_ANSWER: 1, 200: 1 } });
    expect([...report.unanswered]).toEqual([[0, 1]]);
  });

  test.each([502, 504])(
    'is repeated after %d, as of a proxy that lost the node, and it is noted too',
    async (status) => {
      const { url } = await listen((attempt, response) => response.writeHead(attempt === 1 ? status : 200).end());
      expect([...(await deliverTo(url, planOf(1))).unanswered]).toEqual([[0, 1]]);
    },
  );

  test('is repeated where no answer comes in time', async () => {
    const { url } = await listen((attempt, response) => {
      if (attempt > 1) response.writeHead(200).end();
    });
    // More than once where the machine takes its time.
    const report = await deliverTo(url, planOf(1), { timeoutMs: 200, retries: 100 });
    expect(report.attemptsByOutcome).toEqual({ NO_ANSWER: expect.any(Number), 200: 1 });
  });

  test('is given up after its last attempt', async () => {
    const { url, bodies } = await listen(answerWith(503));
    const report = await deliverTo(url, planOf(1), { retries: 1 });
    expect(report).toMatchObject({ answered: 0, failed: [0], attemptsByOutcome: { 503: 2 } });
    expect(bodies).toHaveLength(2);
  });

  test.each([400, 401, 413])('is not repeated after %d, which a repetition does not change', async (status) => {
    const { url } = await listen(answerWith(status));
    expect(await deliverTo(url, planOf(1))).toMatchObject({ failed: [0], attemptsByOutcome: { [status]: 1 } });
  });
});

describe('a plan', () => {
  test('is delivered whole, over several connections', async () => {
    const { url, bodies } = await listen(answerWith(200));
    const plan = planOf(500, allHabits, 12);
    const report = await deliverTo(url, plan, { connections: 7 });
    expect(report.answered).toBe(plan.deliveries.length);
    expect(bodies).toHaveLength(plan.deliveries.length);
    expect(report.latency.medianMs).toBeGreaterThan(0);
    expect(report.latency.maxMs).toBeGreaterThanOrEqual(report.latency.percentile99Ms);
  });

  test('may have its forgeries and replays turned away, and nothing else', async () => {
    const { url } = await listen((_attempt, response, body) => {
      const t = Number((JSON.parse(body) as { t?: number | string }).t ?? 0);
      const isExpired = t > 0 && t * 1000 < someMomentMs;
      response.writeHead(body.includes('forged') ? 401 : isExpired ? 429 : 200).end();
    });
    const plan = planOf(1_000, { ...allHabits, losses: 0 });
    const unproven = plan.deliveries.filter(({ kind, callback }) => {
      return kind === 'EXPIRED' || (kind === 'FORGED' && callback.kind !== 'OTHER');
    });
    expect(unproven.length).toBeGreaterThan(2);
    const report = await deliverTo(url, plan, { connections: 4 });
    expect(report.failed).toEqual([]);
    expect([...report.refused].sort((one, other) => one - other)).toEqual(unproven.map(({ number }) => number));
  });

  test('is given up where too much of it fails', async () => {
    const { url, bodies } = await listen(answerWith(400));
    const plan = planOf(60);
    const report = await deliverTo(url, plan);
    expect(report.failed).toHaveLength(plan.deliveries.length);
    expect(bodies).toHaveLength(failuresMax);
  });

  test('sends what carries no time one after another, each after the answer to the one before', async () => {
    const open = new Set<string>();
    let overlaps = 0;
    const { url } = await listen((_attempt, response, body) => {
      const { task_id: taskId, source_urls: sources } = JSON.parse(body) as Record<string, string>;
      const queue = sources ?? taskId ?? '';
      if (open.has(queue)) overlaps += 1;
      open.add(queue);
      setImmediate(() => {
        open.delete(queue);
        response.writeHead(200).end();
      });
    });
    const { deliveries, lost } = planDeliveries(smallScenario('lanes', someMomentMs, { sessions: 0, tasks: 60 }), {
      ...noHabits,
      duplicates: 0.8,
    });
    const timeless = deliveries.filter(({ queue }) => queue !== null);
    expect(timeless.length).toBeGreaterThan(50);
    await deliverTo(url, { deliveries: timeless, lost }, { connections: 16 });
    expect(overlaps).toBe(0);
  });
});
