import fc from 'fast-check';
import { interruptionBody, pushBody } from './callback-bodies.ts';
import type { TestArrival } from './ledger.ts';

/** All times are multiples of this. */
export const apartMs = 30_000;
/** Berlin's clocks go forward around this time. */
export const changeMs = Date.parse('2026-03-29T01:00:00Z');

const slot = (max: number) => fc.nat({ max });
const oneOf = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { freq: 4 });

/** Sessions that may lack a callback or a time, arriving in any order, some days late. */
export const sessionHistory: fc.Arbitrary<readonly TestArrival[]> = fc
  .array(
    fc.record({
      stream: oneOf('s1', 's1', 's2'),
      domain: oneOf('a.example.com', 'b.example.com'),
      appid: oneOf(1, 1, 2),
      // Some within minutes of each other.
      beginsAt: fc.oneof(slot(4 * 24 * 120), slot(16)),
      slots: oneOf(0, 1, 2, 5, 119, 120, 121, 719, 720, 721, 2_880, 9_000),
      push: maybe(oneOf(true, true, true, false)),
      end: maybe(oneOf(true, true, true, false)),
      duration: maybe(oneOf('60000', '3600000', '86400000', '30000')),
      errcode: oneOf(1, 8, 21, 99),
      lateSlots: oneOf(0, 0, 1, 7, 5_000),
    }),
    { maxLength: 14 },
  )
  .map((sessions) =>
    sessions.flatMap((one, index): TestArrival[] => {
      const beganMs = changeMs - 2 * 86_400_000 + one.beginsAt * apartMs;
      const of = {
        sequence: String(7_000_000_000_000_000_000n + BigInt(index)),
        ...{ appid: one.appid, app: one.domain, stream_id: one.stream, node: `10.0.0.${index % 2}` },
      };
      const arrival = (body: Record<string, unknown>, atMs: number, hasTime: boolean): TestArrival => ({
        body: { ...body, ...of, event_time: hasTime ? atMs / 1_000 : undefined },
        receivedAtMs: atMs + one.lateSlots * apartMs,
      });
      const end = { errcode: one.errcode, push_duration: one.duration ?? undefined };
      return [
        ...(one.push === null ? [] : [arrival(pushBody(), beganMs, one.push)]),
        ...(one.end === null ? [] : [arrival(interruptionBody(end), beganMs + one.slots * apartMs, one.end)]),
      ];
    }),
  )
  .chain((arrivals) => fc.shuffledSubarray(arrivals, { minLength: arrivals.length }));
