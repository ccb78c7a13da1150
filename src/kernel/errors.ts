/**
 * The closed list of all errors, with texts for clients. `docs/errors.md` is generated from it; a test compares the two.
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
      'The HTTP request has no GraphQL operation that can be run, or accepts no media type that the answer can have.',
    whatToDo:
      'Send a JSON body with `query`, and `operationName` if the document has several operations; accept `application/json`.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    meaning:
      'The request has the digest of a document instead of its text. This server keeps no documents for clients.',
    whatToDo: 'Send the text as `query`. Clients with automatic persisted queries do so by themselves.',
  },
  AMBIGUOUS_ID: {
    meaning: 'Several accounts use this sequence or task id.',
    whatToDo: 'Ask again with `appId` set to one of the accounts in `extensions.appIds`.',
  },
  CURSOR_INVALID: {
    meaning:
      'The cursor is damaged, belongs to another list, another order or another log, was issued before an older copy of the log was restored, lies beyond the end of the log, or has a version that is no longer read.',
    whatToDo: 'List again without a cursor, and subscribe after its `liveFrom`.',
  },
  RESYNC: {
    meaning:
      'Another version of the projection has replaced the one that issued the cursor: data sent before the cursor may differ now.',
    whatToDo: 'List again, and subscribe after its `liveFrom`.',
  },
  EVENT_DAMAGED: {
    meaning: 'The digest of this event shows that it is not what was recorded, so its body is not shown.',
    whatToDo:
      'The operator runs `live-ledger verify`, and restores the event from a backup. The rest of the answer is not affected.',
  },
  SUBSCRIPTION_NEEDS_STREAM: {
    meaning: 'A subscription was sent to `POST /graphql`, which sends one answer only.',
    whatToDo: 'Send it to `/graphql/stream`, or to `/graphql` as a WebSocket.',
  },
  TOO_MANY_SUBSCRIPTIONS: {
    meaning: 'This connection, this token or this server has reached its limit of subscriptions or connections.',
    whatToDo:
      'End a subscription that is not needed. For connections, try again later, or at another node if there are several.',
  },
  PAGE_TOO_LARGE: {
    meaning: 'A page was requested with more nodes than one answer may contain.',
    whatToDo: 'Request at most 500 nodes, and continue with `after`.',
  },
  OPERATION_TOO_COSTLY: {
    meaning:
      'The document exceeds a limit of what checking it takes: of operations, fragments, spreads, aliases, directives, levels, or repeated fields. Or the operation exceeds a limit: of nodes in one answer, of its bytes, of entries in nested lists, of bytes of bodies, of rows of statistics, or of rows that a list may sort because no index has its order.',
    whatToDo:
      'Select each field once, and send a long document in parts. Request smaller pages, fewer lists or counts, or less depth. Filter a list, or order it, as the message says; `extensions.missingIndex` names the missing index.',
  },
  OPERATION_TIMEOUT: {
    meaning:
      'The operation took or waited too long. An answer reads a single state of the read models, which is kept for 2 seconds; statistics have STATISTICS_MAX_MS.',
    whatToDo:
      'Send it again. If that does not help, request fewer lists or bodies at a time, or narrow the statistics as the message says.',
  },
  QUERIES_OVERLOADED: {
    meaning:
      'This server is answering as many operations as it allows, or keeps as many bytes of answers that clients have not read. The operation changed nothing.',
    whatToDo:
      'Send it again after the time in `Retry-After`, at another node if there are several; read each answer before the next request.',
  },
  UNAUTHENTICATED: {
    meaning:
      'The request has no bearer token that is in API_TOKENS or ACCESS_FILE, or one that has expired; or its session has ended; or neither is set, and the request is for a host other than localhost or comes through a proxy.',
    whatToDo:
      'Send `Authorization: Bearer <token>`; the operator of this ledger issues tokens. In the console, sign in again. If neither is set, send the request to `localhost`, `127.0.0.1` or `[::1]`, without a proxy.',
  },
  ISSUER_UNAVAILABLE: {
    meaning: 'The token is one of OIDC_ISSUER, which does not answer, so that its keys are not known.',
    whatToDo:
      'Send it again after the time in `Retry-After`. The operator checks that this service reaches the issuer.',
  },
  SIGN_IN_FAILED: {
    meaning:
      'Nobody was signed in at the issuer: it let nobody in, or its answer is not one to what this browser had begun.',
    whatToDo: 'Sign in again, as the page says. The operator runs `live-ledger doctor`.',
  },
  TOO_MANY_WRONG_TOKENS: {
    meaning:
      'Too many requests with a wrong token came from this address, so that no other token of it is compared for a while.',
    whatToDo:
      'Send the right token after the time in `Retry-After`. If the address is that of a proxy, the operator sets TRUST_PROXY, so that each client counts for itself.',
  },
  RATE_LIMITED: {
    meaning:
      'This token, person or address has used what it may in a minute: of operations, of their cost, of subscriptions, or of exports. The operation changed nothing.',
    whatToDo:
      'Send it again after the time in `Retry-After`, or in `extensions.retryAfterSeconds`; the headers `RateLimit` and `RateLimit-Policy` of every answer say what is left. The operator sets API_RATES, or `rates` of a token in ACCESS_FILE.',
  },
  ORIGIN_NOT_ALLOWED: {
    meaning:
      'The header Origin or Sec-Fetch-Site shows that the request comes from a web page of another origin, which is not allowed; or, if it is a callback, from any page.',
    whatToDo:
      'The operator adds the origin of the page to CORS_ORIGINS. A proxy must pass on the header Host unchanged.',
  },
  FORBIDDEN: {
    meaning: 'The role of the token may not do this, or what it asks for can not be limited to its scope.',
    whatToDo:
      'Send the token of a role that may: docs/security.md lists what each of viewer, analyst, operator and admin may do, and what is refused to tokens with a scope.',
  },
  NOT_AUTHENTIC: {
    meaning:
      'Neither its signature nor its URL proves that the callback comes from the account, and the quarantine is full, even while it removes the oldest of whoever has most. Nothing was stored.',
    whatToDo:
      'Compare CSS_CALLBACK_KEYS with the callback key of the template, and CSS_CALLBACK_TOKENS with the callback URL: add the new key or token, then release what is in quarantine. Block the addresses that flood the URL, and see whether the disk is nearly full.',
  },
  QUARANTINE_FULL: {
    meaning:
      'The callback belongs in quarantine. Too many of its sender are waiting to be stored there, or the quarantine is full. Nothing was stored.',
    whatToDo:
      'Send again after the time in `Retry-After`. The operator removes the cause: a missing key, a missing token, or a wrong clock.',
  },
  BODY_UNREADABLE: {
    meaning: 'The body of the callback is not one JSON object.',
    whatToDo: 'Send the JSON object that CSS sends. Nothing was stored.',
  },
  BODY_TOO_LARGE: {
    meaning: 'The body is larger than this server accepts.',
    whatToDo: 'Send less: a callback of CSS has 0.3 to 2 KB.',
  },
  ENCODING_NOT_SUPPORTED: {
    meaning: 'The body of the callback is compressed in a way that this server does not decode. Nothing was stored.',
    whatToDo: 'Send the body as it is, or by one of the encodings in the header `Accept-Encoding` of the answer.',
  },
  REQUEST_INVALID: {
    meaning: 'The request is not valid HTTP, or requires something that this server does not support.',
    whatToDo: 'Send a complete HTTP/1.1 request with headers of at most 16 KiB.',
  },
  REQUEST_TIMEOUT: {
    meaning: 'The request did not arrive completely in time. Nothing was stored.',
    whatToDo: 'Send it again, headers and body at once: they have 15 seconds, and less while the server is stopping.',
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'This route does not serve this method.',
    whatToDo: 'Use one of the methods in the header `Allow`.',
  },
  NOT_FOUND: {
    meaning: 'There is no such route.',
    whatToDo: 'See the routes that are printed at start and in docs/settings.md.',
  },
  STORE_UNAVAILABLE: {
    meaning:
      'The log cannot make anything durable at the moment: nothing was stored, unless the message says that it may be. Or a query cannot be answered yet, because the read models are being built or this node has no copy of the log yet.',
    whatToDo: 'Send again after the time in `Retry-After`. The log of the process gives the operator the reason.',
  },
  STANDBY: {
    meaning: 'This node is a standby: it copies the log of its primary, and takes neither callbacks nor changes.',
    whatToDo: 'Send it to the primary. If that is lost, the operator runs `live-ledger promote` here.',
  },
  OTHER_HISTORY: {
    meaning: 'A standby has copied an event that this log does not have: the two logs differ.',
    whatToDo:
      'The operator decides which of the two is the right one. The standby says what to do, and docs/standby.md has more.',
  },
  STORE_OVERLOADED: {
    meaning: 'More callbacks are waiting to be made durable than the limit allows. This one was not stored.',
    whatToDo: 'Send again after the time in `Retry-After`.',
  },
  INTERNAL: {
    meaning: 'A fault of this product.',
    whatToDo: 'Report it with the request id; the log of the process has the details.',
  },
} as const;

/** A code of the closed list, as responses contain it. */
export type ErrorCode = keyof typeof errorCodes;

/** A refusal with a code of the closed list. Its message is sent to the client: no secrets, no values of the input. */
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

/**
 * An error that the operator can fix. Its message says what is wrong, where, and what to do. It is printed as is, without a
 * stack trace, and quotes no secret.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** Events in this process's spool that wait for the log. */
export interface SpoolBacklog {
  /** Events that wait to be appended to the log. */
  readonly events: number;
  /** Bytes of their data and metadata. */
  readonly bytes: number;
  /** Milliseconds since the oldest of them arrived; 0 if none waits. */
  readonly oldestAgeMs: number;
  /** Events that the log refuses permanently: they stay in the spool, and block no others. */
  readonly eventsRefused: number;
}

/** Why a node is not ready: a closed list. docs/operations.md has the same texts, and the remedies. */
export const notReadyReasons = {
  STOPPING: 'The process is stopping: it answers open requests and accepts no new connections.',
  STORE_UNAVAILABLE: 'The newest callback could not be made durable.',
  STORE_OVERLOADED: 'The newest callback was refused, because too many others were waiting to be made durable.',
  READER_UNAVAILABLE: 'The reader is being started, or does not answer. Callbacks are taken.',
  PROJECTION_STALLED: 'The projector cannot read the log or write its rows, and retries.',
  PROJECTION_LAGS: 'Query results are more than 30 seconds behind the log.',
  DISK_NEARLY_FULL:
    'No more is left on the disk than is kept for callbacks: they are recorded, and query results stay as they are.',
  IMPORT_UNFINISHED: 'An import was interrupted: the record lacks a part of it. Callbacks are taken.',
  READ_MODEL_UNREADABLE: 'The read model cannot be read.',
  READ_MODEL_BUILDING: 'The read models are being built, and there are none to answer from meanwhile.',
} as const;

export type NotReadyReason = keyof typeof notReadyReasons;

/** One thing that a node needs to be ready. */
export interface ReadinessCheck {
  readonly name: 'connections' | 'store' | 'reader' | 'projection' | 'disk' | 'read_model' | 'record';
  readonly ok: boolean;
  /** Null if `ok`. */
  readonly reason: NotReadyReason | null;
}

/** The check of this name: not ready if there is a reason. */
export function readinessCheck(name: ReadinessCheck['name'], reason: NotReadyReason | null): ReadinessCheck {
  return { name, ok: reason === null, reason };
}
