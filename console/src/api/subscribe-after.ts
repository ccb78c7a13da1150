import type { ApiError } from './api-error.ts';
import { subscribe } from './connection.ts';
import type { RowChange } from './live-list.ts';
import type { TypedDocumentString } from './operations.generated.ts';

/** A message of a subscription, and the cursor right after it. */
export interface CursoredChange<Row> extends RowChange<Row> {
  readonly cursor: string;
}

/**
 * Follows the changes of a list after a cursor. After a connection loss it resumes after the last message, so it misses
 * nothing.
 */
export function subscribeAfter<Result, Row, Variables extends { after?: string | null | undefined }>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  pick: (result: Result) => CursoredChange<Row>,
) {
  return (after: string, sink: { next(change: RowChange<Row>): void; error(error: ApiError): void }): (() => void) => {
    const current = { ...variables, after };
    return subscribe(document, current, {
      next(result) {
        const change = pick(result);
        current.after = change.cursor;
        sink.next(change);
      },
      error: (error) => sink.error(error),
    });
  };
}
