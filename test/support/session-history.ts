import fc from 'fast-check';
import { operatorFactsStream, writeFact } from '../../src/facts/operator-fact-events.ts';
import { interruptionBody, pushBody, without } from './callback-bodies.ts';
import { withLedger, type Ledger, type TestArrival } from './ledger.ts';

/** All times are multiples of this. */
export const apartMs = 30_000;
/** Berlin's clocks go forward around this time. */
export const changeMs = Date.parse('2026-03-29T01:00:00Z');

/** An operator's statement that a session has ended. */
export interface Closure {
  readonly sequence: string;
  /** The account that its session has. */
  readonly appId: string;
  /** Null: the operator does not say when. */
  readonly endedAtMs: number | null;
  readonly atMs: number;
}

/** All that is recorded of some pushes: of each at most one push callback and one interruption, and a statement of an operator. */
export interface SessionHistory {
  readonly arrivals: readonly TestArrival[];
  readonly closures: readonly Closure[];
}

/** Two of them are the same. */
export const addresses = ['10.1.0.1', '::ffff:10.1.0.1', '10.1.0.2'] as const;

const slot = (max: number) => fc.nat({ max });
const oneOf = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { freq: 4 });
const mostly = oneOf(true, true, true, true, false);

/**
 * Sessions that may lack a callback, a time or an account, and that CSS may have refused or an operator closed, arriving in any order,
 * some days late.
 */
export const sessionHistory: fc.Arbitrary<SessionHistory> = fc
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
      pushNamesAccount: mostly,
      endNamesAccount: mostly,
      duration: maybe(oneOf('60000', '3600000', '86400000', '30000')),
      errcode: oneOf(1, 8, 21, 99, 18, 19),
      lateSlots: oneOf(0, 0, 1, 7, 5_000),
      closed: fc.option(fc.record({ slots: oneOf(0, 1, 5, 720, 2_880), says: fc.boolean(), ms: oneOf(0, 1, 999) }), {
        freq: 2,
      }),
    }),
    { maxLength: 14 },
  )
  .map((sessions) => {
    const histories = sessions.map((one, index): SessionHistory => {
      const beganMs = changeMs - 2 * 86_400_000 + one.beginsAt * apartMs;
      const sequence = String(7_000_000_000_000_000_000n + BigInt(index));
      const of = {
        sequence,
        app: one.domain,
        stream_id: one.stream,
        node: `10.0.0.${index % 2}`,
        user_ip: addresses[index % 3],
      };
      const arrival = (
        body: Record<string, unknown>,
        { atMs, hasTime, namesAccount }: { atMs: number; hasTime: boolean; namesAccount: boolean },
      ): TestArrival => ({
        body: {
          ...without(body, 'appid'),
          ...of,
          ...(namesAccount && { appid: one.appid }),
          event_time: hasTime ? atMs / 1_000 : undefined,
        },
        receivedAtMs: atMs + one.lateSlots * apartMs,
      });
      const end = { errcode: one.errcode, push_duration: one.duration ?? undefined };
      const [pushed, ended] = [{ atMs: beganMs }, { atMs: beganMs + one.slots * apartMs }];
      const namesAccount = (one.push !== null && one.pushNamesAccount) || (one.end !== null && one.endNamesAccount);
      const closedAtMs = beganMs + (one.closed?.slots ?? 0) * apartMs + (one.closed?.ms ?? 0);
      return {
        arrivals: [
          ...(one.push === null
            ? []
            : [arrival(pushBody(), { ...pushed, hasTime: one.push, namesAccount: one.pushNamesAccount })]),
          ...(one.end === null
            ? []
            : [arrival(interruptionBody(end), { ...ended, hasTime: one.end, namesAccount: one.endNamesAccount })]),
        ],
        closures:
          one.closed === null
            ? []
            : [
                {
                  sequence,
                  appId: namesAccount ? String(one.appid) : 'unknown',
                  // Whoever does not say when it ended, states it then.
                  ...(one.closed.says
                    ? { endedAtMs: closedAtMs, atMs: closedAtMs + 86_400_000 }
                    : { endedAtMs: null, atMs: closedAtMs }),
                },
              ],
      };
    });
    return {
      arrivals: histories.flatMap(({ arrivals }) => arrivals),
      closures: histories.flatMap(({ closures }) => closures),
    };
  })
  .chain(({ arrivals, closures }) =>
    fc.record({
      arrivals: fc.shuffledSubarray([...arrivals], { minLength: arrivals.length }),
      closures: fc.constant(closures),
    }),
  );

/** A ledger with the history in its log. */
export function withHistory(
  { arrivals, closures }: SessionHistory,
  work: (ledger: Ledger) => Promise<void>,
): Promise<void> {
  return withLedger(arrivals, async (ledger) => {
    for (const { sequence: key, appId, endedAtMs, atMs } of closures) {
      const subject = { type: 'StreamSession', appId, key } as const;
      const fact = writeFact({ kind: 'CLOSED', subject, text: 'lost', by: null, atMs, endedAtMs });
      await ledger.appendEvent(operatorFactsStream, fact);
    }
    await work(ledger);
  });
}
