import { IsOptional, ValidateNested } from 'class-validator';
import { ArgsType, Field, Int, type ClassType } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { PageRequest } from '../../read-models/listing.ts';
import { readPageCursor, type ListName, type OrderedList } from '../lists/page-cursor.ts';
import { CursorScalar } from '../scalars.ts';
import type { OrderInput } from './orders.ts';

/** Nodes of a page unless the client asks for another number. */
export const pageNodesDefault = 50;

/** Nodes in one page: at about 2 KB a node, 1 MB of answer. */
const pageNodesMax = 500;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `The number of nodes from the start of the list, 1 to ${pageNodesMax}. Default: ${pageNodesDefault}.`,
  })
  first?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: 'Start after this cursor of the list. For `first`.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `The number of nodes from the end of the list, 1 to ${pageNodesMax}, instead of \`first\`.`,
  })
  last?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: 'End before this cursor of the list. For `last`.' })
  before?: string | null;
}

/** A filter of a list: comparisons by field, and filters inside `and`, `or` and `not`. `toCondition` reads it. */
export type ListFilter = object;

/** What every connection takes: a page, a filter and an order. */
export interface ListArgs<Order extends string> extends PageArgs {
  readonly filter?: ListFilter | null;
  readonly orderBy?: OrderInput<Order> | null;
}

/** Makes the arguments of a list: a filter, an order and a page. */
export function listArgsOf<Order extends string>(
  filterType: ClassType,
  orderType: ClassType<OrderInput<Order>>,
  described: { readonly listed: string; readonly byDefault: Order },
): ClassType<ListArgs<Order>> {
  const { listed, byDefault } = described;

  @ArgsType()
  class ListArgsInput extends PageArgs implements ListArgs<Order> {
    @Field(() => filterType, { nullable: true, description: `Which ${listed}. Default: all.` })
    @IsOptional()
    @ValidateNested()
    filter?: ListFilter | null;

    @Field(() => orderType, { nullable: true, description: `The order. Default: ${byDefault}, DESC.` })
    orderBy?: OrderInput<Order> | null;
  }
  return ListArgsInput;
}

/**
 * The part of a list that a page shows.
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
      'Arguments of both directions were given. Page forwards with first and after, or backwards with last and before.',
    );
  }
  if (!backwards && before != null) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      'before was given together with first. Use before with last, or after with first.',
    );
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
