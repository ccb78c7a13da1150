import type { Conclusion } from '../kernel/sureness.ts';

/**
 * From what it is concluded that a task fed a session. NAMED: the `stream_param` of the push, or of a callback with its
 * sequence, has the id of the task. TIMES: they have the same target, and by CSS's clock they
 * overlap. ARRIVALS: they have the same target, but one of the times to compare is missing, so only arrivals can be
 * compared.
 */
export type JoinEvidence = 'NAMED' | 'TIMES' | 'ARRIVALS';

/** What joins a task and a session. */
export interface Join {
  readonly evidence: JoinEvidence;
  /** Whether other tasks fit the session as well. */
  readonly hasOthers: boolean;
}

const sameTarget = 'The session is a push to the domain, path and stream of the task’s to_url';

const because: Readonly<Record<JoinEvidence, string>> = {
  NAMED: 'The stream_param of the push, or of another callback with its sequence, names the task: ppTaskId.',
  TIMES: `${sameTarget}, and by CSS’s clock it overlaps a run of the task, give or take 60 s.`,
  ARRIVALS: `${sameTarget}, and its callbacks arrived while a run of the task went on, give or take 60 s.`,
};

const anotherTask = 'Another task with the same target had a run at the same time.';
const anotherTime = 'A time is missing by which CSS’s clock would say whether they overlap.';
const anotherPusher = 'Something other than the task pushed this stream at the same time.';

/** How sure it is that the task fed the session. */
export function joinConclusionOf({ evidence, hasOthers }: Join): Conclusion {
  if (evidence === 'NAMED') return { sureness: 'CERTAIN', because: because.NAMED, alternative: null };
  if (evidence === 'TIMES' && !hasOthers) {
    return { sureness: 'LIKELY', because: because.TIMES, alternative: anotherPusher };
  }
  const alternatives = [...(evidence === 'ARRIVALS' ? [anotherTime] : []), ...(hasOthers ? [anotherTask] : [])];
  return { sureness: 'POSSIBLE', because: because[evidence], alternative: alternatives.join(' ') };
}
