import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { everything, RowBudget } from '../../src/lists/listing.ts';
import { positionAfterCheckpoint, type ChangePosition } from '../../src/projecting/changes.ts';
import { projectBatch } from '../../src/projecting/project-batch.ts';
import { startProjector, createIncidentDecisions } from '../../src/projecting/projector.ts';
import { askUntil } from '../support/ask-until.ts';
import { arrivalsOf, inOrder, trafficBegins, type TrafficPush } from '../support/incident-traffic.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import type { TestReadModel } from '../support/read-model.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

/** Streams that push for hours, and then end within a minute with an internal fault of CSS. */
const fault: readonly TrafficPush[] = Array.from({ length: 40 }, (_, stream) => ({
  stream,
  from: trafficBegins + stream,
  to: trafficBegins + 6 * 3_600 + stream,
  code: 5,
}));

/** The events before the last 20 ends: the first one says which ledger this is. */
const half = 1 + 40 + 20;

let ledger: Ledger;
let readModel: TestReadModel;
const { logger, lines } = openRecordingLogger();
beforeEach(async () => {
  lines.length = 0;
  ledger = openLedger();
  await ledger.append(inOrder(arrivalsOf(fault)));
  readModel = ledger.openReadModel();
});
afterEach(() => ledger.close());

const project = async (from: number, to?: number) =>
  projectBatch(readModel.rows, (await ledger.events()).slice(from, to), logger);

/** How many streams each incident takes. */
const affected = () => readModel.db.prepare<[], number>('SELECT affected FROM incidents').pluck().all();

describe('decisions on incidents', () => {
  test('take a fortieth of the time: the longer the last one took, the longer the next one waits', async () => {
    let nowMs = 0;
    const { rows } = readModel;
    const slow = {
      ...rows,
      decideIncidents() {
        rows.decideIncidents();
        nowMs += 10;
      },
    };
    const decisions = createIncidentDecisions(slow, logger, () => nowMs);
    expect(decisions.dueInMs()).toBeNull();
    await project(0, half);
    expect(decisions.dueInMs()).toBe(0);
    decisions.decideIfDue();
    expect(affected()).toEqual([20]);
    expect(decisions.dueInMs()).toBeNull();
    await project(half);
    expect(decisions.dueInMs()).toBe(390);
    decisions.decideIfDue();
    expect(affected()).toEqual([20]);
    nowMs += 390;
    decisions.decideIfDue();
    expect(affected()).toEqual([40]);
  });

  test('are not forgotten by a process that ends before', async () => {
    await project(0);
    readModel.reopen();
    const decisions = createIncidentDecisions(readModel.rows, logger);
    expect(decisions.dueInMs()).toBe(0);
    decisions.decideIfDue();
    expect(affected()).toEqual([40]);
  });

  test('are made by a projector, though nothing more arrives', async () => {
    const { store } = ledger;
    const projector = await startProjector({ store, rows: readModel.rows, logger });
    await ledger.append(
      arrivalsOf(fault.map((push) => ({ ...push, stream: push.stream + 100 }))).map((arrival, index) => ({
        ...arrival,
        body: { ...arrival.body, sequence: String(8_000_000 + index) },
      })),
    );
    await askUntil(
      () => Promise.resolve(affected()),
      (streams) => streams.length === 1 && streams[0] === 80,
    );
    await projector.stop();
  });

  test('that fail spoil no callback: they are logged once, and tried again', async () => {
    let nowMs = 0;
    let isBroken = true;
    const { rows } = readModel;
    const broken = {
      ...rows,
      decideIncidents() {
        if (isBroken) throw new TypeError('a secret');
        rows.decideIncidents();
      },
    };
    const decisions = createIncidentDecisions(broken, logger, () => nowMs);
    for (const from of [0, 20, 40, 60, 80]) {
      await project(from, from + 20);
      decisions.decideIfDue();
      nowMs += decisions.dueInMs() ?? 0;
    }
    expect(readModel.read((reader) => reader.poisoned(10))).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('a secret');
    isBroken = false;
    decisions.decideIfDue();
    expect(affected()).toEqual([40]);
  });
});

describe('while incidents are undecided', () => {
  /** The incidents that changed after a position, and up to where that is everything. */
  const changesAfter = (after: ChangePosition) =>
    readModel.read(({ changes }) => {
      const page = changes.incidents({ condition: everything, orFits: null })(after, 100);
      return { affected: page.changes.map(({ row }) => row.affected), to: page.to };
    });
  const listed = () =>
    readModel.read((reader) =>
      reader.incidents({
        condition: everything,
        order: { by: 'STARTED_AT', descending: true },
        direction: 'forwards',
        from: null,
        rowsMax: 10,
        countMax: null,
        budget: new RowBudget(100),
      }),
    );

  test('a reader of changes misses none, though the checkpoint has not moved when they are decided on', async () => {
    await project(0, half);
    const early = changesAfter(positionAfterCheckpoint(null));
    expect(early.affected).toEqual([]);
    readModel.rows.decideIncidents();
    const first = changesAfter(early.to);
    expect(first.affected).toEqual([20]);
    await project(half);
    expect(changesAfter(first.to)).toEqual({ affected: [], to: first.to });
    readModel.rows.decideIncidents();
    expect(changesAfter(first.to).affected).toEqual([40]);
  });

  test('the cursor of a list is before what is yet to be decided on', async () => {
    await project(0, half);
    readModel.rows.decideIncidents();
    await project(half);
    const page = listed();
    expect(page.rows.map(({ row }) => row.affected)).toEqual([20]);
    readModel.rows.decideIncidents();
    expect(changesAfter(positionAfterCheckpoint(page.checkpoint)).affected).toEqual([40]);
    expect(listed().checkpoint).toBe(readModel.rows.checkpoint());
  });
});
