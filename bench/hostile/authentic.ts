/**
 * The callbacks of CSS beside an attack, in their own process: signed, at a steady rate, every other one over a connection that is kept, the
 * others each over a new one.
 */
import { Agent } from 'node:http';
import { quantilesOf } from '../measure.ts';
import { signedBodies } from './callback-bodies.ts';
import { authenticKey } from './key.ts';
import { paced, post, type Posted } from './posting.ts';

export type Question = { readonly do: 'warm-up' | 'begin'; readonly port: number } | { readonly do: 'end' };

export interface Figures {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** The connection ended, or CSS would have given up. */
  readonly unanswered: number;
  /** Acknowledged after more than 5 s. */
  readonly late: number;
  /** Of the acknowledged ones. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly greatestMs: number;
}

export interface Report {
  readonly kept: Figures;
  readonly fresh: Figures;
}

export type Answer = Report | 'done';

const perSecond = 50;
const warmUpCallbacks = 200;
const lateAfterMs = 5_000;

const next = signedBodies(authenticKey);
const agent = new Agent({ keepAlive: true });
const overKept = (port: number) => post({ port, body: next(), agent });
const overNew = (port: number) => post({ port, body: next() });

let stop = new AbortController();
let running: Promise<Report> | null = null;

async function run(port: number): Promise<Report> {
  const [kept, fresh]: [Posted[], Posted[]] = [[], []];
  let sent = 0;
  await paced(perSecond, stop.signal, async () => {
    sent += 1;
    if (sent % 2 === 0) kept.push(await overKept(port));
    else fresh.push(await overNew(port));
  });
  return { kept: figuresOf(kept), fresh: figuresOf(fresh) };
}

function figuresOf(posted: readonly Posted[]): Figures {
  const acknowledgedMs = posted.filter(({ status }) => status === 200).map(({ ms }) => ms);
  const unanswered = posted.filter(({ status }) => status === null).length;
  return {
    sent: posted.length,
    acknowledged: acknowledgedMs.length,
    refused: posted.length - acknowledgedMs.length - unanswered,
    unanswered,
    late: acknowledgedMs.filter((ms) => ms > lateAfterMs).length,
    ...quantilesOf(acknowledgedMs),
  };
}

async function answer(question: Question): Promise<Answer> {
  if (question.do === 'end') {
    stop.abort();
    return (await running) ?? 'done';
  }
  if (question.do === 'begin') {
    stop = new AbortController();
    running = run(question.port);
  } else {
    for (let count = 0; count < warmUpCallbacks; count += 2) {
      await overKept(question.port);
      await overNew(question.port);
    }
  }
  return 'done';
}

process.on('message', (question: Question) => {
  void answer(question).then((answered) => process.send?.(answered));
});
process.on('disconnect', () => process.exit());
