/**
 * The other side of a server, in a process of its own: so many subscribers, and, where it is told to, the callbacks that they
 * are told of.
 */
import { quantilesOf, type Quantiles } from '../measure.ts';
import { createAudience, type Told } from './audience.ts';
import { callbackRequests, type CallbackRequest } from './callback-requests.ts';
import { openPosting } from './posting.ts';

export type Question =
  | {
      readonly do: 'open';
      readonly port: number;
      readonly count: number;
      readonly readFully: number;
      readonly after: string | null;
    }
  | ({ readonly do: 'drive' } & Drive)
  | { readonly do: 'pause' | 'resume' }
  /** Tells once every subscriber has had so many messages. */
  | { readonly do: 'tellAt'; readonly messages: number };

/** Callbacks posted for so long; then all subscribers here are waited for until they have been told of all. */
export interface Drive {
  readonly port: number;
  readonly ms: number;
  /** So many a second; or as many as go, so many of them on their way to the subscribers at a time. */
  readonly pace: { readonly perSecond: number } | { readonly onTheirWay: number };
}

export interface Driven {
  readonly callbacks: number;
  readonly messages: number;
  readonly bytes: number;
  /** From the first callback to the last message. */
  readonly elapsedMs: number;
  /** From each 200 to the message. */
  readonly latency: Quantiles;
}

export type Answer = Driven | Told | 'done';

const postingConnections = 32;
let look: () => void = () => undefined;
const audience = createAudience(() => {
  look();
});
let nextRequest: (() => CallbackRequest) | null = null;

/** Resolves once it is so, looked at whenever something has come. */
function until(isSo: () => boolean, act: () => void = () => undefined): Promise<void> {
  return new Promise((resolve) => {
    look = () => {
      act();
      if (!isSo()) return;
      look = () => undefined;
      resolve();
    };
    look();
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
      look();
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
    look();
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
  else if (question.do === 'tellAt') {
    await until(() => audience.messages() >= question.messages * audience.size());
    return audience.told();
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
