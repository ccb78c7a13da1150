import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import { erase } from '../../src/erasure/erase.ts';
import { newestErasure } from '../../src/erasure/erasure-events.ts';
import { planErasure } from '../../src/erasure/erasure-plan.ts';
import { Closing } from '../../src/kernel/this-process.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { withLogToSearch } from '../../src/node/erasures.ts';
import { openSealing } from '../../src/node/sealing.ts';
import { recordOf } from '../../src/operations/transfer/log-access.ts';
import { checkLogFile } from '../../src/log/sqlite/digest-chain.ts';
import { openPatientEventStore } from '../support/sqlite-store.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const dayMs = 86_400_000;

const arrival = fc.record({
  kind: fc.constant('ARRIVAL' as const),
  session: fc.integer({ min: 1, max: 4 }),
  address: fc.integer({ min: 1, max: 3 }),
});
const erasure = fc.record({ kind: fc.constant('ERASURE' as const), address: fc.integer({ min: 1, max: 3 }) });
const nextDay = fc.constant({ kind: 'NEXT_DAY' as const });
const steps = fc.array(fc.oneof({ weight: 6, arbitrary: arrival }, { weight: 2, arbitrary: erasure }, nextDay), {
  minLength: 4,
  maxLength: 14,
});

const addressOf = (number: number) => `203.0.113.${number}`;

/** What each event shows after these steps: its address, or null once a session in which somebody still had the address was erased. */
function expected(all: readonly { kind: string; session?: number; address?: number }[]): (string | null)[] {
  const shown: { session: number; address: string | null }[] = [];
  for (const { kind, session = 0, address = 0 } of all) {
    if (kind === 'ARRIVAL') shown.push({ session, address: addressOf(address) });
    if (kind !== 'ERASURE') continue;
    const sessions = new Set(shown.filter((one) => one.address === addressOf(address)).map((one) => one.session));
    for (const one of shown) if (sessions.has(one.session)) one.address = null;
  }
  return shown.map(({ address }) => address);
}

test('whatever is recorded and erased in whatever order, exactly what was erased is null, and the log stays sound', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const [data, keys] = [makeTemporaryFolder(), makeTemporaryFolder()];
      let nowMs = Date.UTC(2026, 0, 30, 12);
      const clock = () => nowMs;
      for (const step of all) {
        if (step.kind === 'NEXT_DAY') nowMs += dayMs;
        // Each step is a process of its own, so that it closes the key of the one before.
        const closing = new Closing(silentLogger);
        const store = openPatientEventStore(data.path, clock);
        closing.add('log', () => store.close());
        const sealing = await openSealing({
          folder: keys.path,
          dataDir: data.path,
          part: 'recorder',
          isDrained: () => true,
          clock,
          logger: silentLogger,
          closing,
        });
        const append = sealing.appendTo(store.append.bind(store));
        if (step.kind === 'ARRIVAL') {
          const body = pushBody({ sequence: String(step.session), user_ip: addressOf(step.address) });
          const metadata = writeArrival({ receivedAtMs: nowMs, signature: 'VALID', remoteAddress: '198.51.100.1' });
          const event = { eventId: randomUUID(), type: 'CssPush', data: Buffer.from(JSON.stringify(body)), metadata };
          await append('pushedStream-1/a/live/show', [event], 'any');
        } else if (step.kind === 'ERASURE') {
          await withLogToSearch(data.path, keys.path, async (log) => {
            const plan = await planErasure(log, { address: addressOf(step.address) }, () => undefined);
            const { targets, unsealed, ...counts } = plan;
            expect(unsealed).toBe(0);
            const asked = {
              erasureId: randomUUID(),
              foundBy: ['ADDRESS'] as const,
              reason: 'r',
              by: null,
              askedAtMs: 0,
            };
            const lists = Object.fromEntries([...targets].map(([masterId, subjects]) => [masterId, [...subjects]]));
            const eraser = { keysFolder: keys.path, log, append, signal: new AbortController().signal };
            const pending = { ...asked, ...counts, targets: lists };
            await erase(pending, { ...eraser, onProgress: () => undefined });
            const done = await newestErasure(log.stored);
            // Again, as after a crash before it was forgotten.
            await erase(pending, { ...eraser, onProgress: () => undefined });
            expect(await newestErasure(log.stored)).toBe(done);
          });
        }
        await closing.closeAll();
      }
      const shown = await withLogToSearch(data.path, keys.path, async ({ opened }) => {
        const addresses: unknown[] = [];
        for await (const event of recordOf(opened)) {
          expect(event.isDamaged).toBeUndefined();
          if (event.type === 'CssPush')
            addresses.push((JSON.parse(Buffer.from(event.data).toString()) as { user_ip: unknown }).user_ip);
        }
        return addresses;
      });
      expect(shown).toEqual(expected(all));
      const check = checkLogFile(data.path);
      let step = check.next();
      while (step.done !== true) step = check.next();
      expect(step.value.damages).toBe(0);
      data.remove();
      keys.remove();
    }),
    { numRuns: 25 },
  );
});
