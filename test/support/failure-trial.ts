import { expect } from '@jest/globals';
import path from 'node:path';
import type { DeliveryReport } from '../../simulator/delivery/delivery-report.ts';
import { askLedger } from './ask-ledger.ts';
import { askUntil } from './ask-until.ts';
import { newPrefix } from './eventstoredb-log.ts';
import { foldAfresh, hashOfRows, type FreshFold } from './fresh-fold.ts';
import { endLedger, startLedger, type LedgerProcess } from './live-ledger-process.ts';
import { checkAt, deliverTo, openSecrets, simulationOf, type DeliverToOptions, type Simulation } from './simulation.ts';
import { patientMs } from './patience.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Some callbacks arrive twice, many in another order. */
const habits = { duplicates: 0.1, shufflePositions: 30, losses: 0, forgeries: 0, expired: 0 };

/** Sizes of simulations: fewer than a hundred callbacks, about two hundred, and about a thousand. */
export const few = { sessions: 4, tasks: 1 };
const some = { sessions: 20, tasks: 5 };
export const aThousand = { sessions: 150, tasks: 25 };

export interface SendOptions extends Pick<DeliverToOptions, 'connections' | 'onProgress'> {
  /** Spreads the callbacks evenly over this many seconds; if absent, they are sent as fast as they are answered. */
  readonly seconds?: number;
  readonly size?: typeof some;
}

/** The whole product in its own process on EventStoreDB, and everything sent to it. */
export interface FailureTrial {
  readonly url: string;
  readonly ledger: LedgerProcess;
  /** Starts the process, on the same folder each time. */
  serve(): Promise<void>;
  /** Runs another command instead of the process; resolves with its exit status. */
  run(command: string, ...flags: readonly string[]): Promise<number | null>;
  /** Sends SIGTERM, on which it exits with 0. */
  stop(): Promise<void>;
  /** Sends SIGKILL. */
  kill(): Promise<void>;
  /** Sends a simulation's callbacks; fails unless the first answer to each is 200. */
  send(name: string, options?: SendOptions): Promise<void>;
  projection(): Promise<ShownProjection>;
  untilProjection(fits: (projection: ShownProjection) => boolean): Promise<ShownProjection>;
  /** Resolves once an event after this position is projected, with the position then projected. */
  untilBehind(position: bigint): Promise<bigint>;
  /**
   * Checks that everything sent and answered 200 is shown once, as it was sent; then stops the process and checks that its rows are those
   * of a fresh copy of the log, folded at once.
   */
  expectAllShown(): Promise<void>;
  /** A fresh copy of the log as the server has it now, folded in one batch. */
  freshFold(): Promise<FreshFold>;
  /** Stops expecting what was sent until now: the server that had it was emptied. */
  forget(): void;
  close(): Promise<void>;
}

export interface ShownProjection {
  readonly position: string | null;
  readonly lagEvents: number;
  readonly stalledBecause: string | null;
  readonly notFollowedBecause: string | null;
  readonly spool: { readonly events: number; readonly eventsRefused: number };
  readonly poisoned: readonly { readonly reason: string }[];
}

export function openFailureTrial(serverUrl: string): FailureTrial {
  const folder = makeTemporaryFolder();
  const prefix = newPrefix();
  const dataDir = path.join(folder.path, 'node');
  const processes: LedgerProcess[] = [];
  let [url, ledger] = ['', null as LedgerProcess | null];
  let sent: [Simulation, DeliveryReport][] = [];

  const start = (...args: readonly string[]) => {
    const environment = { DATA_DIR: dataDir, EVENT_STORE_URL: serverUrl, EVENT_STORE_PREFIX: prefix, PORT: '0' };
    const started = startLedger(args, environment);
    processes.push(started);
    return started;
  };
  const current = () => {
    if (ledger === null) throw new Error('Nothing was started.');
    return ledger;
  };
  const projection = async () => {
    const { projections } = await askLedger<{ projections: ShownProjection[] }>(
      url,
      '{ projections { position lagEvents stalledBecause notFollowedBecause spool { events eventsRefused } poisoned { reason } } }',
    );
    const [shown] = projections;
    if (shown === undefined) throw new Error('There is no projection.');
    return shown;
  };
  const untilProjection: FailureTrial['untilProjection'] = (fits) => askUntil(projection, fits);

  const trial: FailureTrial = {
    get url() {
      return url;
    },
    get ledger() {
      return current();
    },
    async serve() {
      ledger = start('serve');
      url = await ledger.url();
    },
    async run(...args) {
      return start(...args).ended();
    },
    async stop() {
      current().kill('SIGTERM');
      expect(await current().ended()).toBe(0);
    },
    async kill() {
      current().kill('SIGKILL');
      expect(await current().ended()).toBeNull();
    },
    async send(name, { seconds, size = some, connections = 32, onProgress = () => undefined } = {}) {
      const simulation = simulationOf(name, openSecrets, habits, size);
      const count = simulation.plan.deliveries.length;
      const rate = seconds === undefined ? 0 : count / seconds;
      const options = { rate, connections, onProgress, retries: 0, timeoutMs: patientMs };
      const report = await deliverTo(url, simulation, options);
      expect(report.attemptsByOutcome).toEqual({ 200: count });
      sent.push([simulation, report]);
    },
    projection,
    untilProjection,
    async untilBehind(before) {
      const { position } = await untilProjection((projection) => BigInt(projection.position ?? 0) > before);
      return BigInt(position ?? 0);
    },
    async expectAllShown() {
      await untilProjection(({ spool, notFollowedBecause }) => spool.events === 0 && notFollowedBecause === null);
      const { end, hash } = await trial.freshFold();
      const { poisoned, spool } = await untilProjection(({ position }) => BigInt(position ?? 0) >= end);
      expect([poisoned, spool]).toEqual([[], { events: 0, eventsRefused: 0 }]);
      for (const [simulation, report] of sent) {
        expect((await checkAt(url, simulation, report)).differences).toEqual([]);
      }
      await trial.stop();
      expect(hashOfRows(dataDir)).toBe(hash);
    },
    freshFold: () => foldAfresh(serverUrl, prefix),
    forget() {
      sent = [];
    },
    async close() {
      for (const one of processes) await endLedger(one);
      folder.remove();
    },
  };
  return trial;
}
