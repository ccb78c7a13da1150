import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leaseTimes } from '../../../src/forwarding/lease/lease-stream.ts';
import type { Attempt } from '../../../src/forwarding/post.ts';
import { targetWith } from '../forwarding-fixture.ts';
import { openLeaseFixture, type LeaseFixture, type LeaseNode } from './lease-fixture.ts';

/** Milliseconds after its death in which a node is replaced: what the issue asks for. */
const takeoverMsMax = 30_000;

/** Two nodes, of which the first forwards. */
async function openTwo(fixture: LeaseFixture): Promise<[LeaseNode, LeaseNode]> {
  const first = fixture.openNode('first');
  await fixture.until(async () => (await first.leased.status())?.isActiveHere === true);
  const second = fixture.openNode('second');
  await fixture.until(async () => (await second.leased.status()) !== null);
  return [first, second];
}
const isActive = async ({ leased }: LeaseNode) => (await leased.status())?.isActiveHere === true;

test('one of two nodes forwards; after it was killed the other one does within 30 s, and each stream is in order', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  await fixture.record('a', 'b', 'a', 'a', 'b');
  await fixture.until(() => fixture.sent.length === 5);
  expect(fixture.sentBy('second')).toEqual([]);
  await fixture.pass(3_000);
  first.become('killed');
  const killedAtMs = fixture.time.nowMs;
  await fixture.record('a', 'b', 'c');
  await fixture.until(() => isActive(second));
  expect(fixture.time.nowMs - killedAtMs).toBeLessThanOrEqual(takeoverMsMax);
  await fixture.until(() => fixture.sentBy('second').length === 3);
  expect(fixture.firstSent()).toEqual(await fixture.recorded());
  await second.leased.close();
});

test('a node whose copy of the log gets nothing hands over, although it could renew its lease, and takes none', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  first.become('uncopied');
  const brokenAtMs = fixture.time.nowMs;
  await fixture.record('a', 'b');
  await fixture.until(() => isActive(second));
  expect(fixture.time.nowMs - brokenAtMs).toBeLessThanOrEqual(takeoverMsMax);
  await fixture.until(() => fixture.sentBy('second').length === 2);
  await second.leased.close();
  await fixture.pass(2 * takeoverMsMax);
  expect(await isActive(first)).toBe(false);
  expect(JSON.stringify(first.lines)).toContain('has handed a target over');
  await first.leased.close();
});

test('what the killed node had not saved is sent again, with what had failed there and its attempts', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  fixture.answer = ({ stream }): Attempt =>
    stream === 'bad' ? { kind: 'FAILED', fault: 'HTTP_5XX', retryAfterMs: null } : { kind: 'DELIVERED' };
  await fixture.record('bad', 'good', 'bad');
  await fixture.until(async () => ((await second.leased.status())?.retrying[0]?.attempts ?? 0) >= 2);
  first.become('killed');
  await fixture.record('good');
  await fixture.until(() => isActive(second));
  const [failed] = (await second.leased.status())?.retrying ?? [];
  expect(failed?.attempts).toBeGreaterThanOrEqual(2);
  fixture.answer = () => ({ kind: 'DELIVERED' });
  await fixture.until(async () => (await second.leased.status())?.lagEvents === 0);
  expect(fixture.firstSent()).toEqual(await fixture.recorded());
  await second.leased.close();
});

test('a node that is stopped in the ordinary way hands over at the next look of another', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  await fixture.record('a');
  await fixture.until(() => fixture.sent.length === 1);
  await first.leased.close();
  const closedAtMs = fixture.time.nowMs;
  await fixture.until(() => isActive(second));
  expect(fixture.time.nowMs - closedAtMs).toBeLessThanOrEqual(leaseTimes.lookEveryMs);
  await fixture.record('a');
  await fixture.until(() => fixture.sent.length === 2);
  expect(fixture.firstSent()).toEqual(await fixture.recorded());
  await second.leased.close();
});

test('a node is stopped within 4 s and begins no delivery while the store does not answer; another one takes over', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  first.become('unanswered');
  // It looks at the stream, and waits for the store.
  await fixture.pass(2 * leaseTimes.lookEveryMs);
  const closingAtMs = fixture.time.nowMs;
  let isClosed = false;
  const closed = first.leased.close().then(() => {
    isClosed = true;
    return fixture.time.nowMs;
  });
  await fixture.record('a');
  await fixture.until(() => isClosed);
  expect((await closed) - closingAtMs).toBeLessThanOrEqual(4_000);
  await fixture.until(() => fixture.sent.length === 1);
  expect(fixture.sentBy('first')).toEqual([]);
  await second.leased.close();
});

test('a node that the store does not answer stops by itself before another begins', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  first.become('cut off');
  const cutOffAtMs = fixture.time.nowMs;
  while (!(await isActive(second))) {
    await fixture.record('a');
    await fixture.pass(500);
  }
  await fixture.until(async () => (await second.leased.status())?.lagEvents === 0);
  const lastOfFirst = fixture.sentBy('first').at(-1)?.atMs ?? 0;
  expect(lastOfFirst).toBeGreaterThan(cutOffAtMs);
  expect(lastOfFirst).toBeLessThan(fixture.sentBy('second')[0]?.atMs ?? 0);
  expect(fixture.firstSent()).toEqual(await fixture.recorded());
  expect(JSON.stringify(first.lines)).toContain('the lease of a target has run out');
  first.become('running');
  await fixture.pass(takeoverMsMax);
  expect(await isActive(first)).toBe(false);
  await first.leased.close();
  await second.leased.close();
});

test('a node whose lease has run out goes on from what it had, if nobody came in between: only what was not answered is sent again', async () => {
  const fixture = openLeaseFixture();
  const node = fixture.openNode('alone');
  await fixture.until(() => isActive(node));
  await fixture.pass(3_000);
  node.become('cut off');
  const brokenOff: Attempt = { kind: 'FAILED', fault: 'CONNECTION', retryAfterMs: null };
  // It ends after the lease: the next forwarder waits for it.
  const ends = new Promise<Attempt>((resolve) => fixture.time.after(15_000, () => resolve(brokenOff)));
  fixture.answer = ({ stream }) => (stream === 'slow' ? ends : { kind: 'DELIVERED' });
  await fixture.record('slow', 'a', 'a');
  await fixture.until(async () => !(await isActive(node)));
  expect(fixture.sent.map(({ stream }) => stream)).toEqual(['slow', 'a', 'a']);
  node.become('running');
  await fixture.pass(2_000);
  fixture.answer = () => ({ kind: 'DELIVERED' });
  await fixture.until(() => isActive(node));
  await fixture.until(async () => (await node.leased.status())?.lagEvents === 0);
  expect(fixture.sent.map(({ stream }) => stream)).toEqual(['slow', 'a', 'a', 'slow']);
  await node.leased.close();
});

test('what a node had when its lease ran out is of no account once another node had the target', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  await fixture.pass(3_000);
  first.become('cut off');
  await fixture.record('a');
  await fixture.until(() => isActive(second));
  await fixture.record('a', 'b');
  await fixture.until(() => fixture.sentBy('second').length === 3);
  await second.leased.close();
  first.become('running');
  await fixture.until(() => isActive(first));
  await fixture.pass(1_000);
  expect(fixture.sentBy('first')).toHaveLength(1);
  await first.leased.close();
});

test('what an operator has changed while the lease had run out is kept', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  await fixture.record('a');
  await fixture.until(() => fixture.sent.length === 1);
  first.become('cut off');
  await fixture.until(async () => !(await isActive(first)));
  await second.leased.change({ what: 'pause' });
  first.become('running');
  await fixture.until(() => isActive(first));
  expect(await first.leased.status()).toMatchObject({ state: 'PAUSED' });
  await first.leased.close();
  await second.leased.close();
});

test('a node that was suspended and replaced sends nothing more when it wakes, and cannot move the checkpoint', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  first.become('suspended');
  await fixture.record('a', 'b');
  const before = fixture.sentBy('first').length;
  await fixture.until(() => isActive(second));
  await fixture.until(async () => (await second.leased.status())?.lagEvents === 0);
  first.become('running');
  await fixture.record('a', 'b');
  await fixture.pass(5_000);
  expect(fixture.sentBy('first')).toHaveLength(before);
  expect(await isActive(first)).toBe(false);
  expect(await isActive(second)).toBe(true);
  expect(fixture.firstSent()).toEqual(await fixture.recorded());
  await first.leased.close();
  await second.leased.close();
});

test('operators pause, resume, replay and skip on whichever node; it lasts though the node that forwards is killed', async () => {
  const fixture = openLeaseFixture();
  const [first, second] = await openTwo(fixture);
  await fixture.record('a');
  await fixture.until(() => fixture.sent.length === 1);
  await second.leased.change({ what: 'pause' });
  expect((await second.leased.status())?.state).toBe('PAUSED');
  await fixture.until(async () => (await first.leased.status())?.state === 'PAUSED');
  await fixture.record('a');
  await fixture.pass(3_000);
  expect(fixture.sent).toHaveLength(1);
  await first.leased.change({ what: 'resume' });
  await fixture.until(() => fixture.sent.length === 2);

  await second.leased.change({ what: 'replay', after: 1n });
  await fixture.until(() => fixture.sent.length === 4);
  expect(fixture.sent.map(({ position }) => position)).toEqual([2n, 3n, 2n, 3n]);

  fixture.answer = () => ({ kind: 'FAILED', fault: 'HTTP_4XX', retryAfterMs: null });
  await fixture.record('b');
  await fixture.until(async () => (await second.leased.status())?.retrying.length === 1);
  await second.leased.change({ what: 'skip' });
  expect(await second.leased.status()).toMatchObject({ retrying: [], setAsideTotal: 1, lagEvents: 0 });
  expect(second.leased.setAside()).toMatchObject([{ position: 4n, fault: 'HTTP_4XX' }]);
  await fixture.until(async () => (await first.leased.status())?.setAsideTotal === 1);

  first.become('killed');
  await second.leased.change({ what: 'pause' });
  await fixture.until(() => isActive(second));
  expect(await second.leased.status()).toMatchObject({ state: 'PAUSED', setAsideTotal: 1 });
  await second.leased.close();
});

test('the stream of a target is bounded, however long it is forwarded to', async () => {
  const fixture = openLeaseFixture();
  const node = fixture.openNode('first');
  await fixture.until(() => isActive(node));
  for (let look = 0; look < 700; look += 1) {
    await fixture.record('a');
    await fixture.pass(leaseTimes.lookEveryMs);
  }
  const kept = fixture.leases.streams.get('forwarding-one')?.events ?? [];
  expect(kept.at(-1)?.revision).toBeGreaterThan(600n);
  expect(kept.length).toBeLessThan(300);
  await node.leased.close();
  const next = fixture.openNode('next');
  await fixture.until(() => isActive(next));
  await fixture.pass(1_000);
  expect(fixture.firstSent()).toEqual(await fixture.recorded());
  expect(fixture.sent).toHaveLength(700);
  await next.leased.close();
});

test('whatever happens to three nodes: everything is sent, and the first sending of each stream is in its order', async () => {
  const step = fc.oneof(
    fc.record({
      what: fc.constant('record' as const),
      streams: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }),
    }),
    fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    fc.record({
      what: fc.constantFrom('suspended' as const, 'cut off' as const, 'running' as const, 'killed' as const),
      node: fc.nat(2),
    }),
    fc.record({ what: fc.constantFrom('pause' as const, 'resume' as const), node: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.integer({ min: 2, max: 7 }), async (steps, failsEach) => {
      const fixture = openLeaseFixture();
      let asked = 0;
      fixture.answer = () =>
        (asked += 1) % failsEach === 0
          ? { kind: 'FAILED', fault: 'HTTP_5XX', retryAfterMs: null }
          : { kind: 'DELIVERED' };
      const nodes = ['0', '1', '2'].map((name) => fixture.openNode(name));
      await fixture.until(async () => (await nodes[0]?.leased.status()) !== null);
      for (const one of steps) {
        if (one.what === 'record') await fixture.record(...one.streams);
        else if (one.what === 'pass') await fixture.pass(one.ms);
        else if (one.what === 'pause' || one.what === 'resume')
          void nodes[one.node]?.leased.change({ what: one.what }).catch(() => undefined);
        else if (one.what !== 'killed') nodes[one.node]?.become(one.what);
        else {
          nodes[one.node]?.become('killed');
          nodes[one.node] = fixture.openNode(`${one.node} again at ${fixture.time.nowMs}`);
        }
      }
      for (const node of nodes) node.become('running');
      const [last] = nodes;
      await fixture.pass(takeoverMsMax);
      await last?.leased.change({ what: 'resume' });
      await fixture.until(async () => (await last?.leased.status())?.lagEvents === 0);
      expect(fixture.firstSent()).toEqual(await fixture.recorded());
      for (const node of nodes) await node.leased.close();
    }),
    { numRuns: 30 },
  );
});

test('where each delivery is saved before the next one, a kill at any of them repeats that one alone', async () => {
  for (const killedAt of [1, 3, 6]) {
    const fixture = openLeaseFixture(targetWith({ concurrency: 1 }), { savesEach: true });
    const [first, second] = await openTwo(fixture);
    fixture.answer = ({ node }) => {
      if (node === 'first' && fixture.sent.length === killedAt) first.become('killed');
      return { kind: 'DELIVERED' };
    };
    await fixture.record('a', 'b', 'c', 'd', 'e', 'f');
    await fixture.until(() => fixture.sentBy('second').length === 7 - killedAt);
    expect(fixture.sentBy('second')[0]?.position).toBe(fixture.sentBy('first').at(-1)?.position);
    await fixture.until(async () => (await second.leased.status())?.lagEvents === 0);
    expect(fixture.sent).toHaveLength(7);
    await second.leased.close();
  }
});

test('where each delivery is saved, one that could not be is not sent again by the same node after its lease ran out', async () => {
  const fixture = openLeaseFixture(targetWith({ concurrency: 1 }), { savesEach: true });
  const node = fixture.openNode('alone');
  await fixture.until(() => isActive(node));
  node.become('cut off');
  await fixture.record('a', 'b');
  await fixture.until(async () => !(await isActive(node)));
  node.become('running');
  await fixture.until(async () => (await node.leased.status())?.lagEvents === 0);
  expect(fixture.sent.map(({ stream }) => stream)).toEqual(['a', 'b']);
  await node.leased.close();
});

test('of a target whose deliveries are saved one by one, the next one waits while they can not be', async () => {
  const fixture = openLeaseFixture(targetWith({ concurrency: 1 }), { savesEach: true });
  const node = fixture.openNode('first');
  await fixture.until(async () => (await node.leased.status())?.isActiveHere === true);
  node.become('cut off');
  await fixture.record('a', 'b');
  await fixture.pass(leaseTimes.validForMs - 2_000);
  expect(fixture.sent).toHaveLength(1);
  expect(node.leased.isActive).toBe(true);
  node.become('running');
  await fixture.until(() => fixture.sent.length === 2);
  await node.leased.close();
});
