import type { MissingReason, Sureness } from '../../read-models/analysis/missing-callbacks.ts';
import { habitDays, habitDaysMin, unusualPauses } from '../../read-models/analysis/silent-domains.ts';
import { enumType } from './declare.ts';

export const MissingReasonEnum = enumType<MissingReason>('MissingReason', 'What shows that a callback is missing.', {
  SUPERSEDED_WITHOUT_END:
    'A newer push of the stream began, and no interruption of this one arrived: it should have come until then.',
  END_WITHOUT_START: 'An interruption arrived, and no push: it should have come at the start that the duration gives.',
  LIVE_BUT_SILENT:
    'Nothing was heard of a live session for longer than `silentAfterSeconds`. If it has ended, its interruption is missing.',
  RUN_WITHOUT_START:
    'A run of a relay task has files, alarms or an exit, and no TaskStart: it should have come between the exit of the run before and the first callback of this one.',
  FILE_WITHOUT_START:
    'A source file finished that was never started in its run: the VodSourceFileStart should have come between the first callback of the run and the finish.',
  DOMAIN_SILENT: `A domain fell silent against its habit: it pushed on at least ${habitDaysMin} of the ${habitDays} days before the end of the time, and then not for ${unusualPauses} times the longest pause between its pushes in them. Any of its callbacks may be missing.`,
});

export const SurenessEnum = enumType<Sureness>(
  'Sureness',
  'How sure it is that CSS should have sent a callback that is missing.',
  {
    CERTAIN:
      'The record shows that it happened. Wrong only where CSS is not set up to send callbacks of this type for the domain, or where the callback is in quarantine or waits in a spool.',
    LIKELY:
      'What was recorded later needs it. Wrong where a relay task is not set up to report this event, where CSS sent an exit twice, or where nobody knows whether it happened before there was a record.',
    POSSIBLE:
      'Nothing may be missing: CSS sends nothing while a push goes on, nobody may have pushed, the callback may be of a time before the record began, or it should have come within 15 minutes of the end of the time and CSS still repeats it.',
  },
);
