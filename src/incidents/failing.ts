import { hash } from 'node:crypto';
import type { RelayRun, RunKey } from '../relay/relay-runs.ts';
import { endCauseOf, isFault } from '../sessions/interruption-codes.ts';
import type { RefusedPushRow } from '../sessions/refused/refused-push-fields.ts';
import type { StoredSessionView } from '../sessions/stream-session-fields.ts';
import { readTraits, writeTraits, type FailingTask, type FailureToPut } from './failure.ts';
import { attemptsWithinMs } from './incident-rules.ts';

/** Whether a push ended by a fault. */
export function hasFailed({ status, view }: Pick<StoredSessionView, 'status' | 'view'>): boolean {
  return status.endSide !== null && isFault(status.endSide, view.endCode);
}

/** What identifies the failure of a session. */
export function sessionRef(id: number): string {
  return `s${id}`;
}

/** A push that ended by a fault; null if it did not. */
export function failureOfSession(row: StoredSessionView): FailureToPut | null {
  if (!hasFailed(row)) return null;
  const { id, view, session, status } = row;
  const { appId, domain, path, accessPoint, region, endCode, orderKey, sequence } = view;
  return {
    ref: sessionRef(id),
    subject: orderKey?.streamKey ?? JSON.stringify([appId, sequence]),
    atMs: view.endedAtMs ?? session.firstReceivedAtMs,
    sinceMs: view.orderedAtMs,
    traits: writeTraits({
      kind: 'PUSH',
      side: status.endSide ?? 'UNKNOWN',
      code: endCode,
      appId,
      domain,
      path,
      accessPoint,
      region,
      sourceHost: null,
    }),
    sessionRow: id,
    taskRow: null,
    runAtMs: null,
    times: 1,
  };
}

/** Attempts to push that CSS refused, in the minute of this one. */
export function failureOfAttempt(row: RefusedPushRow): FailureToPut {
  const { appId, domain, path, streamId, sequence, endCode, accessPoint } = row;
  const subject = JSON.stringify(streamId === null ? [appId, sequence] : [appId, domain, path, streamId]);
  const { side } = endCauseOf({ endCode, endCodeText: null, endMessage: null }, false);
  const traits = writeTraits({
    kind: 'ATTEMPT',
    side,
    code: endCode,
    appId,
    domain,
    path,
    accessPoint,
    region: null,
    sourceHost: null,
  });
  const atMs = row.atMs - (row.atMs % attemptsWithinMs);
  return {
    ref: `a${hash('sha256', `${atMs} ${subject} ${traits}`, 'hex')}`,
    subject,
    atMs,
    sinceMs: atMs + attemptsWithinMs,
    traits,
    sessionRow: null,
    taskRow: null,
    runAtMs: null,
    times: 1,
  };
}

/** What identifies the failure of a run. */
export function runRef(taskRow: number, { openedAtMs, nth }: RunKey): string {
  return `r${taskRow} ${openedAtMs} ${nth}`;
}

/** A run that ended with a code other than 0; null if it did not. */
export function failureOfRun(taskOf: () => FailingTask, run: RelayRun): FailureToPut | null {
  const { exit } = run;
  if (exit === null || exit.code === 0 || (exit.code === null && exit.codeText === null)) return null;
  const task = taskOf();
  const atMs = exit.exitedAtMs ?? exit.receivedAtMs;
  return {
    ref: runRef(task.row, run),
    ...namesOf(task, exit.code),
    atMs,
    sinceMs: atMs - 1,
    sessionRow: null,
    taskRow: task.row,
    runAtMs: run.openedAtMs,
    times: 1,
  };
}

/** The failure of a task whose source or target turned out to be another. */
export function renamed(failure: FailureToPut, task: FailingTask): FailureToPut {
  return { ...failure, ...namesOf(task, readTraits(failure.traits).code) };
}

function namesOf(task: FailingTask, code: number | null): Pick<FailureToPut, 'subject' | 'traits'> {
  const { appId, taskId, sourceUrls, domain, path, streamId } = task;
  const isOfStream = domain !== null && path !== null && streamId !== null;
  return {
    subject: JSON.stringify(isOfStream ? [appId, domain.toLowerCase(), path, streamId] : ['task', appId, taskId]),
    traits: writeTraits({
      kind: 'RELAY_RUN',
      side: 'UNKNOWN',
      code,
      appId,
      domain,
      path,
      accessPoint: null,
      region: null,
      sourceHost: hostOf(sourceUrls[0]),
    }),
  };
}

/** Without its login and its port. */
function hostOf(url: string | undefined): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url ?? '')?.[1];
  const host = authority?.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  return host === undefined || host === '' ? null : host.toLowerCase();
}
