/**
 * Every way in which this product says no: the closed list. `meaning` and `whatToDo` are written for whoever gets the
 * error; `docs/errors.md` is printed from this table and a test keeps the two alike.
 */
export const errorCodes = {
  BAD_USER_INPUT: {
    meaning: 'An argument or a variable has a value that its type or its bounds do not allow.',
    whatToDo: 'Correct the argument that the message names. Repeating the request unchanged fails again.',
  },
  GRAPHQL_PARSE_FAILED: {
    meaning: 'The document is not GraphQL.',
    whatToDo: 'Correct the syntax at the line and column given in `locations`.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    meaning: 'The document asks for something that the schema does not have.',
    whatToDo: 'Compare the document with schema/schema.graphql.',
  },
  BAD_REQUEST: {
    meaning:
      'The HTTP request carries no GraphQL operation that can be run, or accepts no form of an answer that there is.',
    whatToDo:
      'Send a JSON body with `query`, and `operationName` where the document has several operations; accept `application/json`.',
  },
  AMBIGUOUS_ID: {
    meaning: 'Several accounts use this sequence or task id.',
    whatToDo: 'Ask again with `appId` set to one of the accounts in `extensions.appIds`.',
  },
  CURSOR_INVALID: {
    meaning:
      'The cursor is damaged, belongs to another list or order or to another log, lies beyond the end of the log, or is of a version that is no longer read.',
    whatToDo: 'List again without a cursor; follow changes from its `liveFrom`.',
  },
  RESYNC: {
    meaning:
      'The projection was replaced by another version since the cursor was given: what was told under the old one may be told otherwise now.',
    whatToDo: 'List again, and follow changes from its `liveFrom`.',
  },
  TOO_MANY_SUBSCRIPTIONS: {
    meaning: 'This connection, this token or this server has as many subscriptions or connections as it may have.',
    whatToDo:
      'End a subscription that is not needed. For connections, try again later: at another node, where there are several.',
  },
  PAGE_TOO_LARGE: {
    meaning: 'A page of more nodes was asked for than one answer may hold.',
    whatToDo: 'Ask for at most 500 nodes and go on with `after`.',
  },
  OPERATION_TOO_COSTLY: {
    meaning:
      'The operation could touch more nodes than one answer may hold, read more bytes of bodies, or look at more rows than its lists may: no index serves the filter and order of one, or there are too many to count.',
    whatToDo:
      'Ask for smaller pages, fewer lists or counts, or less depth. For a list, name a value or an order that an index serves; `extensions.missingIndex` says which one is missing.',
  },
  UNAUTHENTICATED: {
    meaning:
      'The request carries no bearer token that is in API_TOKENS; or none is set, and it asks for another host than localhost.',
    whatToDo:
      'Send `Authorization: Bearer <token>`; the operator of this ledger gives tokens out. Where none is set, ask for `localhost`, `127.0.0.1` or `[::1]`.',
  },
  FORBIDDEN: {
    meaning: 'The token of the request is of a role that may not do this.',
    whatToDo: 'Send a token of an operator. Viewers only read.',
  },
  NOT_AUTHENTIC: {
    meaning:
      'The callback proves neither by its signature nor by its URL that it comes from the account, and the quarantine takes no more of its kind.',
    whatToDo:
      'Compare CSS_CALLBACK_KEYS with the callback key of the template, and the callback URL with CSS_CALLBACK_TOKENS. The operator makes room by releasing or discarding what is in quarantine, the oldest first: one that is HELD keeps the room of all behind it.',
  },
  QUARANTINE_FULL: {
    meaning: 'The callback belongs in quarantine, and the quarantine takes no more of its kind. Nothing was stored.',
    whatToDo:
      'Send again after the time in `Retry-After`. The operator makes room by releasing or discarding what is in quarantine, the oldest first: one that is HELD keeps the room of all behind it.',
  },
  BODY_UNREADABLE: {
    meaning: 'The body of the callback is not one JSON object.',
    whatToDo: 'Send the JSON object that CSS sends. Nothing was stored.',
  },
  BODY_TOO_LARGE: {
    meaning: 'The body is larger than this server takes.',
    whatToDo: 'Send less: a callback of CSS has 0.3 to 2 KB.',
  },
  REQUEST_INVALID: {
    meaning: 'The request does not follow HTTP, or asks of it what this server does not do.',
    whatToDo: 'Send a complete HTTP/1.1 request with headers of at most 16 KiB.',
  },
  REQUEST_TIMEOUT: {
    meaning: 'The request did not arrive as a whole in time. Nothing was stored.',
    whatToDo: 'Send it again, headers and body at once: they have 15 seconds, and less while the server stops.',
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The route is there, but not for this method.',
    whatToDo: 'Use one of the methods in the header `Allow`.',
  },
  NOT_FOUND: {
    meaning: 'There is no such route.',
    whatToDo: 'See the routes that are printed at start and in the README.',
  },
  STORE_UNAVAILABLE: {
    meaning:
      'The log can not make anything durable at the moment: nothing was stored, unless the message says that it may be. Or it is asked of a query node that has nothing of the log yet.',
    whatToDo: 'Send again after the time in `Retry-After`. The operator finds the reason in the log of the process.',
  },
  STORE_OVERLOADED: {
    meaning: 'More callbacks wait to be made durable than the limit allows. This one was not stored.',
    whatToDo: 'Send again after the time in `Retry-After`.',
  },
  INTERNAL: {
    meaning: 'A fault of this product.',
    whatToDo: 'Report it with the request id; the log of the process has the details.',
  },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** A refusal with a code of the closed list. Its message is meant for the one who asked: no secret, no value of the input. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
