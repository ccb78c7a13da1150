import { InputType } from 'type-graphql';
import { By, together } from './by.ts';
import type { Comparisons } from './comparisons.ts';
import { DateTimeFilter, IdFilter, QuarantineReasonFilter, QuarantineStatusFilter } from './comparison-types.ts';

@InputType({
  description: 'Which callbacks in quarantine a list holds. All that is given must hold; `null` says nothing.',
})
export class QuarantineFilter {
  @By(() => QuarantineReasonFilter, 'By why it is kept apart.')
  reason?: Comparisons<string> | null;

  @By(() => QuarantineStatusFilter, 'By what was decided of it.')
  status?: Comparisons<string> | null;

  @By(() => DateTimeFilter, 'By when it arrived, on the receiver’s clock.')
  receivedAt?: Comparisons<Date> | null;

  @By(() => IdFilter, 'By the account that the body names.')
  appId?: Comparisons<string> | null;

  @By(() => [QuarantineFilter], together.and)
  and?: QuarantineFilter[] | null;

  @By(() => [QuarantineFilter], together.or)
  or?: QuarantineFilter[] | null;

  @By(() => QuarantineFilter, together.not)
  not?: QuarantineFilter | null;
}
