import { ArgsType, Field, Int } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { PageRequest } from '../../read-models/listing.ts';
import { readPageCursor, type ListName, type OrderedList } from '../lists/page-cursor.ts';
import { pageNodesDefault, pageNodesMax } from '../lists/page-size.ts';
import { CursorScalar } from '../scalars.ts';

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many nodes from the beginning, 1 to 500; 50 where nothing is said.',
  })
  first?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: 'Begin after this place; with `first`.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many nodes from the end, 1 to 500, instead of `first`.' })
  last?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: 'End before this place; with `last`.' })
  before?: string | null;
}

/**
 * The window that a list is read in.
 * @throws LedgerError - PAGE_TOO_LARGE, CURSOR_INVALID, or BAD_USER_INPUT for arguments that contradict each other
 */
export function toPageRequest<List extends ListName>(
  list: OrderedList<List>,
  { first, after, last, before }: PageArgs,
): Pick<PageRequest<string, string>, 'direction' | 'from' | 'rowsMax'> {
  const backwards = last != null || (first == null && before != null);
  if (backwards && (first != null || after != null)) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      'Page forwards with first and after, or backwards with last and before, not both.',
    );
  }
  if (!backwards && before != null) {
    throw new LedgerError('BAD_USER_INPUT', 'before goes with last; to page forwards use first and after.');
  }
  const cursor = backwards ? before : after;
  return {
    direction: backwards ? 'backwards' : 'forwards',
    from: cursor == null ? null : readPageCursor(list, cursor),
    rowsMax: pageSizeOf(backwards ? 'last' : 'first', backwards ? last : first),
  };
}

function pageSizeOf(name: string, size: number | null | undefined): number {
  if (size == null) return pageNodesDefault;
  if (size > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `${name} must be at most ${pageNodesMax}.`);
  if (size < 1) throw new LedgerError('BAD_USER_INPUT', `${name} must be at least 1.`);
  return size;
}
