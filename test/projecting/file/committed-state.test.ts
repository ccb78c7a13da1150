import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openSqliteReadModels, type SqliteReadModels } from '../../../src/projecting/file/sqlite-read-models.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { patientSnapshots } from '../../support/live-ledger-fixture.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { sourceOf, type TestReadModel } from '../../support/read-model.ts';
import { itself } from '../../../src/kernel/scope.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let readModels: SqliteReadModels;
beforeEach(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  readModels = openSqliteReadModels(patientSnapshots);
  readModels.readFrom(sourceOf(readModel));
});
afterEach(async () => {
  readModels.close();
  await ledger.close();
});

const state = () => readModels.snapshots.state();

/** What the projector commits, or retention, or whoever else writes. */
const commits = {
  async callback() {
    await ledger.append([{ body: pushBody({ sequence: 'one' }), receivedAtMs: 1 }]);
    readModel.project((await ledger.events()).slice(-1));
  },
  write: () =>
    Promise.resolve(readModel.db.exec('CREATE TABLE IF NOT EXISTS written (number); INSERT INTO written VALUES (1)')),
  nothing: () => Promise.resolve(),
  async read() {
    const snapshot = await readModels.snapshots.openForQuery(itself);
    snapshot.reader.checkpoint();
    readModels.newest.checkpoint();
    snapshot.close();
  },
};

test('property: the state has another name after each commit, and the same one otherwise', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...(Object.keys(commits) as (keyof typeof commits)[]))),
      async (kinds) => {
        let before = state();
        for (const kind of kinds) {
          await commits[kind]();
          const after = state();
          expect(after).not.toBeNull();
          expect(after === before).toBe(kind === 'nothing' || kind === 'read');
          before = after;
        }
      },
    ),
    { numRuns: 20 },
  );
});

test('another file has another state; where there is none, it has no name', () => {
  const before = state();
  expect(state()).toBe(before);
  readModels.readFrom(sourceOf(readModel));
  expect(state()).not.toBe(before);
  readModels.close();
  expect(state()).toBeNull();
});
