import { InputType } from 'type-graphql';
import { By, together } from './by.ts';
import type { Comparisons } from './comparisons.ts';
import {
  DateTimeFilter,
  IdFilter,
  IntFilter,
  PresenceFilter,
  SignatureFilter,
  StringFilter,
} from './comparison-types.ts';

@InputType({ description: 'Which callbacks a list holds. All that is given must hold; `null` says nothing.' })
export class CallbackFilter {
  @By(() => IntFilter, 'By `event_type`: 1 push, 0 interruption, 314 relay.')
  eventType?: Comparisons<number> | null;

  @By(() => StringFilter, 'By `callback_event` of relay callbacks, such as `TaskExit`.')
  callbackEvent?: Comparisons<string> | null;

  @By(() => DateTimeFilter, 'By when it happened, on CSS’s clock.')
  occurredAt?: Comparisons<Date> | null;

  @By(() => DateTimeFilter, 'By when it first arrived, on the receiver’s clock.')
  receivedAt?: Comparisons<Date> | null;

  @By(() => SignatureFilter, 'By how its first arrival proved itself.')
  signature?: Comparisons<string> | null;

  @By(() => IdFilter, 'By account.')
  appId?: Comparisons<string> | null;

  @By(
    () => PresenceFilter,
    'Relay callbacks by whether they fit a task: `{ isNull: true }` lists those that fit none. Other callbacks match neither.',
  )
  relayTask?: Comparisons<never> | null;

  @By(() => [CallbackFilter], together.and)
  and?: CallbackFilter[] | null;

  @By(() => [CallbackFilter], together.or)
  or?: CallbackFilter[] | null;

  @By(() => CallbackFilter, together.not)
  not?: CallbackFilter | null;
}
