import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncidentRow } from '../../src/incidents/incident-fields.ts';
import type { RecordedEvent } from '../../src/log/event-store.ts';
import { everything, RowBudget } from '../../src/lists/listing.ts';
import { arrivalsOf, inOrder, ordinaryPushes, trafficBegins, type TrafficPush } from '../support/incident-traffic.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import type { TestReadModel } from '../support/read-model.ts';
import { numRunsOf } from '../support/num-runs.ts';

/** All incidents of a read model, the newest first. */
function incidentsOf(readModel: TestReadModel): Omit<IncidentRow, 'changed'>[] {
  const page = readModel.read((reader) =>
    reader.incidents({
      condition: everything,
      order: { by: 'STARTED_AT', descending: true },
      direction: 'forwards',
      from: null,
      rowsMax: 500,
      countMax: null,
      budget: new RowBudget(1_000),
    }),
  );
  return page.rows.map(({ row: { changed: _changed, ...row } }) => row);
}

/** What is known of the read model of these arrivals, in this order. */
async function after<Known>(
  arrivals: readonly TestArrival[],
  know: (readModel: TestReadModel) => Known,
): Promise<Known> {
  const known: Known[] = [];
  await withLedger(arrivals, async (ledger) => void known.push(know(await ledger.projected())));
  return known[0] as Known;
}

const incidentsAfter = (arrivals: readonly TestArrival[]) => after(arrivals, incidentsOf);

/** The incidents, and the habits by which later ones will be judged. */
const decided = (readModel: TestReadModel) => ({
  incidents: incidentsOf(readModel),
  hours: readModel.db.prepare('SELECT * FROM failure_hours').all(),
});

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
      const pushes = ordinaryPushes(300, 20, 7);
      let taken = 0;
      return pushes.map((push) => {
        const at = night + 6 * hour;
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

  /**
   * At one provider, every other minute one of 20 streams fails, each of them every 40 minutes, and 10 streams never fail; but for five
   * streams from this one on, which fail together on the second night.
   */
  function withUnsteady(first: number): TestArrival[] {
    const at = night + 24 * hour;
    const pushes = Array.from({ length: 30 }, (_, stream): TrafficPush[] => {
      const isTaken = stream >= first && stream < first + 5;
      const of = { stream, code: 12, accessPoint: '198.51.100.1' };
      if (stream >= 20) return [{ ...of, from: trafficBegins, to: isTaken ? at + 10 * (stream - first) : null }];
      return Array.from({ length: 60 }, (__, nth) => {
        const from = trafficBegins + 120 * stream + 2_400 * nth;
        const isIn = isTaken && from < at && from + 2_390 > at;
        return { ...of, from, to: isIn ? at + 10 * (stream - first) : from + 2_390 };
      });
    });
    return inOrder(arrivalsOf(pushes.flat()));
  }

  test('five streams that never fail show, though others of their provider fail all the time', async () => {
    expect(await incidentsAfter(withUnsteady(22))).toMatchObject([{ affected: 5, state: 'ONGOING' }]);
  });

  test('five of those that fail all the time do not', async () => {
    expect(await incidentsAfter(withUnsteady(7))).toEqual([]);
  });

  test('a stream that turns out to have failed less does not fail all the time', async () => {
    const failing = (stream: number, hours: number, second = stream) =>
      Array.from({ length: hours }, (_, nth) => {
        const to = night - (nth + 2) * hour + second;
        return { stream, from: to - 600, to, code: 12 };
      });
    const together = [0, 2, 3, 4, 5].map((stream, nth) => ({
      stream,
      from: night - 300,
      to: night + 12 * nth,
      code: 12,
    }));
    // Each minute one of these fails: among them, five do not show.
    const others = Array.from({ length: 20 }, (_, nth) => failing(10 + nth, 30, 60 * nth));
    const pushes = [...failing(0, 8), ...failing(1, 8), ...together, ...others.flat()];
    const all = inOrder(arrivalsOf(pushes.map((push) => ({ ...push, accessPoint: '198.51.100.1' }))));
    const end = (stream: number) =>
      all.filter(({ body }) => {
        const isOfStream = body['stream_id'] === `stream-${stream}` && body['event_type'] === 0;
        return isOfStream && body['event_time'] === night - 3 * hour + stream;
      });
    const [ofFirst, ofSecond] = [end(0), end(1)];
    const before = all.filter((arrival) => !ofSecond.includes(arrival));
    expect(await incidentsAfter(before)).toEqual([]);
    // Of two ends of a push, the later one counts. As many streams failed in that hour as before, but others.
    const asWanted = ofFirst.map((arrival) => ({
      ...arrival,
      body: { ...arrival.body, event_time: night - 3 * hour + 10, errcode: 1 },
    }));
    await withLedger([...before, ...asWanted, ...ofSecond], async (ledger) => {
      const readModel = ledger.openReadModel();
      const events = await ledger.events();
      readModel.project(events.slice(0, -2), 100);
      readModel.project(events.slice(-2), 2);
      expect(incidentsOf(readModel)).toMatchObject([{ affected: 5 }]);
    });
  });

  test('faults of the days before are no habit', async () => {
    const fault = (at: number, streams: number) =>
      Array.from({ length: streams }, (_, stream): TrafficPush => {
        return { stream, from: at - hour, to: at + ((stream * 12) % 60), code: 5 };
      });
    const before = [...fault(night + 20 * hour, 300), ...fault(night + 24 * hour, 300)];
    const first = { stream: 0, from: night, to: null, code: 0 };
    const found = await incidentsAfter(inOrder(arrivalsOf([first, ...before, ...fault(night + 48 * hour, 5)])));
    expect(found.map(({ affected }) => affected)).toEqual([5, 300, 300]);
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
  /** A stream that fails so many hours, perhaps all the time. */
  const unsteady = fc.record({
    stream: fc.integer({ min: 0, max: 11 }),
    minute: fc.integer({ min: 0, max: 40 }),
    hours: fc.integer({ min: 6, max: 14 }),
  });
  const burst = fc.record({
    at: fc.integer({ min: 60, max: 1_000 }).map((minute) => trafficBegins + minute * 60),
    streams: fc.integer({ min: 4, max: 16 }),
    code: fc.constantFrom(5, 12, 18),
    backAfter: fc.option(fc.integer({ min: 10, max: 3_000 })),
  });
  const arrivals = fc
    .tuple(
      fc.array(push, { maxLength: 12 }),
      fc.array(unsteady, { maxLength: 3 }),
      fc.array(burst, { minLength: 1, maxLength: 3 }),
    )
    .map(([pushes, unsteadies, bursts]) => {
      const failing = unsteadies.flatMap(({ stream, minute, hours }) =>
        Array.from({ length: hours }, (_, nth) => {
          const from = trafficBegins + 60 * minute + hour * nth;
          return { stream, from, to: from + 900, code: 12 };
        }),
      );
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
      const all = arrivalsOf([...single, ...failing, ...together]);
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
          const expected = await after(inOrder(all), decided);
          // Repetitions arrive when the first one did: otherwise the record would go on for longer.
          await withLedger([...permuted, ...repeated], async (ledger) => {
            const events: readonly RecordedEvent[] = await ledger.events();
            const readModel = ledger.openReadModel();
            const half = Math.floor(events.length / 2);
            readModel.project(events.slice(0, half), batchEventsMax);
            readModel.reopen();
            readModel.project(events.slice(half), batchEventsMax);
            expect(decided(readModel)).toEqual(expected);
          });
        },
      ),
      { numRuns: numRunsOf(40) },
    );
  });
});
