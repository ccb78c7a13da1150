import { InputType } from 'type-graphql';
import { By, together } from './by.ts';
import type { Comparisons } from './comparisons.ts';
import {
  DateTimeFilter,
  EndSideFilter,
  FloatFilter,
  IdFilter,
  IntFilter,
  StreamSessionStateFilter,
  StringFilter,
} from './comparison-types.ts';

@InputType({ description: 'Which stream sessions a list holds. All that is given must hold; `null` says nothing.' })
export class StreamSessionFilter {
  @By(() => IdFilter, 'By account.')
  appId?: Comparisons<string> | null;

  @By(() => IdFilter, 'By the sequence of the push activity.')
  sequence?: Comparisons<string> | null;

  @By(() => StringFilter, 'By push domain.')
  domain?: Comparisons<string> | null;

  @By(() => StringFilter, 'By push path.')
  path?: Comparisons<string> | null;

  @By(() => StringFilter, 'By stream name.')
  streamId?: Comparisons<string> | null;

  @By(() => StringFilter, 'By address of the pusher.')
  userIp?: Comparisons<string> | null;

  @By(() => StringFilter, 'By address of the CSS access point.')
  node?: Comparisons<string> | null;

  @By(() => StreamSessionStateFilter, 'By state.')
  state?: Comparisons<string> | null;

  @By(() => DateTimeFilter, 'By the moment the push began, on CSS’s clock.')
  startedAt?: Comparisons<Date> | null;

  @By(() => DateTimeFilter, 'By the moment the push ended, on CSS’s clock.')
  endedAt?: Comparisons<Date> | null;

  @By(() => FloatFilter, 'By how long CSS counted the push, in milliseconds.')
  pushDurationMs?: Comparisons<number> | null;

  @By(() => IntFilter, 'By the code of the interruption.')
  endCode?: Comparisons<number> | null;

  @By(() => EndSideFilter, 'By whose side ended the push: `endCause.side`.')
  endSide?: Comparisons<string> | null;

  @By(() => [StreamSessionFilter], together.and)
  and?: StreamSessionFilter[] | null;

  @By(() => [StreamSessionFilter], together.or)
  or?: StreamSessionFilter[] | null;

  @By(() => StreamSessionFilter, together.not)
  not?: StreamSessionFilter | null;
}
