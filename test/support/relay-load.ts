import { Agent, request } from 'node:http';
import { parseSample } from './samples.ts';

/** Milliseconds between two bursts of callbacks. */
const burstEveryMs = 20;

/** The most unanswered callbacks: sending then pauses, so that a slow machine is not overloaded. */
const unansweredMax = 5_000;

export interface RelayLoad {
  /** Resolves once this many more callbacks have been sent. */
  sent(count: number): Promise<void>;
  /** The tasks whose callbacks are not answered now, or are sent until `wait` resolves. */
  openDuring(wait: () => Promise<unknown>): Promise<string[]>;
  /** Stops sending; resolves with each task's answer: a status, or why there is none. */
  end(): Promise<ReadonlyMap<string, number | string>>;
}

/** Sends relay callbacks at this rate, each of its own task. */
export function startRelayLoad(url: string, perSecond: number): RelayLoad {
  const agent = new Agent({ keepAlive: true });
  const answers = new Map<string, number | string>();
  const open = new Map<string, Promise<void>>();
  const sample = parseSample('relay-en-task-start');
  let count = 0;
  let waiting: { at: number; resolve: () => void }[] = [];
  const sendOne = () => {
    count += 1;
    const taskId = nameOf(count);
    const sending = post(agent, url, JSON.stringify({ ...sample, task_id: taskId })).then((answer) => {
      answers.set(taskId, answer);
      open.delete(taskId);
    });
    open.set(taskId, sending);
  };
  const timer = setInterval(() => {
    for (let index = 0; index < (perSecond * burstEveryMs) / 1_000 && open.size < unansweredMax; index += 1) sendOne();
    for (const one of waiting) if (count >= one.at) one.resolve();
    waiting = waiting.filter(({ at }) => at > count);
  }, burstEveryMs);
  return {
    sent: (more) => new Promise((resolve) => waiting.push({ at: count + more, resolve })),
    async openDuring(wait) {
      const [unanswered, before] = [[...open.keys()], count];
      await wait();
      // A connection whose end has arrived is used until that is read, in this turn.
      await new Promise((resolve) => setImmediate(resolve));
      return [...unanswered, ...Array.from({ length: count - before }, (_, index) => nameOf(before + index + 1))];
    },
    async end() {
      clearInterval(timer);
      await Promise.all(open.values());
      agent.destroy();
      return answers;
    },
  };
}

const nameOf = (number: number) => `task-${number}`;

function post(agent: Agent, url: string, body: string): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { 'content-length': Buffer.byteLength(body) };
    const sent = request(`${url}/callbacks/css`, { agent, method: 'POST', headers }, (response) => {
      response.on('error', (error) => resolve(error.message));
      response.on('end', () => resolve(response.complete ? (response.statusCode ?? 0) : 'cut off'));
      response.resume();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}
