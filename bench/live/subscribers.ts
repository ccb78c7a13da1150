/** The clients of a server, in their own process: subscribers and, if requested, the callbacks that they receive. */
import { quantilesOf, type Quantiles } from '../measure.ts';
import { createAudience, type FirstSubscriber, type Opening } from './audience.ts';
import { callbackRequests, type CallbackRequest } from './callback-requests.ts';
import { openPosting } from './posting.ts';

export type Question =
  | ({ readonly do: 'open' } & Opening)
  | ({ readonly do: 'drive' } & Drive)
  | { readonly do: 'pause' | 'resume' }
  /** Answers once every subscriber has received this many messages. */
  | { readonly do: 'reportAt'; readonly messages: number };

/** Posts callbacks for a given time, then waits until all subscribers here have received them all. */
export interface Drive {
  readonly port: number;
  readonly ms: number;
  /** Callbacks a second; or as many as possible, with this many on their way to the subscribers at a time. */
  readonly pace: { readonly perSecond: number } | { readonly onTheirWay: number };
}

export interface Driven {
  readonly callbacks: number;
  readonly messages: number;
  readonly bytes: number;
  /** From the first callback to the last message. */
  readonly elapsedMs: number;
  /** Latency from each 200 to its message. */
  readonly latency: Quantiles;
}

export type Answer = Driven | FirstSubscriber | 'done';

const postingConnections = 32;
let check: () => void = () => undefined;
const audience = createAudience(() => {
  check();
});
let nextRequest: (() => CallbackRequest) | null = null;

/** Resolves once the condition is true; it is checked whenever something arrives. */
function until(isDone: () => boolean, act: () => void = () => undefined): Promise<void> {
  return new Promise((resolve) => {
    check = () => {
      act();
      if (!isDone()) return;
      check = () => undefined;
      resolve();
    };
    check();
  });
}

async function drive({ port, ms, pace }: Drive): Promise<Driven> {
  const next = (nextRequest ??= callbackRequests());
  const [had, hadBytes] = [audience.messages(), audience.bytes()];
  const posting = await openPosting({
    port,
    connections: postingConnections,
    next,
    onAcknowledged: (key) => {
      audience.acknowledged(key);
      check();
    },
  });
  audience.takeLatenciesMs();
  const begunMs = performance.now();
  const elapsedMs = () => performance.now() - begunMs;
  const more = () => audience.messages() - had;
  const due = () =>
    'perSecond' in pace
      ? Math.floor((elapsedMs() * pace.perSecond) / 1_000)
      : Math.floor(more() / Math.max(1, audience.size())) + pace.onTheirWay;
  const ticking = setInterval(() => {
    check();
  }, 1);
  await until(
    () =>
      elapsedMs() >= ms && posting.acknowledged() === posting.posted() && more() >= posting.posted() * audience.size(),
    () => {
      while (elapsedMs() < ms && posting.posted() < due() && posting.post());
    },
  );
  clearInterval(ticking);
  posting.end();
  return {
    callbacks: posting.acknowledged(),
    messages: more(),
    bytes: audience.bytes() - hadBytes,
    elapsedMs: elapsedMs(),
    latency: quantilesOf(audience.takeLatenciesMs()),
  };
}

async function answer(question: Question): Promise<Answer> {
  if (question.do === 'drive') return drive(question);
  if (question.do === 'open') await audience.open(question);
  else if (question.do === 'reportAt') {
    await until(() => audience.messages() >= question.messages * audience.size());
    return audience.first();
  } else {
    audience.each((one) => {
      one[question.do]();
    });
  }
  return 'done';
}

process.on('message', (question: Question) => {
  void answer(question).then((answered) => process.send?.(answered));
});
