import { InputType } from 'type-graphql';
import { By, together } from './by.ts';
import type { Comparisons } from './comparisons.ts';
import {
  DateTimeFilter,
  ExactStringFilter,
  IdFilter,
  IntFilter,
  RelayTaskStateFilter,
  SomeIntFilter,
  SomeStringFilter,
  StringFilter,
} from './comparison-types.ts';

@InputType({ description: 'Which relay tasks a list holds. All that is given must hold; `null` says nothing.' })
export class RelayTaskFilter {
  @By(() => IdFilter, 'By account.')
  appId?: Comparisons<string> | null;

  @By(() => IdFilter, 'By task id.')
  taskId?: Comparisons<string> | null;

  @By(() => RelayTaskStateFilter, 'By state.')
  state?: Comparisons<string> | null;

  @By(() => StringFilter, 'By the stream it pushes to.')
  streamId?: Comparisons<string> | null;

  @By(() => StringFilter, 'By the domain it pushes to.')
  domain?: Comparisons<string> | null;

  @By(() => ExactStringFilter, 'By the URL it pushes to, as sent.')
  toUrl?: Comparisons<string> | null;

  @By(() => SomeStringFilter, 'By one of the URLs it pulls from, as sent.')
  sourceUrl?: Comparisons<string> | null;

  @By(() => IntFilter, 'By the code of its newest exit.')
  exitCode?: Comparisons<number> | null;

  @By(() => SomeIntFilter, 'By the code of any exit it ever had.')
  everExitedWith?: Comparisons<number> | null;

  @By(() => DateTimeFilter, 'By the moment its newest run began, on CSS’s clock.')
  startedAt?: Comparisons<Date> | null;

  @By(() => DateTimeFilter, 'By the moment of its newest exit, on CSS’s clock.')
  exitedAt?: Comparisons<Date> | null;

  @By(() => SomeStringFilter, 'By a kind of alarm it ever had, such as `PushStreamFailed`.')
  alarm?: Comparisons<string> | null;

  @By(() => [RelayTaskFilter], together.and)
  and?: RelayTaskFilter[] | null;

  @By(() => [RelayTaskFilter], together.or)
  or?: RelayTaskFilter[] | null;

  @By(() => RelayTaskFilter, together.not)
  not?: RelayTaskFilter | null;
}
