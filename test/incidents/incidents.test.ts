import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncidentRow } from '../../src/incidents/incident-rows.ts';
import type { RecordedEvent } from '../../src/log/event-store.ts';
import { everything, RowBudget } from '../../src/lists/listing.ts';
import { arrivalsOf, inOrder, ordinaryPushes, trafficBegins, type TrafficPush } from '../support/incident-traffic.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import type { TestReadModel } from '../support/read-model.ts';

/** All incidents of a read model, the newest first. */
function incidentsOf(readModel: TestReadModel): Omit<IncidentRow, 'changed'>[] {
  const page = readModel.read((reader) =>
    reader.incidents({
      condition: everything,
      order: { by: 'STARTED_AT', descending: true },
      ...{ direction: 'forwards', from: null, rowsMax: 500, countMax: null, budget: new RowBudget(1_000) },
    }),
  );
  return page.rows.map(({ row: { changed: _changed, ...row } }) => row);
}

/** The incidents of these arrivals, in this order. */
async function incidentsAfter(arrivals: readonly TestArrival[]): Promise<Omit<IncidentRow, 'changed'>[]> {
  let found: Omit<IncidentRow, 'changed'>[] = [];
  await withLedger(arrivals, async (ledger) => {
    found = incidentsOf(await ledger.projected());
  });
  return found;
}

const hour = 3_600;
const night = trafficBegins + 12 * hour + 28 * 60 + 39;

/** 518 streams have pushed for hours; 300 of them end within a minute with an internal fault of CSS, and 180 come back. */
function theNight(): TrafficPush[] {
  return Array.from({ length: 518 }, (_, stream): TrafficPush[] => {
    const from = trafficBegins + 11 * hour + stream;
    if (stream >= 300) return [{ stream, from, to: null, code: 0 }];
    const to = night + (stream % 58);
    const ended = { stream, from, to, code: 5 };
    return stream < 180 ? [ended, { stream, from: to + 30 + stream, to: null, code: 0 }] : [ended];
  }).flat();
}

describe('incidents', () => {
  test('the night: one incident, with what it took, what is back, and what it has in common', async () => {
    const found = await incidentsAfter(inOrder(arrivalsOf(theNight())));
    expect(found).toMatchObject([
      {
        state: 'RECOVERING',
        kind: 'PUSH',
        side: 'PLATFORM',
        code: 5,
        domain: 'push.example.com',
        path: 'live',
        accessPoint: null,
        startedAtMs: night * 1_000,
        lastFailedAtMs: (night + 57) * 1_000,
        affected: 300,
        back: 180,
        notBack: 120,
        failures: 300,
        overSinceMs: null,
      },
    ]);
  });

  test('it is over once all are back', async () => {
    const rest = theNight()
      .filter(({ code, stream }) => code === 5 && stream >= 180)
      .map(({ stream }) => ({ stream, from: night + 900 + stream, to: null, code: 0 }));
    const found = await incidentsAfter(inOrder(arrivalsOf([...theNight(), ...rest])));
    expect(found).toMatchObject([
      { state: 'OVER', affected: 300, back: 300, notBack: 0, overSinceMs: (night + 900 + 299) * 1_000 },
    ]);
  });

  test('it is over, and some streams are missing, once they have not come back for a day', async () => {
    const later = arrivalsOf([{ stream: 900, from: night + 25 * hour, to: null, code: 0 }]).map(
      ({ body, ...rest }) => ({
        ...rest,
        body: { ...body, sequence: '17' },
      }),
    );
    const found = await incidentsAfter([...inOrder(arrivalsOf(theNight())), ...later]);
    expect(found).toMatchObject([
      { state: 'OVER', back: 180, notBack: 120, overSinceMs: (night + 57 + 30 + 173) * 1_000 },
    ]);
  });

  test('a fault at the access points of one provider is one of that network', async () => {
    const pushes = Array.from({ length: 90 }, (_, stream): TrafficPush => {
      const isOfProvider = stream % 3 === 1;
      return {
        stream,
        from: trafficBegins + stream,
        to: isOfProvider ? night + (stream % 20) : null,
        code: isOfProvider ? 12 + (stream % 4) : 0,
      };
    });
    expect(await incidentsAfter(inOrder(arrivalsOf(pushes)))).toMatchObject([
      { side: 'NETWORK', code: null, accessPointNetwork: '198.51.101.0/24', affected: 30, state: 'ONGOING' },
    ]);
  });

  test('nine streams that fail within a minute show, though others of their provider fail all the time', async () => {
    const fault = (streamsMax: number, seconds: number) => {
      const pushes = ordinaryPushes(500, 48, 7);
      let taken = 0;
      return pushes.map((push) => {
        const at = night + 24 * hour;
        const isTaken =
          push.stream % 3 === 1 && push.stream % 10 !== 9 && push.from < at && (push.to ?? Infinity) > at + 300;
        if (!isTaken || taken >= streamsMax) return push;
        taken += 1;
        return { ...push, to: at + taken * seconds, code: 12 + (taken % 3) };
      });
    };
    expect(await incidentsAfter(inOrder(arrivalsOf(fault(9, 6))))).toMatchObject([
      { side: 'NETWORK', accessPointNetwork: '198.51.101.0/24' },
    ]);
    expect(await incidentsAfter(inOrder(arrivalsOf(fault(9, 170))))).toEqual([]);
  });

  test('a day of ordinary traffic has none', async () => {
    expect(await incidentsAfter(inOrder(arrivalsOf(ordinaryPushes(200, 24, 7))))).toEqual([]);
  });
});

describe('property: incidents depend on the recorded callbacks alone', () => {
  /** A few streams of two domains and providers, with faults close to what is unusual. */
  const push = fc.record({
    stream: fc.integer({ min: 0, max: 11 }),
    from: fc.integer({ min: 0, max: 200 }).map((minute) => trafficBegins + minute * 60),
    length: fc.constantFrom(60, 600, 3_600),
    code: fc.constantFrom(5, 5, 12, 1, 18),
    domain: fc.constantFrom('a.example', 'a.example', 'b.example'),
  });
  const burst = fc.record({
    at: fc.integer({ min: 60, max: 600 }).map((minute) => trafficBegins + minute * 60),
    streams: fc.integer({ min: 4, max: 16 }),
    code: fc.constantFrom(5, 12, 18),
    backAfter: fc.option(fc.integer({ min: 10, max: 3_000 })),
  });
  const arrivals = fc
    .tuple(fc.array(push, { maxLength: 12 }), fc.array(burst, { minLength: 1, maxLength: 3 }))
    .map(([pushes, bursts]) => {
      const single = pushes.map(({ length, ...one }) => ({ ...one, to: one.from + length }));
      const together = bursts.flatMap(({ at, streams, code, backAfter }, number) =>
        Array.from({ length: streams }, (_, index): TrafficPush[] => {
          const stream = 100 * (number + 1) + index;
          const to = at + ((index * 13) % 50);
          const ended = { stream, from: at - 3_000, to, code };
          return backAfter === null || index % 3 === 0
            ? [ended]
            : [ended, { stream, from: to + backAfter, to: null, code: 0 }];
        }).flat(),
      );
      const all = arrivalsOf([...single, ...together]);
      // A refused push has no push callback.
      return all.filter(({ body }, index) => !(body['event_type'] === 1 && all[index + 1]?.body['errcode'] === 18));
    });

  test('in any order, in any batches, with repetitions, and stopped anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        arrivals.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.shuffledSubarray(all, { maxLength: Math.min(10, all.length) }),
            fc.integer({ min: 1, max: 40 }),
          ),
        ),
        async ([all, permuted, repeated, batchEventsMax]) => {
          const expected = await incidentsAfter(inOrder(all));
          // Repetitions arrive when the first one did: otherwise the record would go on for longer.
          await withLedger([...permuted, ...repeated], async (ledger) => {
            const events: readonly RecordedEvent[] = await ledger.events();
            const readModel = ledger.openReadModel();
            const half = Math.floor(events.length / 2);
            readModel.project(events.slice(0, half), batchEventsMax);
            readModel.reopen();
            readModel.project(events.slice(half), batchEventsMax);
            expect(incidentsOf(readModel)).toEqual(expected);
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
