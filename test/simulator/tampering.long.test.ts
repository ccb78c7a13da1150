import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Delivery } from '../../simulator/delivery/delivery-plan.ts';
import { forgeryOf } from '../../simulator/delivery/delivery-request.ts';
import type {
  SimulatedCallback,
  SimulatedInterruption,
  SimulatedRelay,
} from '../../simulator/scenario/simulated-callback.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { checkAt, deliverTo, noHabits, openSecrets, simulationOf, type Simulation } from '../support/simulation.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

/** Delivers something else than is checked for, and returns what the check says: where, expected and found. */
async function differencesAfter(
  simulation: Simulation,
  tamper: (deliveries: readonly Delivery[]) => readonly Delivery[],
  url = app.app.url,
): Promise<string[]> {
  const deliveries = tamper(simulation.plan.deliveries);
  const report = await deliverTo(url, { ...simulation, plan: { ...simulation.plan, deliveries } });
  expect(report.failed).toEqual([]);
  const { differences } = await checkAt(url, simulation, report);
  return differences.map(({ where, expected, found }) => `${where}: ${expected} / ${found}`);
}

const simulated = (seed: string) => simulationOf(seed, openSecrets, noHabits);

function find<Callback extends SimulatedCallback>(
  { scenario }: Simulation,
  fits: (callback: SimulatedCallback) => callback is Callback,
): Callback {
  const found = scenario.callbacks.find(fits);
  if (found === undefined) throw new Error('The simulation has no such callback; choose another seed.');
  return found;
}

const isEndOf = (code: number) =>
  ((callback) => callback.kind === 'INTERRUPTION' && callback.code === code) as (
    callback: SimulatedCallback,
  ) => callback is SimulatedInterruption;
const isNamedExit = (callback: SimulatedCallback): callback is SimulatedRelay =>
  callback.kind === 'RELAY' && callback.event.type === 'EXIT' && callback.event.namesTask;
const isFileStart = (callback: SimulatedCallback): callback is SimulatedRelay =>
  callback.kind === 'RELAY' && callback.event.type === 'FILE_START' && callback.task.dialect.clock !== 'NONE';

function replaced(deliveries: readonly Delivery[], callback: SimulatedCallback, by: SimulatedCallback | null) {
  return deliveries.flatMap((delivery) => {
    if (delivery.callback.number !== callback.number) return delivery;
    return by === null ? [] : { ...delivery, callback: by };
  });
}

test('a callback that is missing is a difference in its session, and nowhere else', async () => {
  const simulation = simulated('one is dropped');
  const end = find(simulation, isEndOf(16));
  const { sequence, appId } = end.activity;
  const differences = await differencesAfter(simulation, (deliveries) => replaced(deliveries, end, null));
  expect(differences.filter((line) => !line.includes(sequence))).toEqual([]);
  expect(differences).toContainEqual(
    expect.stringMatching(
      new RegExp(`^callback of type 0 of account ${appId}, sequence ${sequence}, at .*: to be there / nothing$`),
    ),
  );
  expect(differences).toContainEqual(
    expect.stringMatching(
      new RegExp(`^session ${sequence} of account ${appId}: state: "ENDED" / "(LIVE|SUPERSEDED)"$`),
    ),
  );
  expect(differences).toContain(`session ${sequence} of account ${appId}: deliveries: 2 / 1`);
  expect(differences).toContain(`session ${sequence} of account ${appId}: endCode: 16 / null`);
});

test('another code is one difference', async () => {
  const simulation = simulated('a code is changed');
  const end = find(simulation, isEndOf(1));
  const { sequence, appId } = end.activity;
  expect(await differencesAfter(simulation, (deliveries) => replaced(deliveries, end, { ...end, code: 2 }))).toEqual([
    `session ${sequence} of account ${appId}: endCode: 1 / 2`,
  ]);
});

test('another exit code is one difference in the task and one in the run', async () => {
  const simulation = simulated('an exit is changed');
  const exit = find(simulation, isNamedExit);
  const { taskId, appId } = exit.task;
  const changed = { ...exit, event: { ...exit.event, code: -99 } } as SimulatedRelay;
  const differences = await differencesAfter(simulation, (deliveries) => replaced(deliveries, exit, changed));
  expect(differences.length).toBeGreaterThan(0);
  for (const line of differences) {
    expect(line).toMatch(
      new RegExp(`^relay task ${taskId} of account ${appId}: (runs run \\d )?exitCode(Text)?: .* / (-99|null)$`),
    );
  }
});

test('a delivery too many is a difference of the callback, and of its session', async () => {
  const simulation = simulated('one comes twice');
  const end = find(simulation, isEndOf(1));
  const { sequence, appId } = end.activity;
  const differences = await differencesAfter(simulation, (deliveries) => {
    const [again] = deliveries.filter(({ callback }) => callback.number === end.number);
    return again === undefined ? deliveries : [...deliveries, { ...again, kind: 'REPEAT', number: deliveries.length }];
  });
  expect(differences).toEqual([
    `session ${sequence} of account ${appId}: deliveries: 2 / 3`,
    expect.stringMatching(
      new RegExp(`^callback of type 0 of account ${appId}, sequence ${sequence}, .* deliveries: 1 / 2$`),
    ),
  ]);
});

test('a redelivery that is counted as a callback of its own is a difference', async () => {
  const simulation = simulated('one is counted twice');
  const start = find(simulation, isFileStart);
  const { taskId, appId } = start.task;
  const differences = await differencesAfter(simulation, (deliveries) => {
    const [again] = deliveries.filter(({ callback }) => callback.number === start.number);
    // The same event with another body: the ledger can't know it as a redelivery.
    const other = {
      ...start,
      event: { ...start.event, message: 'odd', index: 77 },
    } as unknown as SimulatedRelay;
    return again === undefined ? deliveries : [...deliveries, { ...again, callback: other, number: deliveries.length }];
  });
  const of = `of account ${appId}`;
  expect(differences.filter((line) => !line.includes(taskId) || !line.includes(of))).toEqual([]);
  expect(differences).toContainEqual(expect.stringMatching(/^relay task .* file 77: nothing \/ there$/));
  expect(differences).toContainEqual(
    expect.stringMatching(
      new RegExp(`^callback VodSourceFileStart ${of}, task ${taskId}, at .* \\(2\\):: nothing / there$`),
    ),
  );
});

test('what was forged and believed is a difference', async () => {
  const simulation = simulated('forged');
  const end = find(simulation, isEndOf(1));
  const { sequence } = end.activity;
  const differences = await differencesAfter(simulation, (deliveries) => {
    const [true_] = deliveries.filter(({ callback }) => callback.number === end.number);
    return true_ === undefined ? deliveries : [...deliveries, { ...true_, kind: 'FORGED', number: deliveries.length }];
  });
  expect(differences.filter((line) => !line.includes(sequence))).toEqual([]);
  expect(differences).toContainEqual(
    expect.stringContaining(`endMessage: "The push client actively stopped the push" / "forged"`),
  );
});

test('what is missing in quarantine is a difference, and so is what is there too many', async () => {
  const secrets = { keys: [{ domain: null, key: 'a-key' }], tokens: ['a-token-of-the-callback-url'] };
  const guarded = await startApp({ authenticity: secrets });
  try {
    const simulation = simulationOf('kept apart', secrets, { ...noHabits, forgeries: 0.2 });
    const forged = simulation.plan.deliveries.filter(({ kind }) => kind === 'FORGED');
    const [first, second] = ['INVALID', 'UNSIGNED'].map((signature) => {
      return forged.find((delivery) => forgeryOf(delivery) === signature);
    });
    if (first === undefined || second === undefined) throw new Error('Choose another seed: nothing of both is forged.');
    const differences = await differencesAfter(
      simulation,
      (deliveries) => [
        ...deliveries.filter((delivery) => delivery !== first),
        { ...second, number: deliveries.length },
      ],
      guarded.app.url,
    );
    const changes = differences.map((line) => {
      const [, share = line, expected, found] =
        /^quarantine of account \d+, (.*): count: (\d+) \/ (\d+)$/.exec(line) ?? [];
      return [share, Number(found) - Number(expected)] as const;
    });
    expect(changes).toHaveLength(2);
    expect(new Map(changes)).toEqual(
      new Map([
        ['FORGED, INVALID', -1],
        ['UNPROVEN, UNSIGNED', 1],
      ]),
    );
  } finally {
    await guarded.close();
  }
});
