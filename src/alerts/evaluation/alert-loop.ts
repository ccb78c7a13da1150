import { setImmediate as turn } from 'node:timers/promises';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import type { Time } from '../../forwarding/time.ts';
import type { RuleRunner } from './rule-runner.ts';

/** Milliseconds between two looks at all rules. */
export const evaluateEveryMs = 1_000;

/** Milliseconds between two log lines about rules that can not be evaluated. */
const faultLoggedEveryMs = 60_000;

export interface AlertLoopParts {
  readonly runners: readonly RuleRunner[];
  readonly time: Time;
  readonly logger: Logger;
}

/** Evaluates the rules, one after the other, again and again. */
export interface AlertLoop {
  /** Ends after the rule that is being evaluated. */
  stop(): Promise<void>;
}

/** Begins with the first look. */
export function startAlertLoop({ runners, time, logger }: AlertLoopParts): AlertLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let notLoggedBeforeMs = -Infinity;
  let cancel: () => void = () => undefined;
  let running = Promise.resolve();

  const evaluate = async () => {
    for (const runner of runners) {
      if (signal.aborted) return;
      try {
        await runner.run(time.clock(), signal);
      } catch (error) {
        if (time.steady() < notLoggedBeforeMs) continue;
        notLoggedBeforeMs = time.steady() + faultLoggedEveryMs;
        logger.error(
          { rule: runner.rule.name, ...describeFault(error) },
          'a rule of alerts could not be evaluated; it is tried again',
        );
      }
      await turn();
    }
  };
  const next = () => {
    running = evaluate().finally(() => {
      if (!signal.aborted) cancel = time.after(evaluateEveryMs, next);
    });
  };
  next();
  return {
    async stop() {
      stopping.abort();
      cancel();
      await running;
    },
  };
}
