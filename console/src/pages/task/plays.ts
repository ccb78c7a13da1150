import { relayMessageOf } from '../../parts/relay-message.ts';

/** The parts of a relay callback from which plays are derived. */
export interface PlayCallback {
  readonly callbackEvent: string | null;
  readonly occurredAt: string | null;
  readonly receivedAt: string;
  readonly body: unknown;
}

/** One play of a source file. */
export interface Play {
  /** Index of the file, from 0; null if CSS sent none. */
  readonly index: number | null;
  readonly fromMs: number;
  /** Null while it plays, and if no callback says when it finished. */
  readonly toMs: number | null;
}

/**
 * The plays that the callbacks of a task show, oldest first. Callbacks are given newest first, in the order of the log.
 * Leaves out a finished file whose start is not among them: nothing says when it began.
 */
export function playsOf(callbacks: readonly PlayCallback[]): Play[] {
  const events = callbacks
    .map(eventOf)
    .filter((event) => event !== null)
    .reverse()
    .sort((one, other) => one.atMs - other.atMs);
  const plays: Play[] = [];
  for (const { isStart, index, atMs } of events) {
    if (isStart) {
      plays.push({ index, fromMs: atMs, toMs: null });
      continue;
    }
    const begun = plays.findLastIndex((play) => play.index === index);
    const play = plays[begun];
    if (play?.toMs === null) plays[begun] = { ...play, toMs: atMs };
  }
  return plays;
}

function eventOf({ callbackEvent, occurredAt, receivedAt, body }: PlayCallback) {
  const isStart = callbackEvent === 'VodSourceFileStart';
  if (!isStart && callbackEvent !== 'VodSourceFileFinish') return null;
  const index = Number(relayMessageOf(body).index);
  return { isStart, index: Number.isInteger(index) ? index : null, atMs: Date.parse(occurredAt ?? receivedAt) };
}
