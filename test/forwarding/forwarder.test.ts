import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getMaxListeners } from 'node:events';
import fc from 'fast-check';
import { pendingMaxOf } from '../../src/forwarding/forwarder.ts';
import type { Attempt } from '../../src/forwarding/post.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { openForwardingFixture, targetWith, type Sent } from './forwarding-fixture.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const failure: Attempt = { kind: 'FAILED', fault: 'HTTP_5XX', retryAfterMs: null };
const positionsOf = (sent: readonly Sent[]) => sent.map(({ position }) => position);

test('a new target begins with what is recorded from then on, and goes on there after a stop', async () => {
  const fixture = openForwardingFixture(folder.path);
  await fixture.record('a');
  const first = await fixture.open();
  await fixture.record('a', 'b');
  await first.close();
  const second = await fixture.open();
  await fixture.until(async () => (await second.forwarder.status()).lagEvents === 0);
  // The log begins with an event of its own.
  expect(positionsOf(fixture.sent)).toEqual([3, 4]);
  expect(await second.forwarder.status()).toMatchObject({ state: 'RUNNING', position: 4n, lagMs: 0, delivered: 2 });
  await second.close();
});

test('whatever fails, and wherever it is killed, everything is delivered, each stream in order', async () => {
  const runs = fc.record({
    streams: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 40 }),
    failing: fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }),
    killedAfter: fc.array(fc.nat(15), { maxLength: 3 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ streams, failing, killedAfter, concurrency }) => {
      const own = makeTemporaryFolder();
      const fixture = openForwardingFixture(own.path, targetWith({ concurrency }));
      let asked = 0;
      let atOnce = 0;
      const delivered: Sent[] = [];
      fixture.answer = async (sent) => {
        atOnce += 1;
        expect(atOnce).toBeLessThanOrEqual(concurrency);
        await new Promise(setImmediate);
        atOnce -= 1;
        asked += 1;
        if (failing[asked] === true) return failure;
        delivered.push(sent);
        return { kind: 'DELIVERED' };
      };
      let running = await fixture.open();
      await fixture.record(...streams);
      for (const sent of killedAfter) {
        const before = fixture.sent.length;
        await fixture.until(async () => {
          const { lagEvents } = await running.forwarder.status();
          return fixture.sent.length >= before + sent || lagEvents === 0;
        });
        await running.crash();
        // What was under way ends with the process.
        await fixture.until(() => atOnce === 0);
        running = await fixture.open();
      }
      await fixture.until(async () => (await running.forwarder.status()).lagEvents === 0);
      await running.close();
      for (const stream of new Set(streams)) {
        const expected = streams.flatMap((one, index) => (one === stream ? [index + 2] : []));
        const arrived = positionsOf(delivered.filter((sent) => sent.stream === stream));
        expect([...new Set(arrived)]).toEqual(expected);
      }
      own.remove();
    }),
    { numRuns: 40 },
  );
});

describe('a callback that is not taken', () => {
  test('for a fault of the service has failed as by any other: the log has it, without its message', async () => {
    const fixture = openForwardingFixture(folder.path);
    fixture.answer = () => {
      if (fixture.sent.length === 1) throw new TypeError('canary');
      return { kind: 'DELIVERED' };
    };
    const { forwarder, close } = await fixture.open();
    await fixture.record('a', 'a');
    await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
    expect(positionsOf(fixture.sent)).toEqual([2, 2, 3]);
    expect(await forwarder.status()).toMatchObject({ attempts: 3, delivered: 2, failures: { CONNECTION: 1 } });
    const lines = fixture.lines.filter((line) => line.includes('ended by a fault of the service'));
    expect(lines).toEqual([expect.stringMatching(/"position":"2","fault":"TypeError"/)]);
    expect(fixture.lines.join()).not.toContain('canary');
    await close();
  });

  test('is tried again with growing pauses, and set aside in the end; its stream waits, no other does', async () => {
    const fixture = openForwardingFixture(folder.path, targetWith({ giveUpAfterMs: 60_000 }));
    fixture.answer = ({ position }) => (position === 2 ? failure : { kind: 'DELIVERED' });
    const { forwarder, state, close } = await fixture.open();
    await fixture.record('a', 'a', 'b');
    await fixture.until(() => fixture.sent.length >= 3);
    expect(positionsOf(fixture.sent)).toEqual([2, 4, 2]);
    expect((await forwarder.status()).retrying).toMatchObject([{ position: 2n, fault: 'HTTP_5XX' }]);
    await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
    // After 0, 1, 3, 7, 15, 31 and 63 seconds.
    expect(positionsOf(fixture.sent)).toEqual([2, 4, 2, 2, 2, 2, 2, 2, 3]);
    expect(await forwarder.status()).toMatchObject({
      setAsideTotal: 1,
      position: 4n,
      retrying: [],
      failures: { HTTP_5XX: 7 },
    });
    await fixture.until(() => state.setAside('one', 10).length === 1);
    expect(state.setAside('one', 10)).toMatchObject([{ position: 2n, attempts: 7, fault: 'HTTP_5XX' }]);
    expect(fixture.lines.join()).toContain('callbacks could not be forwarded, and were set aside');
    await close();
  });

  test('keeps nothing of its stream waiting where the target wants no order', async () => {
    const fixture = openForwardingFixture(folder.path, targetWith({ isOrdered: false }));
    fixture.answer = ({ position }) => (position === 2 ? failure : { kind: 'DELIVERED' });
    const { forwarder, close } = await fixture.open();
    await fixture.record('a', 'a', 'a');
    await fixture.until(async () => (await forwarder.status()).delivered === 2);
    expect((await forwarder.status()).retrying).toMatchObject([{ position: 2n }]);
    await close();
  });

  test('is set aside at once by skip, and after a restart still counts from its first failure', async () => {
    const fixture = openForwardingFixture(folder.path);
    fixture.answer = () => failure;
    const first = await fixture.open();
    await fixture.record('a', 'b');
    await fixture.until(async () => (await first.forwarder.status()).retrying.length === 2);
    const before = (await first.forwarder.status()).retrying;
    await first.close();
    const second = await fixture.open();
    const after = (await second.forwarder.status()).retrying;
    expect(after.map(({ firstFailedAtMs }) => firstFailedAtMs)).toEqual(
      before.map(({ firstFailedAtMs }) => firstFailedAtMs),
    );
    await fixture.until(() => fixture.sent.length >= 6);
    second.forwarder.change({ what: 'skip' });
    await fixture.until(async () => (await second.forwarder.status()).lagEvents === 0);
    expect(
      second.state
        .setAside('one', 10)
        .map(({ position }) => position)
        .sort(),
    ).toEqual([2n, 3n]);
    await second.close();
  });

  test('is set aside by skip without another attempt while it waits for one', async () => {
    const fixture = openForwardingFixture(folder.path);
    fixture.answer = () => failure;
    const { forwarder, state, close } = await fixture.open();
    await fixture.record('a', 'b');
    await fixture.until(async () => (await forwarder.status()).retrying.length === 2);
    const attempts = fixture.sent.length;
    forwarder.change({ what: 'skip' });
    expect([state.setAside('one', 10).length, fixture.sent.length]).toEqual([2, attempts]);
    await close();
  });

  test('is set aside without an attempt where the log is damaged', async () => {
    const fixture = openForwardingFixture(folder.path);
    const { forwarder, close } = await fixture.open();
    await fixture.record('a');
    const event = fixture.log.events[1];
    if (event != null) fixture.log.events[1] = { ...event, isDamaged: true };
    await fixture.until(async () => (await forwarder.status()).setAsideTotal === 1);
    expect([fixture.sent, (await forwarder.status()).failures.DAMAGED]).toEqual([[], 1]);
    await close();
  });
});

test('where a restored log has another event at the position of a callback that is pending, that event is not sent', async () => {
  const fixture = openForwardingFixture(folder.path);
  fixture.answer = () => new Promise(() => undefined);
  const first = await fixture.open();
  await fixture.record('a', 'b');
  await fixture.until(() => fixture.sent.length === 2);
  first.forwarder.change({ what: 'resume' });
  await first.crash();
  // The beginning of an epoch, where the lost log had the second callback.
  const [, , lost] = fixture.log.events;
  if (lost != null) fixture.log.events[2] = { ...lost, streamName: 'ledger', recordedAtMs: lost.recordedAtMs + 1 };
  fixture.answer = () => ({ kind: 'DELIVERED' });
  const { forwarder, close } = await fixture.open();
  await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
  expect(fixture.sent.slice(2)).toEqual([{ stream: 'a', position: 2 }]);
  await close();
});

describe('a target that does not answer', () => {
  test('is called by one request at a time, with growing pauses, until it answers', async () => {
    const fixture = openForwardingFixture(folder.path, targetWith({ concurrency: 4 }));
    let isUp = false;
    let [atOnce, atOnceMost] = [0, 0];
    fixture.answer = async () => {
      atOnce += 1;
      atOnceMost = Math.max(atOnceMost, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      return isUp ? { kind: 'DELIVERED' } : failure;
    };
    const { forwarder, close } = await fixture.open();
    await fixture.record(...Array.from({ length: 100 }, (_, index) => `s${index}`));
    await fixture.until(async () => (await forwarder.status()).state === 'FAILING' && atOnce === 0);
    const [attempts, beganMs] = [fixture.sent.length, fixture.time.nowMs];
    atOnceMost = 0;
    await fixture.until(() => fixture.time.nowMs - beganMs > 600_000);
    expect(atOnceMost).toBe(1);
    expect(fixture.sent.length - attempts).toBeLessThan(20);
    isUp = true;
    await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
    expect(new Set(positionsOf(fixture.sent)).size).toBe(100);
    expect((await forwarder.status()).state).toBe('RUNNING');
    const logged = ['fails', 'answers again'].map((what) =>
      fixture.lines.filter((line) => line.includes(`a target of forwarding ${what}`)),
    );
    expect(logged).toEqual([[expect.stringContaining('"attempts":')], [expect.stringContaining('"failures":')]]);
    await close();
  });

  test('is said in the log to be behind, by how much and with what was tried, at most every ten minutes', async () => {
    const fixture = openForwardingFixture(folder.path);
    fixture.answer = () => failure;
    const { forwarder, close } = await fixture.open();
    await fixture.record('a');
    const beganMs = fixture.time.nowMs;
    await fixture.until(() => fixture.time.nowMs - beganMs > 1_500_000);
    const behind = fixture.lines
      .filter((line) => line.includes('a target of forwarding is behind'))
      .map((line) => JSON.parse(line) as { target: string; lagMs: number; attempts: number; failures: number });
    const { attempts } = await forwarder.status();
    expect(behind).toHaveLength(3);
    for (const [index, line] of behind.entries()) {
      expect(line.target).toBe('one');
      expect(line.lagMs).toBeGreaterThanOrEqual(60_000 + index * 600_000);
      expect(line.attempts).toBe(line.failures);
      expect(line.attempts).toBeLessThan(attempts);
    }
    await close();
  });

  test('is left alone for as long as it asks', async () => {
    const fixture = openForwardingFixture(folder.path);
    fixture.answer = () => (fixture.sent.length === 1 ? { ...failure, retryAfterMs: 90_000 } : { kind: 'DELIVERED' });
    const { close } = await fixture.open();
    await fixture.record('a');
    const beganMs = fixture.time.nowMs;
    await fixture.until(() => fixture.sent.length === 1);
    await fixture.record('b');
    await fixture.until(() => fixture.sent.length >= 2);
    expect(fixture.time.nowMs - beganMs).toBeGreaterThanOrEqual(90_000);
    await close();
  });

  test('is called at once where an operator resumes it, however long it has asked to be left alone', async () => {
    const fixture = openForwardingFixture(folder.path);
    fixture.answer = () =>
      fixture.sent.length === 1 ? { ...failure, retryAfterMs: 3_600_000 } : { kind: 'DELIVERED' };
    const { forwarder, close } = await fixture.open();
    await fixture.record('a');
    const beganMs = fixture.time.nowMs;
    await fixture.until(async () => (await forwarder.status()).retrying.length === 1);
    forwarder.change({ what: 'pause' });
    forwarder.change({ what: 'resume' });
    await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
    expect(fixture.time.nowMs - beganMs).toBeLessThan(60_000);
    await close();
  });

  test('all targets together have no more pending than 32 may have', () => {
    for (let targets = 1; targets <= 256; targets += 1) {
      expect(pendingMaxOf(targets)).toBeLessThanOrEqual(10_000);
      expect(pendingMaxOf(targets) * targets).toBeLessThanOrEqual(320_000);
    }
    expect([pendingMaxOf(32), pendingMaxOf(256)]).toEqual([10_000, 1_250]);
  });

  test('makes nobody read further than 10,000 callbacks ahead', async () => {
    const fixture = openForwardingFixture(folder.path, targetWith({ concurrency: 1 }));
    const first = await fixture.open();
    first.forwarder.change({ what: 'pause' });
    await fixture.record(...Array.from({ length: 12_000 }, () => 'a'));
    // Reading ten thousand rows takes longer than many turns.
    let asked = 0;
    await fixture.until(() => (asked += 1) % 50 === 0 && pendingOf(first).length >= 10_000);
    await first.close();
    const second = await fixture.open();
    expect((await second.forwarder.status()).state).toBe('PAUSED');
    // What would read on reads on now.
    for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
    fixture.time.next();
    expect(pendingOf(second)).toHaveLength(10_000);
    second.forwarder.change({ what: 'resume' });
    await fixture.until(async () => (await second.forwarder.status()).lagEvents === 0);
    expect(positionsOf(fixture.sent)).toEqual(Array.from({ length: 12_000 }, (_, index) => index + 2));
    await second.close();
  });
});

/** What is kept on disk of the target. */
function pendingOf({ state }: Awaited<ReturnType<ReturnType<typeof openForwardingFixture>['open']>>) {
  return state.open('one').pending;
}

test('as many attempts may listen to a stop as may be under way: Node warns of no leak', async () => {
  const fixture = openForwardingFixture(folder.path, targetWith({ concurrency: 40 }));
  const most: number[] = [];
  fixture.answer = (_sent, signal) => {
    most.push(getMaxListeners(signal));
    return { kind: 'DELIVERED' };
  };
  const { forwarder, close } = await fixture.open();
  await fixture.record('a');
  await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
  expect(most).toEqual([40]);
  await close();
});

test('no more are sent in a second than the target takes', async () => {
  const fixture = openForwardingFixture(folder.path, targetWith({ perSecond: 10 }));
  const { close } = await fixture.open();
  const beganMs = fixture.time.nowMs;
  await fixture.record(...Array.from({ length: 31 }, (_, index) => `s${index}`));
  await fixture.until(() => fixture.sent.length === 31);
  expect(fixture.time.nowMs - beganMs).toBeGreaterThanOrEqual(3_000);
  await close();
});

test('a target that saves each delivery is sent nothing more while that fails; one that is killed then gets one again', async () => {
  const fixture = openForwardingFixture(folder.path, targetWith({ concurrency: 1 }), true);
  const linesOf = (message: string) => fixture.lines.filter((line) => line.includes(message));
  const first = await fixture.open();
  await fixture.record('a');
  await fixture.until(async () => (await first.forwarder.status()).lagEvents === 0);
  fixture.isReadOnly = true;
  await fixture.record('b', 'c', 'd');
  const beganMs = fixture.time.nowMs;
  await fixture.until(() => fixture.time.nowMs - beganMs > 5_000);
  expect(positionsOf(fixture.sent)).toEqual([2, 3]);
  // Once, however often it is tried.
  expect(linesOf('could not save')).toHaveLength(1);
  expect(linesOf('saves again')).toEqual([]);
  await first.crash();
  const second = await fixture.open();
  await fixture.until(() => fixture.sent.length === 3);
  const againMs = fixture.time.nowMs;
  await fixture.until(() => fixture.time.nowMs - againMs > 5_000);
  fixture.isReadOnly = false;
  await fixture.until(async () => (await second.forwarder.status()).lagEvents === 0);
  expect(positionsOf(fixture.sent)).toEqual([2, 3, 3, 4, 5]);
  await second.close();
  expect(linesOf('could not save')).toHaveLength(2);
  expect(linesOf('saves again')).toHaveLength(1);
});

test('what is answered although a stop cuts it off is done; what is not is sent again after the start', async () => {
  const fixture = openForwardingFixture(folder.path);
  fixture.answer = ({ stream }, signal) =>
    new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve(stream === 'a' ? { kind: 'DELIVERED' } : failure)),
    );
  const first = await fixture.open();
  await fixture.record('a', 'b');
  await fixture.until(() => fixture.sent.length === 2);
  await first.forwarder.close(0);
  await first.close();
  fixture.answer = () => ({ kind: 'DELIVERED' });
  const second = await fixture.open();
  await fixture.until(async () => (await second.forwarder.status()).lagEvents === 0);
  expect(positionsOf(fixture.sent)).toEqual([2, 3, 3]);
  await second.close();
});

test('a replay sends everything again from there, in order, also what was set aside', async () => {
  const fixture = openForwardingFixture(folder.path);
  const { forwarder, close } = await fixture.open();
  await fixture.record('a', 'b', 'a');
  await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
  fixture.sent.length = 0;
  forwarder.change({ what: 'replay', after: 2n });
  await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
  expect(positionsOf(fixture.sent)).toEqual([3, 4]);
  await close();
});

test('a replay from further on leaves out what is between, also what was read already, except for what has failed', async () => {
  const fixture = openForwardingFixture(folder.path);
  const { forwarder, state, close } = await fixture.open();
  fixture.answer = () => failure;
  await fixture.record('a');
  await fixture.until(async () => (await forwarder.status()).retrying.length === 1);
  forwarder.change({ what: 'pause' });
  await fixture.record('a', 'b', 'c', 'd');
  await fixture.until(() => state.open('one').readTo === 6n);
  forwarder.change({ what: 'replay', after: 5n });
  expect(await forwarder.status()).toMatchObject({ state: 'PAUSED', lagEvents: 2 });
  fixture.answer = () => ({ kind: 'DELIVERED' });
  fixture.sent.length = 0;
  forwarder.change({ what: 'resume' });
  await fixture.until(async () => (await forwarder.status()).lagEvents === 0);
  expect(positionsOf(fixture.sent).sort()).toEqual([2, 6]);
  await close();
});

test('a replay while everything is under way loses nothing, also when it is killed', async () => {
  const fixture = openForwardingFixture(folder.path);
  const answers: (() => void)[] = [];
  fixture.answer = () => new Promise((resolve) => answers.push(() => resolve({ kind: 'DELIVERED' })));
  const first = await fixture.open();
  await fixture.record('a', 'b');
  await fixture.until(() => answers.length === 2);
  first.forwarder.change({ what: 'replay', after: 1n });
  for (const answerNow of answers.splice(0)) answerNow();
  await fixture.until(() => answers.length === 2);
  await first.crash();
  fixture.answer = () => ({ kind: 'DELIVERED' });
  const second = await fixture.open();
  await fixture.until(async () => (await second.forwarder.status()).lagEvents === 0);
  expect(positionsOf(fixture.sent)).toEqual([2, 3, 2, 3, 2, 3]);
  await second.close();
});
