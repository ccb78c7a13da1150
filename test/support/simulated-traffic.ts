import { pushBody } from './callback-bodies.ts';
import type { LedgerNode } from './ledger-node.ts';
import { allHabits, checkAt, smallScenario, someMomentMs } from './simulation.ts';
import { spreadOver } from './spread-client.ts';
import { deliver } from '../../simulator/delivery/deliver.ts';
import type { DeliveryReport } from '../../simulator/delivery/delivery-report.ts';
import { planDeliveries } from '../../simulator/delivery/delivery-plan.ts';
import type { Difference } from '../../simulator/actual/differences.ts';

export const trafficSecrets = {
  keys: [{ domain: null, key: 'key-of-the-template' }],
  tokens: ['token-of-the-callback-url'],
};

/** Settings with which receiving nodes accept the traffic. */
export const trafficEnvironment = {
  CSS_CALLBACK_KEYS: trafficSecrets.keys.map(({ key }) => key).join(','),
  CSS_CALLBACK_TOKENS: trafficSecrets.tokens.join(','),
};

/** A simulation delivered to several nodes, part by part. */
export interface SimulatedTraffic {
  /** How many nodes took the same callback, and what each answered. */
  readonly client: ReturnType<typeof spreadOver>;
  /** Delivers the next part; `atHalf` begins when half of it is answered, while the rest continues. */
  part(atHalf?: () => Promise<unknown>): Promise<void>;
  /** Sends one callback of a separate account to one node: a node that shows it shows everything answered before. */
  mark(node: LedgerNode, sequence: string): Promise<void>;
  /** How a query node's data differs from what was sent. */
  differencesAt(url: string): Promise<readonly Difference[]>;
  close(): void;
}

export const markAppId = '77';

export function openSimulatedTraffic(nodes: readonly LedgerNode[], seed: string, parts: number): SimulatedTraffic {
  const scenario = smallScenario(seed, someMomentMs, { sessions: 90, tasks: 30 });
  const plan = planDeliveries(scenario, allHabits);
  const client = spreadOver(nodes, seed);
  const reports: DeliveryReport[] = [];
  return {
    client,
    async part(atHalf = () => Promise.resolve()) {
      const { length } = plan.deliveries;
      const boundOf = (part: number) => Math.ceil((length * part) / parts);
      const deliveries = plan.deliveries.slice(boundOf(reports.length), boundOf(reports.length + 1));
      const begun: Promise<unknown>[] = [];
      const report = await deliver(
        { ...plan, deliveries },
        {
          client,
          secrets: trafficSecrets,
          seed: scenario.seed,
          rate: 0,
          connections: 8,
          retries: 6,
          clock: Date.now,
          onProgress: (done) => {
            if (begun.length === 0 && done * 2 >= deliveries.length) begun.push(atHalf());
          },
        },
      );
      reports.push(report);
      if (report.failed.length > 0) throw new Error(`Not delivered: ${JSON.stringify(report)}`);
      await Promise.all(begun);
    },
    async mark(node, sequence) {
      const body = JSON.stringify(pushBody({ sequence, appid: Number(markAppId) }));
      const url = `${node.url() ?? ''}/callbacks/css/${trafficSecrets.tokens[0] ?? ''}`;
      const { status } = await fetch(url, { method: 'POST', body, headers: { connection: 'close' } });
      if (status !== 200) throw new Error(`The mark was answered with ${status}.`);
    },
    async differencesAt(url) {
      if (reports.length < parts) throw new Error('Not all of it was delivered.');
      // Several nodes, or a node killed before it answered, took some callbacks: they may be recorded more often than planned.
      const unanswered = new Map(plan.deliveries.map(({ number }) => [number, Infinity]));
      const refused = new Set(reports.flatMap((report) => [...report.refused]));
      const [last] = reports;
      if (last === undefined) throw new Error('Nothing was delivered.');
      const counts = { ...last, failed: [], refused, unanswered };
      return (await checkAt(url, { scenario, plan, secrets: trafficSecrets }, counts)).differences;
    },
    close() {
      client.close();
    },
  };
}
