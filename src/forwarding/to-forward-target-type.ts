import { forwardFaults, type FailedForward, type ForwardTargetStatus } from './forwarding-control.ts';
import type { ForwardTarget } from './forward-target-type.ts';

/** A target of forwarding, or of alerts. `setAside` is called when its list is selected. */
export function toForwardTarget(target: ForwardTargetStatus, setAside: () => readonly FailedForward[]): ForwardTarget {
  const { failures, lastFailure, ...shown } = target;
  return {
    ...shown,
    failures: forwardFaults.map((fault) => ({ fault, attempts: failures[fault] })),
    lastFault: lastFailure?.fault ?? null,
    lastFailedAtMs: lastFailure?.atMs ?? null,
    get setAside() {
      return setAside();
    },
  };
}
