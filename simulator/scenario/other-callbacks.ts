import { streamNameOf } from './push-activity.ts';
import { scenarioLengthMs } from './push-callbacks.ts';
import { randomOf } from './random.ts';
import type { Unnumbered } from './simulated-callback.ts';
import type { ScenarioContext } from './scenario-context.ts';

/** Other event types that a template may send to the same URL: recording, screenshots, audits, push errors, monitoring. */
const eventTypes = [100, 200, 315, 317, 321, 328, 332, 338, 341, 343, 344, 345, 347, 348, 349] as const;

/** Callbacks of other types: one for every ten sessions. */
export function otherCallbacksOf(context: ScenarioContext): Unnumbered[] {
  return Array.from({ length: Math.ceil(context.sessions / 10) }, (_, number) => {
    const random = randomOf(context.seed, context.atMs, 'other', number);
    const eventType = random.pick(eventTypes);
    const { domain, streamId } = streamNameOf(context, random, context.sessions + number);
    return {
      kind: 'OTHER',
      appId: random.pick(context.appIds),
      atMs: context.atMs - random.integer(0, scenarioLengthMs / 1000) * 1000,
      eventType,
      domain,
      streamId,
      // A push error names the sequence of the push that was refused, which never became a session.
      more:
        eventType === 321 ? { sequence: random.digits(19), errmsg: 'push refused' } : { file_id: random.digits(19) },
    };
  });
}
