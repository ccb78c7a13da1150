import { streamNameOf } from './push-activity.ts';
import { storyLengthMs } from './push-callbacks.ts';
import { randomOf } from './random.ts';
import type { Unnumbered } from './simulated-callback.ts';
import type { Stage } from './stage.ts';

/** Other types that a template may point at the same URL: recording, screenshot, audits, push error, monitoring … */
const eventTypes = [100, 200, 315, 317, 321, 328, 332, 338, 341, 343, 344, 345, 347, 348, 349] as const;

/** One for ten sessions. */
export function otherCallbacksOf(stage: Stage): Unnumbered[] {
  return Array.from({ length: Math.ceil(stage.sessions / 10) }, (_, number) => {
    const random = randomOf(stage.seed, stage.atMs, 'other', number);
    const eventType = random.pick(eventTypes);
    const { domain, streamId } = streamNameOf(stage, random, stage.sessions + number);
    return {
      kind: 'OTHER',
      appId: random.pick(stage.appIds),
      atMs: stage.atMs - random.integer(0, storyLengthMs / 1000) * 1000,
      eventType,
      domain,
      streamId,
      // A push error names the sequence of the push that it refused; it is no session.
      more:
        eventType === 321 ? { sequence: random.digits(19), errmsg: 'push refused' } : { file_id: random.digits(19) },
    };
  });
}
