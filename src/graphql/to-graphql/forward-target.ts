import {
  forwardFaults,
  type FailedForward,
  type ForwardTargetStatus,
} from '../../domain/forwarding/forwarding-control.ts';
import type { ForwardTarget } from '../types/forward-target.ts';

/** A target of forwarding, or of alerts. What it was not given is read where it is selected. */
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
