import { openHttpClient, NoAnswer, type HttpAnswer, type HttpClient } from '../../simulator/delivery/http-client.ts';
import { randomOf } from '../../simulator/scenario/random.ts';
import { patientMs } from './patience.ts';
import type { LedgerNode } from './ledger-node.ts';

/** Share of callbacks sent to all running nodes at the same time. */
const toAllShare = 0.15;

export interface SpreadClient extends HttpClient {
  /** 200 answers, by node. */
  readonly answered: ReadonlyMap<string, number>;
  /** How often two nodes took the same callback. */
  takenTwice(): number;
}

/** Sends to any running node, as a load balancer does, and some callbacks to all of them, as it never should. */
export function spreadOver(nodes: readonly LedgerNode[], seed: string): SpreadClient {
  const random = randomOf(seed, 'spread');
  const clients = new Map<string, HttpClient>();
  const answered = new Map<string, number>();
  let takenTwice = 0;

  const clientOf = (url: string) => {
    const known = clients.get(url);
    if (known !== undefined) return known;
    const client = openHttpClient({ url: new URL(url), connections: 16, timeoutMs: patientMs });
    clients.set(url, client);
    return client;
  };
  const postTo = async (node: LedgerNode, path: string, body: string): Promise<HttpAnswer> => {
    const url = node.url();
    if (url === null) throw new NoAnswer('it has gone');
    const answer = await clientOf(url).post(path, body);
    if (answer.status === 200) answered.set(node.name, (answered.get(node.name) ?? 0) + 1);
    return answer;
  };

  return {
    answered,
    takenTwice: () => takenTwice,
    async post(path, body) {
      const [first, ...others] = random.shuffled(nodes.filter((node) => node.url() !== null));
      if (first === undefined) throw new NoAnswer('no node is there');
      const chosen = random.chance(toAllShare) ? [first, ...others] : [first];
      const settled = await Promise.allSettled(chosen.map((node) => postTo(node, path, body)));
      const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const taken = answers.filter(({ status }) => status === 200);
      if (taken.length > 1) takenTwice += 1;
      const answer = taken[0] ?? answers[0];
      if (answer !== undefined) return answer;
      throw (settled[0] as PromiseRejectedResult).reason;
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}
