import { readUnsent } from '../../forwarding/forwarding-file-table.ts';
import { OperatorError } from '../../kernel/errors.ts';
import type { PlannedRemoval } from './plan.ts';

/** The data directory, and the names of targets of forwarding. */
export interface KnownTargets {
  readonly dataDir: string;
  readonly targets: readonly string[];
  /** Targets that are gone for good: what they were not sent yet may be removed. */
  readonly ignoredTargets: readonly string[];
}

/** Finds events that a target was not sent yet. Once removed, they would never be sent, and nobody would know. */
export interface UnsentCheck {
  /** Call it with everything that would be removed. */
  look(removals: readonly PlannedRemoval[]): void;
  /** The targets that some of it was not yet sent to, with the number of events. */
  found(): readonly { readonly target: string; readonly events: number }[];
  /** @throws OperatorError - some of it was not yet sent to a target */
  assertNone(): void;
}

/** Reads what each target known in the folder was not sent yet. */
export function openUnsentCheck({ dataDir, targets, ignoredTargets }: KnownTargets): UnsentCheck {
  const known = readUnsent(dataDir)
    .filter(({ target }) => targets.includes(target) || !ignoredTargets.includes(target))
    .map((unsent) => ({ ...unsent, going: 0 }));
  const found = () => known.flatMap(({ target, going }) => (going === 0 ? [] : [{ target, events: going }]));
  return {
    look(removals) {
      for (const one of known) {
        for (const { positions } of removals) {
          for (const at of positions) if (at > one.readTo || one.pending.has(at)) one.going += 1;
        }
      }
    },
    found,
    assertNone() {
      const [behind] = found();
      if (behind === undefined) return;
      const { target, events } = behind;
      throw new OperatorError(
        `Nothing was removed: ${events} events that would go have still to be sent to target ${target}. ${targets.includes(target) ? ofTargetInSettings : ofUnknownTarget(target)}`,
      );
    },
  };
}

const ofTargetInSettings =
  'Start the service and wait until it has them, or use "forwarding skip". If it is gone for good, take it out of the settings, and give --ignore-target with its name.';

const ofUnknownTarget = (target: string) =>
  `It is not in the settings of this command. Give it the FORWARD_* settings of the service, and let the service send them first; or, if that target is gone for good, give --ignore-target ${target}.`;
