/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Compares an IP address. Equality is that of the address, whatever its notation: `2001:DB8:0::1` equals `2001:db8::1`, and `::ffff:10.0.0.1` equals `10.0.0.1`. `startsWith` compares the text as CSS sent it, and so do the others if it is no address. All given operators must match; `null` is ignored. */
export type AddressFilter = {
  /** Equal to this value. */
  eq?: string | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string> | null | undefined;
  /** Starts with this text. */
  startsWith?: string | null | undefined;
  /** In this network, in CIDR notation: `10.0.0.0/8` or `2001:db8::/32`. IPv4 addresses are those of `::ffff:0:0/96`. */
  within?: string | null | undefined;
};

/** How a relay callback was matched to its task. */
export type Attribution =
  /** An exit without a task id: of the account’s tasks with the same source URLs, only this one was running at that time. */
  | 'BY_SOURCE_URLS'
  /** It names the task. */
  | 'BY_TASK_ID';

/** Compares how an exit was matched to its task. All given operators must match; `null` is ignored. */
export type AttributionFilter = {
  /** Equal to this value. */
  eq?: Attribution | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<Attribution> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: Attribution | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<Attribution> | null | undefined;
};

/** Compares whether something is so. All given operators must match; `null` is ignored. */
export type BooleanFilter = {
  /** Equal to this value. */
  eq?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: boolean | null | undefined;
};

/** Which broadcasts a list contains. All given fields must match; `null` is ignored. */
export type BroadcastFilter = {
  /** All of these filters match. An empty list matches everything. */
  and?: Array<BroadcastFilter> | null | undefined;
  /** By account; `unknown` finds sessions whose callbacks name none. */
  appId?: IdFilter | null | undefined;
  /** By `availability`, from 0 to 1. */
  availability?: FloatFilter | null | undefined;
  /** By push domain, case-insensitively. */
  domain?: StringFilter | null | undefined;
  /** By `durationMs`. */
  durationMs?: FloatFilter | null | undefined;
  /** By whether the last session is LIVE. */
  isLive?: BooleanFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: BroadcastFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<BroadcastFilter> | null | undefined;
  /** By how often it was pushed from two addresses at once. */
  overlaps?: IntFilter | null | undefined;
  /** By push path. */
  path?: StringFilter | null | undefined;
  /** By how often the stream reconnected. */
  reconnects?: IntFilter | null | undefined;
  /** By stream name. */
  streamId?: StringFilter | null | undefined;
};

/** The order of a list of broadcasts. */
export type BroadcastOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: BroadcastOrderField;
};

/** What broadcasts can be ordered by. */
export type BroadcastOrderField =
  /** By `availability`. */
  | 'AVAILABILITY'
  /** By `durationMs`. */
  | 'DURATION'
  /** By `longestGapMs`. */
  | 'LONGEST_GAP'
  /** By `reconnects`. */
  | 'RECONNECTS'
  /** By `startedAt`. */
  | 'STARTED_AT';

/** Which callbacks a list contains. All given fields must match; `null` is ignored. */
export type CallbackFilter = {
  /** All of these filters match. An empty list matches everything. */
  and?: Array<CallbackFilter> | null | undefined;
  /** By account. */
  appId?: IdFilter | null | undefined;
  /** By `callback_event` of relay callbacks, such as `TaskExit`. */
  callbackEvent?: StringFilter | null | undefined;
  /** By the domain of its session, or the domain that its task pushes to, case-insensitively. Callbacks with neither: by `app` of the body. */
  domain?: StringFilter | null | undefined;
  /** By `event_type`: 1 push, 0 interruption, 314 relay. */
  eventType?: IntFilter | null | undefined;
  /** By what it is about. */
  kind?: CallbackKindFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: CallbackFilter | null | undefined;
  /** By when it happened, by CSS’s clock. */
  occurredAt?: DateTimeFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<CallbackFilter> | null | undefined;
  /** By when it first arrived, by the receiver’s clock. */
  receivedAt?: DateTimeFilter | null | undefined;
  /** By whether a relay callback was matched to a task: `{ isNull: true }` lists those without one. Other callbacks never match. */
  relayTask?: PresenceFilter | null | undefined;
  /** By how its first arrival was authenticated. */
  signature?: SignatureFilter | null | undefined;
  /** By the stream of its session, or the stream that its task pushes to. Callbacks with neither, such as those of recordings: by `stream_id` of the body. */
  streamId?: StringFilter | null | undefined;
  /** By the relay task that it belongs to, whether it names the task or was matched to it. */
  taskId?: IdFilter | null | undefined;
};

/** What statistics of callbacks are grouped by. At most one of MINUTE, HOUR, DAY and WEEK. */
export type CallbackGrouping =
  /** By account. */
  | 'APP_ID'
  /** By `callback_event`; callbacks without one form one group. */
  | 'CALLBACK_EVENT'
  /** By the days of the time zone: 23 or 25 hours if clocks change. */
  | 'DAY'
  /** By the domain of the session or task, or of the body if there is neither. */
  | 'DOMAIN'
  /** By `event_type`. */
  | 'EVENT_TYPE'
  /** By the hours of the time zone. If clocks are put back, the repeated hour counts as two. */
  | 'HOUR'
  /** By the minutes of the time zone. */
  | 'MINUTE'
  /** By how they were authenticated. */
  | 'SIGNATURE'
  /** By the stream of the session or task, or of the body if there is neither. */
  | 'STREAM_ID'
  /** By relay task; callbacks that belong to none form one group. */
  | 'TASK_ID'
  /** By the weeks of the time zone, which begin on Monday. */
  | 'WEEK';

/** What a callback is about: the documented values of `event_type`. Sessions and relay tasks are made of pushes, interruptions and relay callbacks; the others are listed with them. */
export type CallbackKind =
  /** `event_type` 341: something was wrong in a recording. */
  | 'ABNORMAL_RECORDING'
  /** `event_type` 315: an audit found something in the sound. */
  | 'AUDIO_AUDIT'
  /** `event_type` 347: words were erased from the sound. */
  | 'ERASING'
  /** `event_type` 349: highlights were cut. */
  | 'HIGHLIGHT'
  /** `event_type` 317: an audit found something in the picture. */
  | 'IMAGE_AUDIT'
  /** `event_type` 0: a push ended. */
  | 'INTERRUPTION'
  /** `event_type` 328: monitoring of streams noticed something. */
  | 'MONITORING'
  /** Any other `event_type`, or none. */
  | 'OTHER'
  /** `event_type` 1: a push began. */
  | 'PUSH'
  /** `event_type` 321: errors in what was pushed. */
  | 'PUSH_ERROR'
  /** `event_type` 343 to 345: the quality of a stream was measured. */
  | 'QUALITY'
  /** `event_type` 100: a recording was saved. */
  | 'RECORDING'
  /** `event_type` 332: a recording began, paused, went on, ended or failed. */
  | 'RECORDING_STATUS'
  /** `event_type` 314: something happened to a relay task; see `callbackEvent`. */
  | 'RELAY'
  /** `event_type` 200: a screenshot was saved. */
  | 'SCREENSHOT'
  /** `event_type` 330: a push to an input of StreamLive ended. StreamLive is another product: it is of no stream of CSS. */
  | 'STREAM_LIVE_INTERRUPTION'
  /** `event_type` 329: a push to an input of StreamLive began. StreamLive is another product: it is of no stream of CSS. */
  | 'STREAM_LIVE_PUSH'
  /** `event_type` 338: subtitles. */
  | 'SUBTITLES'
  /** `event_type` 348: a summary was written. */
  | 'SUMMARY';

/** Compares what a callback is about. All given operators must match; `null` is ignored. */
export type CallbackKindFilter = {
  /** Equal to this value. */
  eq?: CallbackKind | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<CallbackKind> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: CallbackKind | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<CallbackKind> | null | undefined;
};

/** The order of a list of callbacks. */
export type CallbackOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: CallbackOrderField;
};

/** What callbacks can be ordered by. */
export type CallbackOrderField =
  /** By `occurredAt`. Callbacks without a time have no value. */
  | 'OCCURRED_AT'
  /** By `receivedAt`. Differs from the order of the log if several receivers, or a spool, append to it. */
  | 'RECEIVED_AT'
  /** By `position`: the order of the log. */
  | 'RECORDED';

/** The order of a list of rows of statistics of callbacks. */
export type CallbackStatisticsOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: CallbackStatisticsOrderField;
};

/** What rows of statistics of callbacks can be ordered by. */
export type CallbackStatisticsOrderField =
  /** By `callbacks`. */
  | 'CALLBACKS'
  /** By `delayMsLeast`. */
  | 'DELAY_LEAST'
  /** By `delayMsP50`. */
  | 'DELAY_P50'
  /** By `delayMsP95`. */
  | 'DELAY_P95'
  /** By `delayMsP99`. */
  | 'DELAY_P99'
  /** By `deliveries`. */
  | 'DELIVERIES'
  /** By time, then by the values of the group in the order of `groupBy`. */
  | 'GROUP';

/** Compares a point in time. All given operators must match; `null` is ignored. */
export type DateTimeFilter = {
  /** Equal to this value. */
  eq?: string | null | undefined;
  /** Greater than this value; for times, later. */
  gt?: string | null | undefined;
  /** Greater than or equal to this value; for times, no earlier. */
  gte?: string | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Less than this value; for times, earlier. */
  lt?: string | null | undefined;
  /** Less than or equal to this value; for times, no later. */
  lte?: string | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string> | null | undefined;
};

/** Which side ended a push, according to `endCode`. */
export type EndSide =
  /** The third-party authentication of the domain. */
  | 'AUTH'
  /** The pusher: it ended the stream, closed its connection, or sent bad media. */
  | 'CLIENT'
  /** A rule for the account, the domain or the stream, including quotas and expired push URLs. */
  | 'CONFIGURATION'
  /** The link between the pusher and CSS. */
  | 'NETWORK'
  /** Someone ended it by API or in the console. */
  | 'OPERATOR'
  /** CSS itself. */
  | 'PLATFORM'
  /** A newer push of the same stream replaced it. */
  | 'TAKEOVER'
  /** CSS does not say, or there was no code. */
  | 'UNKNOWN';

/** Compares which side ended a push. All given operators must match; `null` is ignored. */
export type EndSideFilter = {
  /** Equal to this value. */
  eq?: EndSide | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<EndSide> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: EndSide | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<EndSide> | null | undefined;
};

/** Compares a whole text, case-sensitively. There is no `startsWith`, because it could be used to guess hidden parts of the text. All given operators must match; `null` is ignored. */
export type ExactStringFilter = {
  /** Equal to this value. */
  eq?: string | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string> | null | undefined;
};

/** Compares a number. All given operators must match; `null` is ignored. */
export type FloatFilter = {
  /** Equal to this value. */
  eq?: number | null | undefined;
  /** Greater than this value; for times, later. */
  gt?: number | null | undefined;
  /** Greater than or equal to this value; for times, no earlier. */
  gte?: number | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<number> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Less than this value; for times, earlier. */
  lt?: number | null | undefined;
  /** Less than or equal to this value; for times, no later. */
  lte?: number | null | undefined;
  /** Known, and not equal to this value. */
  ne?: number | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<number> | null | undefined;
};

/** Why an attempt to forward a callback failed. */
export type ForwardFault =
  /** The host has no address that `FORWARD_ALLOW` allows. Nothing was sent. */
  | 'ADDRESS_REFUSED'
  /** The connection was refused, or broke before the answer. */
  | 'CONNECTION'
  /** The event in the log is not what was recorded. It is set aside at once. */
  | 'DAMAGED'
  /** A redirect. Redirects are never followed: set the URL that it leads to. */
  | 'HTTP_3XX'
  /** The target refused the request with a status from 400 to 499. */
  | 'HTTP_4XX'
  /** The target failed with a status from 500 on. */
  | 'HTTP_5XX'
  /** The host name could not be resolved. */
  | 'NAME'
  /** The answer has a success status but says that the message was not accepted. Chat tools only. */
  | 'REFUSED'
  /** No connection within 5 seconds, or no answer within 20. */
  | 'TIMEOUT'
  /** No encrypted connection, for example because the certificate is not valid. */
  | 'TLS';

/** Where a replay begins. */
export type ForwardReplayStart =
  {   /** After this log cursor: the `cursor` of a callback, or the `liveFrom` of a list. */
  after: string; recordedAt?: never; }
  |  { after?: never;   /** At the first event recorded at or after this time. */
  recordedAt: string; };

/** What forwarding to a target does. */
export type ForwardState =
  /** At least the last 20 attempts failed. The target gets one attempt at a time, at most 60 seconds apart. */
  | 'FAILING'
  /** An operator has paused it. Nothing is lost: the log has everything. */
  | 'PAUSED'
  /** Callbacks are sent as they are recorded. */
  | 'RUNNING';

/** Compares an identifier. All given operators must match; `null` is ignored. */
export type IdFilter = {
  /** Equal to this value. */
  eq?: string | number | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string | number> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | number | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string | number> | null | undefined;
};

/** Compares a whole number. All given operators must match; `null` is ignored. */
export type IntFilter = {
  /** Equal to this value. */
  eq?: number | null | undefined;
  /** Greater than this value; for times, later. */
  gt?: number | null | undefined;
  /** Greater than or equal to this value; for times, no earlier. */
  gte?: number | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<number> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Less than this value; for times, earlier. */
  lt?: number | null | undefined;
  /** Less than or equal to this value; for times, no later. */
  lte?: number | null | undefined;
  /** Known, and not equal to this value. */
  ne?: number | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<number> | null | undefined;
};

/** Which missing callbacks a list contains. All given fields must match; `null` is ignored. */
export type MissingCallbackFilter = {
  /** All of these filters match. An empty list matches everything. */
  and?: Array<MissingCallbackFilter> | null | undefined;
  /** By account; `unknown` finds sessions whose callbacks name none. */
  appId?: IdFilter | null | undefined;
  /** By push domain, case-insensitively. */
  domain?: StringFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: MissingCallbackFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<MissingCallbackFilter> | null | undefined;
  /** By push path. */
  path?: StringFilter | null | undefined;
  /** By what shows that the callback is missing. */
  reason?: MissingReasonFilter | null | undefined;
  /** By stream name. */
  streamId?: StringFilter | null | undefined;
};

/** The order of a list of missing callbacks. */
export type MissingCallbackOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: MissingCallbackOrderField;
};

/** What missing callbacks can be ordered by. */
export type MissingCallbackOrderField =
  /** By `expectedTo`. */
  | 'EXPECTED_AT';

/** What shows that a callback is missing. */
export type MissingReason =
  /** A domain is unusually silent: it pushed on at least 7 of the 14 days before the end of the time range, and then not for 3 times its longest pause between pushes on those days. Any of its callbacks may be missing. */
  | 'DOMAIN_SILENT'
  /** An interruption arrived, but no push callback. It should have come at the start that follows from the duration. */
  | 'END_WITHOUT_START'
  /** A source file finished more often than it was started in its run. A VodSourceFileStart should have come before the last finish, but not before the run began; if it is unknown when that was, at the earliest with its first callback, or the file’s duration before the finish if that is earlier. */
  | 'FILE_WITHOUT_START'
  /** Nothing was heard of a live session for longer than `silentAfterSeconds`. If it has ended, its interruption is missing. */
  | 'LIVE_BUT_SILENT'
  /** A run of a relay task has files, alarms or an exit, but no TaskStart. It should have come between the exit of the previous run and the first callback of this one. */
  | 'RUN_WITHOUT_START'
  /** A newer push of the stream began, but no interruption of this one arrived. It should have come by then. */
  | 'SUPERSEDED_WITHOUT_END';

/** Compares what shows that a callback is missing. All given operators must match; `null` is ignored. */
export type MissingReasonFilter = {
  /** Equal to this value. */
  eq?: MissingReason | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<MissingReason> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: MissingReason | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<MissingReason> | null | undefined;
};

/** The direction of an order. A missing value sorts below every other. */
export type OrderDirection =
  /** The least first; for times, the earliest. */
  | 'ASC'
  /** The greatest first; for times, the latest. */
  | 'DESC';

/** Why a node could not receive callbacks. */
export type OutageCause =
  /** The process ended without being stopped, or the log was restored from an older copy. `from` is when the newest callback that is left was recorded; after that, the process may still have been ready for a while without receiving any. */
  | 'LOST'
  /** The process was stopped, until it was started again. While a supervisor keeps the port, callbacks wait for the next process. */
  | 'STOPPED'
  /** Too many callbacks were waiting to be made durable, so others were refused. */
  | 'STORE_OVERLOADED'
  /** The log could not be written, and no spool had room, so callbacks were refused. */
  | 'STORE_UNAVAILABLE';

/** Compares whether something exists at all. All given operators must match; `null` is ignored. */
export type PresenceFilter = {
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
};

/** Where a push arrived at CSS. */
export type PushRegion =
  /** `set_id` 1 to 6. */
  | 'MAINLAND_CHINA'
  /** `set_id` 7 to 200. */
  | 'OUTSIDE_MAINLAND_CHINA';

/** Compares where a push arrived at CSS. All given operators must match; `null` is ignored. */
export type PushRegionFilter = {
  /** Equal to this value. */
  eq?: PushRegion | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<PushRegion> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: PushRegion | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<PushRegion> | null | undefined;
};

/** A check that a callback can fail. */
export type QuarantineCheck =
  /** `t` is within 900 s of the receiver’s clock. */
  | 'CLOCK'
  /** The body is one JSON object. */
  | 'JSON'
  /** `sign` matches one of the callback keys. */
  | 'SIGN_MATCHES'
  /** The key that `sign` matches may sign for the domain that the callback names: `app`, `domain` or the host of `to_url`. */
  | 'SIGN_OF_OTHER_DOMAIN'
  /** The body has `sign` and `t`. */
  | 'SIGN_PRESENT';

/** Which callbacks in quarantine a list contains. All given fields must match; `null` is ignored. */
export type QuarantineFilter = {
  /** All of these filters match. An empty list matches everything. */
  and?: Array<QuarantineFilter> | null | undefined;
  /** By the account that the body names. */
  appId?: IdFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: QuarantineFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<QuarantineFilter> | null | undefined;
  /** By why the callback is in quarantine. */
  reason?: QuarantineReasonFilter | null | undefined;
  /** By when the callback arrived, by the receiver’s clock. */
  receivedAt?: DateTimeFilter | null | undefined;
  /** By who has released the callback. */
  releasedBy?: StringFilter | null | undefined;
  /** By what was decided about the callback. */
  status?: QuarantineStatusFilter | null | undefined;
};

/** The order of a list of callbacks in quarantine. */
export type QuarantineOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: QuarantineOrderField;
};

/** What callbacks in quarantine can be ordered by. */
export type QuarantineOrderField =
  /** By `receivedAt`. Differs from the order of the log if several receivers, or a spool, append to it. */
  | 'RECEIVED_AT'
  /** By their position in the log. */
  | 'RECORDED';

/** The outcome of a decision on one callback. Only RELEASED and DISCARDED changed anything. */
export type QuarantineOutcome =
  /** It was already discarded. A discard can’t be undone. */
  | 'ALREADY_DISCARDED'
  /** It was already released. A release can’t be undone. */
  | 'ALREADY_RELEASED'
  /** It is now discarded. This is durable. */
  | 'DISCARDED'
  /** No such callback is in quarantine, or it was removed. */
  | 'NOT_FOUND'
  /** The log could not store the decision. Try again. */
  | 'NOT_STORED'
  /** It is now released. This is durable. */
  | 'RELEASED'
  /** Its body is not a JSON object, so it can be discarded but not released. */
  | 'UNREADABLE';

/** Why a callback is in quarantine. */
export type QuarantineReason =
  /** Its `sign` matches, but `t` differed by more than 900 s from the receiver’s clock. */
  | 'EXPIRED'
  /** Its `sign` matches none of the callback keys of its domain. */
  | 'FORGED'
  /** It has no `sign` and `t`, like every relay callback, and its URL has no listed token. */
  | 'UNPROVEN'
  /** Its URL has a listed token, but its body is not a JSON object. It can’t be released. */
  | 'UNREADABLE';

/** Compares the reason why a callback is in quarantine. All given operators must match; `null` is ignored. */
export type QuarantineReasonFilter = {
  /** Equal to this value. */
  eq?: QuarantineReason | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<QuarantineReason> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: QuarantineReason | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<QuarantineReason> | null | undefined;
};

/** What was decided about a callback in quarantine. */
export type QuarantineStatus =
  /** It is not a callback of the account. */
  | 'DISCARDED'
  /** Nothing was decided yet. */
  | 'HELD'
  /** It was accepted as a callback of the account. */
  | 'RELEASED';

/** Compares the status of a callback in quarantine. All given operators must match; `null` is ignored. */
export type QuarantineStatusFilter = {
  /** Equal to this value. */
  eq?: QuarantineStatus | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<QuarantineStatus> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: QuarantineStatus | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<QuarantineStatus> | null | undefined;
};

/** Which runs a list contains. All given fields must match; `null` is ignored. */
export type RelayRunFilter = {
  /** All of these filters match. An empty list matches everything. */
  and?: Array<RelayRunFilter> | null | undefined;
  /** By how its exit was matched to the task. */
  attribution?: AttributionFilter | null | undefined;
  /** By the code of its exit. */
  exitCode?: IntFilter | null | undefined;
  /** By when its TaskExit arrived, by the receiver’s clock. `{ isNull: true }`: it has not exited. */
  exitReceivedAt?: DateTimeFilter | null | undefined;
  /** By when it exited, by CSS’s clock. */
  exitedAt?: DateTimeFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: RelayRunFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<RelayRunFilter> | null | undefined;
  /** By when its TaskStart arrived, by the receiver’s clock. */
  startReceivedAt?: DateTimeFilter | null | undefined;
  /** By when it began, by CSS’s clock. */
  startedAt?: DateTimeFilter | null | undefined;
};

/** Which relay tasks a list contains. All given fields must match; `null` is ignored. */
export type RelayTaskFilter = {
  /** By the type of any alarm of the task, such as `PushStreamFailed`. */
  alarm?: SomeStringFilter | null | undefined;
  /** All of these filters match. An empty list matches everything. */
  and?: Array<RelayTaskFilter> | null | undefined;
  /** By account. */
  appId?: IdFilter | null | undefined;
  /** By the domain that the task pushes to, case-insensitively. */
  domain?: StringFilter | null | undefined;
  /** By the code of any exit of the task. */
  everExitedWith?: SomeIntFilter | null | undefined;
  /** By the code of the newest exit. */
  exitCode?: IntFilter | null | undefined;
  /** By when the newest exit arrived, by the receiver’s clock. Also finds exits without a time. */
  exitReceivedAt?: DateTimeFilter | null | undefined;
  /** By when the newest exit happened, by CSS’s clock. */
  exitedAt?: DateTimeFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: RelayTaskFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<RelayTaskFilter> | null | undefined;
  /** By the path that the task pushes to. */
  path?: StringFilter | null | undefined;
  /** By any run of the task: one and the same run must match all of this. */
  runs?: RelayRunFilter | null | undefined;
  /** By the file name of any of the URLs that the task pulls from, case-insensitively: the last segment of the path, without percent encoding. */
  sourceFile?: SomeStringFilter | null | undefined;
  /** By any of the URLs that the task pulls from, as sent; with a query or a login, for admins only. */
  sourceUrl?: SomeStringFilter | null | undefined;
  /** By when the TaskStart of the newest run arrived, by the receiver’s clock. Also finds starts without a time. */
  startReceivedAt?: DateTimeFilter | null | undefined;
  /** By when the newest run began, by CSS’s clock. */
  startedAt?: DateTimeFilter | null | undefined;
  /** By state. */
  state?: RelayTaskStateFilter | null | undefined;
  /** By the stream that the task pushes to. */
  streamId?: StringFilter | null | undefined;
  /** By task id. */
  taskId?: IdFilter | null | undefined;
  /** By the URL that the task pushes to, as sent; with a query or a login, for admins only. */
  toUrl?: ExactStringFilter | null | undefined;
};

/** What statistics of relay tasks are grouped by. At most one of MINUTE, HOUR, DAY and WEEK. */
export type RelayTaskGrouping =
  /** By account. */
  | 'APP_ID'
  /** By the days of the time zone: 23 or 25 hours if clocks change. */
  | 'DAY'
  /** By the domain that the task pushes to. */
  | 'DOMAIN'
  /** By the code with which the run exited; runs without one form one group. */
  | 'EXIT_CODE'
  /** By the hours of the time zone. If clocks are put back, the repeated hour counts as two. */
  | 'HOUR'
  /** By the minutes of the time zone. */
  | 'MINUTE'
  /** By the path that the task pushes to. */
  | 'PATH'
  /** By the stream that the task pushes to. */
  | 'STREAM_ID'
  /** By task. */
  | 'TASK_ID'
  /** By the weeks of the time zone, which begin on Monday. */
  | 'WEEK';

/** The order of a list of relay tasks. */
export type RelayTaskOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: RelayTaskOrderField;
};

/** What relay tasks can be ordered by. */
export type RelayTaskOrderField =
  /** By `exitedAt`. Tasks that never exited, or exited at an unknown time, have no value. */
  | 'EXITED_AT'
  /** By their last change, in the order of the log. A task moves in this list with every change. */
  | 'LAST_CHANGED'
  /** By when the newest run began, or by the first callback if no run is known. */
  | 'STARTED_AT';

/** Whether a relay task is running, as far as its callbacks show. */
export type RelayTaskState =
  /** Its newest run has exited. Not final: CSS restarts tasks, and sends TaskExit when it moves one. */
  | 'EXITED'
  /** Its newest run began with a TaskStart and has not exited. */
  | 'RUNNING'
  /** Its newest run is known only from files, alarms or configuration changes: neither a start nor an exit. */
  | 'UNKNOWN';

/** Compares the state of a relay task. All given operators must match; `null` is ignored. */
export type RelayTaskStateFilter = {
  /** Equal to this value. */
  eq?: RelayTaskState | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<RelayTaskState> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: RelayTaskState | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<RelayTaskState> | null | undefined;
};

/** The order of a list of rows of statistics of relay tasks. */
export type RelayTaskStatisticsOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: RelayTaskStatisticsOrderField;
};

/** What rows of statistics of relay tasks can be ordered by. */
export type RelayTaskStatisticsOrderField =
  /** By `alarms`. */
  | 'ALARMS'
  /** By `exits`. */
  | 'EXITS'
  /** By `filesPlayed`. */
  | 'FILES_PLAYED'
  /** By `filesStarted`. */
  | 'FILES_STARTED'
  /** By time, then by the values of the group in the order of `groupBy`. */
  | 'GROUP'
  /** By `runs`. */
  | 'RUNS';

/** How a callback was authenticated, or why it was not. */
export type Signature =
  /** `sign` matches, but `t` differs by more than 900 s from the receiver’s clock. */
  | 'EXPIRED'
  /** `sign` matches none of the callback keys. */
  | 'INVALID'
  /** The receiver had neither keys nor tokens to check with. */
  | 'NOT_CHECKED'
  /** The callback URL ends in a listed token; `sign` was not checked. */
  | 'TOKEN'
  /** The callback has no `sign` and `t`, and its URL has no listed token. */
  | 'UNSIGNED'
  /** `sign` matches one of the callback keys, and `t` is within 900 s of the receiver’s clock. */
  | 'VALID';

/** Compares how a callback was authenticated. All given operators must match; `null` is ignored. */
export type SignatureFilter = {
  /** Equal to this value. */
  eq?: Signature | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<Signature> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: Signature | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<Signature> | null | undefined;
};

/** Compares whether a session is silent: it is LIVE, and nothing was heard of it for a while. */
export type SilenceFilter = {
  /** Seconds without a callback after which a live session counts as silent, 1 to 316224000. Default: 86400, a day, because CSS sends nothing while a push goes on. */
  afterSeconds?: number | null | undefined;
  /** Whether it is silent. */
  eq?: boolean | null | undefined;
};

/** Compares each of several whole numbers, and matches if one of them does. To match only if none does, put it inside `not`. All given operators must match; `null` is ignored. */
export type SomeIntFilter = {
  /** Equal to this value. */
  eq?: number | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<number> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
};

/** Compares each of several texts as a whole, and matches if one of them does. To match only if none does, put it inside `not`. All given operators must match; `null` is ignored. */
export type SomeStringFilter = {
  /** Equal to this value. */
  eq?: string | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
};

/** Where `startedAt` comes from. */
export type StartedAtSource =
  /** No push callback with a time arrived: `event_time` of the interruption minus its `push_duration`. */
  | 'DERIVED_FROM_DURATION'
  /** `event_time` of the push callback, in whole seconds. */
  | 'PUSH_CALLBACK'
  /** Neither callback says when the push began, so `startedAt` is null. */
  | 'UNKNOWN';

/** Compares how the start of a session is known. All given operators must match; `null` is ignored. */
export type StartedAtSourceFilter = {
  /** Equal to this value. */
  eq?: StartedAtSource | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<StartedAtSource> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: StartedAtSource | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<StartedAtSource> | null | undefined;
};

/** Which stream sessions a list contains. All given fields must match; `null` is ignored. */
export type StreamSessionFilter = {
  /** By the address of the CSS access point. */
  accessPoint?: AddressFilter | null | undefined;
  /** All of these filters match. An empty list matches everything. */
  and?: Array<StreamSessionFilter> | null | undefined;
  /** By account; `unknown` finds sessions whose callbacks name none. */
  appId?: IdFilter | null | undefined;
  /** By when it ended as an operator states. */
  closedAt?: DateTimeFilter | null | undefined;
  /** By push domain, case-insensitively. */
  domain?: StringFilter | null | undefined;
  /** By the code of the interruption. */
  endCode?: IntFilter | null | undefined;
  /** By which side ended the push: `endCause.side`. */
  endSide?: EndSideFilter | null | undefined;
  /** By when the push ended, by CSS’s clock. */
  endedAt?: DateTimeFilter | null | undefined;
  /** By the height of the video in pixels. */
  height?: IntFilter | null | undefined;
  /** By the data centre of CSS. */
  idcId?: IntFilter | null | undefined;
  /** By whether it is live and nothing was heard of it for a while: see `lastHeardAt`. Only in the list `streamSessions`. */
  isSilent?: SilenceFilter | null | undefined;
  /** Live at this moment: the sessions that `concurrency` counts at it. Not in the future. Only in the list `streamSessions`. */
  liveAt?: string | null | undefined;
  /**
   * By the address of the CSS access point.
   * @deprecated Renamed: use `accessPoint`. Removed in 0.3.
   */
  node?: AddressFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: StreamSessionFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<StreamSessionFilter> | null | undefined;
  /** By push path. */
  path?: StringFilter | null | undefined;
  /** By the duration of the push as CSS counted it, in milliseconds. */
  pushDurationMs?: FloatFilter | null | undefined;
  /** By where the push arrived at CSS. */
  region?: PushRegionFilter | null | undefined;
  /** By the relay task that its push URL names. */
  relayTaskId?: IdFilter | null | undefined;
  /** By the sequence of the push. */
  sequence?: IdFilter | null | undefined;
  /** By when the push began, by CSS’s clock. */
  startedAt?: DateTimeFilter | null | undefined;
  /** By where `startedAt` comes from. For sessions whose push callback is missing or has no time: `DERIVED_FROM_DURATION` and `UNKNOWN`. */
  startedAtSource?: StartedAtSourceFilter | null | undefined;
  /** By state. */
  state?: StreamSessionStateFilter | null | undefined;
  /** By stream name. */
  streamId?: StringFilter | null | undefined;
  /** By the address of the pusher. */
  userIp?: AddressFilter | null | undefined;
  /** By the width of the video in pixels. */
  width?: IntFilter | null | undefined;
};

/** What statistics of stream sessions are grouped by. At most one of MINUTE, HOUR, DAY and WEEK. */
export type StreamSessionGrouping =
  /** By CSS access point. */
  | 'ACCESS_POINT'
  /** By account. */
  | 'APP_ID'
  /** By the days of the time zone: 23 or 25 hours if clocks change. */
  | 'DAY'
  /** By push domain. */
  | 'DOMAIN'
  /** By the code of the interruption; sessions without one form one group. */
  | 'END_CODE'
  /** By the side that ended the push; sessions that have not ended form one group. */
  | 'END_SIDE'
  /** By height of the video. */
  | 'HEIGHT'
  /** By the hours of the time zone. If clocks are put back, the repeated hour counts as two. */
  | 'HOUR'
  /** By data centre of CSS. */
  | 'IDC_ID'
  /** By the minutes of the time zone. */
  | 'MINUTE'
  /** By CSS access point. */
  | 'NODE'
  /** By push path. */
  | 'PATH'
  /** By where the push arrived at CSS. */
  | 'REGION'
  /** By stream name. */
  | 'STREAM_ID'
  /** By address of the pusher, as CSS wrote it: personal data. */
  | 'USER_IP'
  /** By the weeks of the time zone, which begin on Monday. */
  | 'WEEK'
  /** By width of the video. */
  | 'WIDTH';

/** The order of a list of stream sessions. */
export type StreamSessionOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: StreamSessionOrderField;
};

/** What stream sessions can be ordered by. */
export type StreamSessionOrderField =
  /** By `endedAt`. Sessions that have not ended, or ended at an unknown time, have no value. */
  | 'ENDED_AT'
  /** By their last change, in the order of the log. A session moves in this list with every change. */
  | 'LAST_CHANGED'
  /** By `pushDurationMs`. Sessions that have not ended have no value. */
  | 'PUSH_DURATION'
  /** By `startedAt`, or by `endedAt` or `firstReceivedAt`, whichever is earlier, if the start is unknown. */
  | 'STARTED_AT';

/** Whether a push is still running, as far as its callbacks show. */
export type StreamSessionState =
  /** No interruption has arrived, but an operator has stated that it ended: see `operatorFacts`. If the interruption arrives after all, the state becomes ENDED. */
  | 'CLOSED'
  /** Its interruption has arrived. The session never becomes live again, but its `endCause` may still change to TAKEOVER when the callback of a newer push arrives. */
  | 'ENDED'
  /** It began, no interruption has arrived, and no newer push of the same stream is known. */
  | 'LIVE'
  /** A newer push of the same stream began, but no interruption has arrived: it was lost, or is up to 13 minutes late. */
  | 'SUPERSEDED';

/** Compares the state of a session. All given operators must match; `null` is ignored. */
export type StreamSessionStateFilter = {
  /** Equal to this value. */
  eq?: StreamSessionState | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<StreamSessionState> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: StreamSessionState | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<StreamSessionState> | null | undefined;
};

/** The order of a list of rows of statistics of stream sessions. */
export type StreamSessionStatisticsOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: StreamSessionStatisticsOrderField;
};

/** What rows of statistics of stream sessions can be ordered by. */
export type StreamSessionStatisticsOrderField =
  /** By `began`. */
  | 'BEGAN'
  /** By `ended`. */
  | 'ENDED'
  /** By time, then by the values of the group in the order of `groupBy`. */
  | 'GROUP'
  /** By `longestMs`. */
  | 'LONGEST'
  /** By `medianMs`. */
  | 'MEDIAN'
  /** By `p95Ms`. */
  | 'P95'
  /** By `pushedMs`. */
  | 'PUSHED'
  /** By `reconnects`. */
  | 'RECONNECTS'
  /** By `reconnectMsP50`. */
  | 'RECONNECT_P50'
  /** By `reconnectMsP95`. */
  | 'RECONNECT_P95';

/** Compares a text, case-sensitively. All given operators must match; `null` is ignored. */
export type StringFilter = {
  /** Equal to this value. */
  eq?: string | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: string | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<string> | null | undefined;
  /** Starts with this text. */
  startsWith?: string | null | undefined;
};

/** How sure a statement is that CSS did not make itself but Live Ledger concluded. */
export type Sureness =
  /** It follows from values that CSS gives for this purpose, such as a sequence or a task id. */
  | 'CERTAIN'
  /** Everything recorded fits it, and nothing recorded fits another reading better. */
  | 'LIKELY'
  /** Something else fits as well: see `alternative`. */
  | 'POSSIBLE';

export type CallbacksQueryVariables = Exact<{
  filter?: CallbackFilter | null | undefined;
  orderBy?: CallbackOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type CallbacksQuery = { callbacks: { liveFrom: string, nodes: Array<{ cursor: string, position: string, eventType: number | null, callbackEvent: string | null, appId: string | null, streamId: string | null, domain: string | null, taskId: string | null, occurredAt: string | null, receivedAt: string, recordedAt: string, lastReceivedAt: string, signature: Signature, deliveries: number, body: unknown, attribution: Attribution | null, streamSession: { sequence: string } | null, relayTask: { taskId: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type CallbacksCountQueryVariables = Exact<{
  filter?: CallbackFilter | null | undefined;
}>;


export type CallbacksCountQuery = { callbacks: { totalCount: number, totalCountIsCapped: boolean, liveFrom: string } | null };

export type CallbackRecordedSubscriptionVariables = Exact<{
  filter?: CallbackFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type CallbackRecordedSubscription = { callbackRecorded: { cursor: string, position: string, eventType: number | null, callbackEvent: string | null, appId: string | null, occurredAt: string | null, receivedAt: string, recordedAt: string, signature: Signature, body: unknown } };

export type ForwardTargetFieldsFragment = { name: string, state: ForwardState, isActiveHere: boolean, position: string, lagEvents: number, lagMs: number, attempts: number, delivered: number, lastFault: ForwardFault | null, lastFailedAt: string | null, setAsideTotal: number, failures: Array<{ fault: ForwardFault, attempts: number }>, retrying: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }>, setAside: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }> };

export type ForwardFailureFieldsFragment = { position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault };

export type ForwardTargetsQueryVariables = Exact<{ [key: string]: never; }>;


export type ForwardTargetsQuery = { forwardTargets: Array<{ name: string, state: ForwardState, isActiveHere: boolean, position: string, lagEvents: number, lagMs: number, attempts: number, delivered: number, lastFault: ForwardFault | null, lastFailedAt: string | null, setAsideTotal: number, failures: Array<{ fault: ForwardFault, attempts: number }>, retrying: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }>, setAside: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }> }> | null };

export type PauseForwardingMutationVariables = Exact<{
  target: string;
}>;


export type PauseForwardingMutation = { pauseForwarding: { forwardTarget: { name: string, state: ForwardState, isActiveHere: boolean, position: string, lagEvents: number, lagMs: number, attempts: number, delivered: number, lastFault: ForwardFault | null, lastFailedAt: string | null, setAsideTotal: number, failures: Array<{ fault: ForwardFault, attempts: number }>, retrying: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }>, setAside: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }> } } | null };

export type ResumeForwardingMutationVariables = Exact<{
  target: string;
}>;


export type ResumeForwardingMutation = { resumeForwarding: { forwardTarget: { name: string, state: ForwardState, isActiveHere: boolean, position: string, lagEvents: number, lagMs: number, attempts: number, delivered: number, lastFault: ForwardFault | null, lastFailedAt: string | null, setAsideTotal: number, failures: Array<{ fault: ForwardFault, attempts: number }>, retrying: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }>, setAside: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }> } } | null };

export type ReplayForwardingMutationVariables = Exact<{
  target: string;
  from: ForwardReplayStart;
}>;


export type ReplayForwardingMutation = { replayForwarding: { forwardTarget: { name: string, state: ForwardState, isActiveHere: boolean, position: string, lagEvents: number, lagMs: number, attempts: number, delivered: number, lastFault: ForwardFault | null, lastFailedAt: string | null, setAsideTotal: number, failures: Array<{ fault: ForwardFault, attempts: number }>, retrying: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }>, setAside: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }> } } | null };

export type SkipForwardingMutationVariables = Exact<{
  target: string;
}>;


export type SkipForwardingMutation = { skipForwarding: { forwardTarget: { name: string, state: ForwardState, isActiveHere: boolean, position: string, lagEvents: number, lagMs: number, attempts: number, delivered: number, lastFault: ForwardFault | null, lastFailedAt: string | null, setAsideTotal: number, failures: Array<{ fault: ForwardFault, attempts: number }>, retrying: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }>, setAside: Array<{ position: string, attempts: number, firstFailedAt: string, lastFailedAt: string, fault: ForwardFault }> } } | null };

export type ProjectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProjectionsQuery = { projections: Array<{ name: string, version: number, position: string | null, lagEvents: number, lagMs: number, relayCallbacksWithoutTask: number, stalled: boolean, stalledBecause: string | null, notFollowedBecause: string | null, spool: { events: number, bytes: number, oldestAgeMs: number, eventsRefused: number } | null, poisoned: Array<{ position: string, streamName: string, reason: string }> }> | null };

export type QuarantineQueryVariables = Exact<{
  filter?: QuarantineFilter | null | undefined;
  orderBy?: QuarantineOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type QuarantineQuery = { quarantine: { liveFrom: string, nodes: Array<{ id: string, reason: QuarantineReason, status: QuarantineStatus, signature: Signature, receivedAt: string, recordedAt: string, appId: string | null, eventType: number | null, callbackEvent: string | null, bodyBytes: number, body: unknown, bodyText: string | null, diagnosis: { check: QuarantineCheck, field: string, summary: string, advice: string } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type ReleaseFromQuarantineMutationVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type ReleaseFromQuarantineMutation = { releaseFromQuarantine: Array<{ id: string, callbackId: string, outcome: QuarantineOutcome, message: string, quarantinedCallback: { id: string, reason: QuarantineReason, status: QuarantineStatus, signature: Signature, receivedAt: string, recordedAt: string, appId: string | null, eventType: number | null, callbackEvent: string | null, bodyBytes: number, body: unknown, bodyText: string | null, diagnosis: { check: QuarantineCheck, field: string, summary: string, advice: string } } | null }> | null };

export type DiscardFromQuarantineMutationVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type DiscardFromQuarantineMutation = { discardFromQuarantine: Array<{ id: string, callbackId: string, outcome: QuarantineOutcome, message: string, quarantinedCallback: { id: string, reason: QuarantineReason, status: QuarantineStatus, signature: Signature, receivedAt: string, recordedAt: string, appId: string | null, eventType: number | null, callbackEvent: string | null, bodyBytes: number, body: unknown, bodyText: string | null, diagnosis: { check: QuarantineCheck, field: string, summary: string, advice: string } } | null }> | null };

export type QuarantinedCallbackFieldsFragment = { id: string, reason: QuarantineReason, status: QuarantineStatus, signature: Signature, receivedAt: string, recordedAt: string, appId: string | null, eventType: number | null, callbackEvent: string | null, bodyBytes: number, body: unknown, bodyText: string | null, diagnosis: { check: QuarantineCheck, field: string, summary: string, advice: string } };

export type FileFieldsFragment = { index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number };

export type AlarmFieldsFragment = { type: string, firstAt: string, lastAt: string, times: number };

export type RunFieldsFragment = { number: number, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, attribution: Attribution | null };

export type TaskFieldsFragment = { id: string, appId: string, taskId: string, state: RelayTaskState, sourceUrls: Array<string>, toUrl: string | null, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, exitedAt: string | null, exitReceivedAt: string | null };

export type RelayTaskQueryVariables = Exact<{
  taskId: string | number;
  appId?: string | number | null | undefined;
}>;


export type RelayTaskQuery = { relayTask: { id: string, appId: string, taskId: string, state: RelayTaskState, sourceUrls: Array<string>, toUrl: string | null, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, exitedAt: string | null, exitReceivedAt: string | null, runs: Array<{ number: number, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, attribution: Attribution | null, files: Array<{ index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number }> | null, alarms: Array<{ type: string, firstAt: string, lastAt: string, times: number }> | null }> | null, currentFile: { index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number } | null, files: Array<{ index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number }> | null, alarms: Array<{ type: string, firstAt: string, lastAt: string, times: number }> | null, callbacks: { nodes: Array<{ callbackEvent: string | null, attribution: Attribution | null, deliveries: number }> } | null, streamSessions: Array<{ sequence: string, state: StreamSessionState }> | null } | null };

export type RelayTasksQueryVariables = Exact<{
  filter?: RelayTaskFilter | null | undefined;
  orderBy?: RelayTaskOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type RelayTasksQuery = { relayTasks: { liveFrom: string, edges: Array<{ cursor: string, node: { id: string, appId: string, taskId: string, state: RelayTaskState, sourceUrls: Array<string>, toUrl: string | null, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, exitedAt: string | null, exitReceivedAt: string | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type RelayTasksCountQueryVariables = Exact<{
  filter?: RelayTaskFilter | null | undefined;
}>;


export type RelayTasksCountQuery = { relayTasks: { totalCount: number, totalCountIsCapped: boolean, liveFrom: string } | null };

export type RelayTasksWithRunsQueryVariables = Exact<{
  filter?: RelayTaskFilter | null | undefined;
  orderBy?: RelayTaskOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RelayTasksWithRunsQuery = { relayTasks: { liveFrom: string, nodes: Array<{ id: string, appId: string, taskId: string, state: RelayTaskState, sourceUrls: Array<string>, toUrl: string | null, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, exitedAt: string | null, exitReceivedAt: string | null, runs: Array<{ number: number, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, attribution: Attribution | null }> | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RelayTaskChangedSubscriptionVariables = Exact<{
  filter?: RelayTaskFilter | null | undefined;
  after?: string | null | undefined;
  left?: boolean | null | undefined;
}>;


export type RelayTaskChangedSubscription = { relayTaskChanged: { cursor: string, matches: boolean, relayTask: { id: string, appId: string, taskId: string, state: RelayTaskState, sourceUrls: Array<string>, toUrl: string | null, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, exitedAt: string | null, exitReceivedAt: string | null, runs: Array<{ number: number, startedAt: string | null, exitedAt: string | null, exitCode: number | null }> | null } } };

export type StreamSessionStatisticsQueryVariables = Exact<{
  filter?: StreamSessionFilter | null | undefined;
  from: string;
  to: string;
  groupBy?: Array<StreamSessionGrouping> | StreamSessionGrouping | null | undefined;
  timeZone?: string | null | undefined;
  orderBy?: StreamSessionStatisticsOrder | null | undefined;
  first?: number | null | undefined;
}>;


export type StreamSessionStatisticsQuery = { streamSessionStatistics: { from: string, to: string, rowCount: number, rows: Array<{ from: string, to: string, appId: string | null, domain: string | null, path: string | null, streamId: string | null, accessPoint: string | null, endSide: EndSide | null, endCode: number | null, began: number, ended: number, pushedMs: number, longestMs: number | null, medianMs: number | null, p95Ms: number | null, reconnects: number, interruptions: Array<{ side: EndSide, sessions: number }> }>, total: { began: number, ended: number, pushedMs: number, longestMs: number | null, medianMs: number | null, p95Ms: number | null, reconnects: number, interruptions: Array<{ side: EndSide, sessions: number }> } } | null };

export type RelayTaskStatisticsQueryVariables = Exact<{
  filter?: RelayTaskFilter | null | undefined;
  from: string;
  to: string;
  groupBy?: Array<RelayTaskGrouping> | RelayTaskGrouping | null | undefined;
  timeZone?: string | null | undefined;
  orderBy?: RelayTaskStatisticsOrder | null | undefined;
  first?: number | null | undefined;
}>;


export type RelayTaskStatisticsQuery = { relayTaskStatistics: { from: string, to: string, rowCount: number, rows: Array<{ from: string, to: string, appId: string | null, domain: string | null, path: string | null, streamId: string | null, taskId: string | null, exitCode: number | null, runs: number, exits: number, filesStarted: number, filesPlayed: number, alarms: number }>, total: { runs: number, exits: number, filesStarted: number, filesPlayed: number, alarms: number } } | null };

export type CallbackStatisticsQueryVariables = Exact<{
  filter?: CallbackFilter | null | undefined;
  from: string;
  to: string;
  groupBy?: Array<CallbackGrouping> | CallbackGrouping | null | undefined;
  timeZone?: string | null | undefined;
  orderBy?: CallbackStatisticsOrder | null | undefined;
  first?: number | null | undefined;
}>;


export type CallbackStatisticsQuery = { callbackStatistics: { from: string, to: string, rowCount: number, rows: Array<{ from: string, to: string, eventType: number | null, callbackEvent: string | null, appId: string | null, domain: string | null, streamId: string | null, taskId: string | null, signature: Signature | null, callbacks: number, deliveries: number, timed: number, delayMsP50: number | null, delayMsP95: number | null, delayMsP99: number | null, delayMsLeast: number | null, recordingMsMost: number | null }>, total: { callbacks: number, deliveries: number, timed: number, delayMsP50: number | null, delayMsP95: number | null, delayMsP99: number | null, delayMsLeast: number | null, recordingMsMost: number | null } } | null };

export type BroadcastsQueryVariables = Exact<{
  filter?: BroadcastFilter | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  gapMaxSeconds?: number | null | undefined;
  orderBy?: BroadcastOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BroadcastsQuery = { broadcasts: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ appId: string, domain: string, path: string, streamId: string, startedAt: string, endedAt: string | null, isLive: boolean, durationMs: number | null, sessionCount: number, reconnects: number, longestGapMs: number, availability: number | null, causes: Array<{ side: EndSide, sessions: number }> }> } | null };

export type MissingCallbacksQueryVariables = Exact<{
  filter?: MissingCallbackFilter | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  silentAfterSeconds?: number | null | undefined;
  orderBy?: MissingCallbackOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MissingCallbacksQuery = { missingCallbacks: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ reason: MissingReason, sureness: Sureness, because: string, alternative: string | null, eventType: number | null, callbackEvent: string | null, expectedFrom: string | null, expectedTo: string, appId: string, domain: string | null, path: string | null, streamId: string | null, run: number | null, usualPauseMs: number | null, streamSession: { id: string, sequence: string, state: StreamSessionState } | null, relayTask: { id: string, taskId: string } | null, file: { index: number | null, url: string | null } | null, outages: Array<{ cause: OutageCause, from: string, to: string }> | null }> } | null };

export type ReceivingOutagesQueryVariables = Exact<{
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type ReceivingOutagesQuery = { receivingOutages: Array<{ cause: OutageCause, from: string, to: string, refused: number | null, node: string | null }> | null };

export type SessionFieldsFragment = { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, endCause: { side: EndSide, summary: string, advice: string } | null };

export type StreamSessionQueryVariables = Exact<{
  sequence: string | number;
  appId?: string | number | null | undefined;
}>;


export type StreamSessionQuery = { streamSession: { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, callbacks: { nodes: Array<{ eventType: number | null, deliveries: number }> } | null, endCause: { side: EndSide, summary: string, advice: string } | null } | null };

export type StreamSessionsQueryVariables = Exact<{
  filter?: StreamSessionFilter | null | undefined;
  orderBy?: StreamSessionOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type StreamSessionsQuery = { streamSessions: { liveFrom: string, edges: Array<{ cursor: string, node: { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, endCause: { side: EndSide, summary: string, advice: string } | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type StreamSessionsCountQueryVariables = Exact<{
  filter?: StreamSessionFilter | null | undefined;
}>;


export type StreamSessionsCountQuery = { streamSessions: { totalCount: number, totalCountIsCapped: boolean, liveFrom: string } | null };

export type StreamSessionChangedSubscriptionVariables = Exact<{
  filter?: StreamSessionFilter | null | undefined;
  after?: string | null | undefined;
  left?: boolean | null | undefined;
}>;


export type StreamSessionChangedSubscription = { streamSessionChanged: { cursor: string, matches: boolean, streamSession: { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, endCause: { side: EndSide, summary: string, advice: string } | null } } };

export const ForwardFailureFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}}]} as unknown as DocumentNode<ForwardFailureFieldsFragment, unknown>;
export const ForwardTargetFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardTargetFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardTarget"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isActiveHere"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"delivered"}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastFault"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"retrying"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"setAsideTotal"}},{"kind":"Field","name":{"kind":"Name","value":"setAside"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}}]} as unknown as DocumentNode<ForwardTargetFieldsFragment, unknown>;
export const QuarantinedCallbackFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuarantinedCallbackFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuarantinedCallback"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"diagnosis"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"check"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"bodyBytes"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"bodyText"}}]}}]} as unknown as DocumentNode<QuarantinedCallbackFieldsFragment, unknown>;
export const FileFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FileFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayFile"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"index"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"times"}}]}}]} as unknown as DocumentNode<FileFieldsFragment, unknown>;
export const AlarmFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AlarmFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayAlarm"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"firstAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastAt"}},{"kind":"Field","name":{"kind":"Name","value":"times"}}]}}]} as unknown as DocumentNode<AlarmFieldsFragment, unknown>;
export const RunFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}}]} as unknown as DocumentNode<RunFieldsFragment, unknown>;
export const TaskFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUrls"}},{"kind":"Field","name":{"kind":"Name","value":"toUrl"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}}]}}]} as unknown as DocumentNode<TaskFieldsFragment, unknown>;
export const SessionFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSession"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"channelId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAtSource"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pushDurationMs"}},{"kind":"Field","name":{"kind":"Name","value":"endCode"}},{"kind":"Field","name":{"kind":"Name","value":"endMessage"}},{"kind":"Field","name":{"kind":"Name","value":"endCause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessPoint"}},{"kind":"Field","name":{"kind":"Name","value":"userIp"}},{"kind":"Field","name":{"kind":"Name","value":"streamParam"}},{"kind":"Field","name":{"kind":"Name","value":"firstReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}}]}}]} as unknown as DocumentNode<SessionFieldsFragment, unknown>;
export const CallbacksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Callbacks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbacks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"streamSession"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sequence"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relayTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"taskId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}}]} as unknown as DocumentNode<CallbacksQuery, CallbacksQueryVariables>;
export const CallbacksCountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CallbacksCount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbacks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCountIsCapped"}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}}]} as unknown as DocumentNode<CallbacksCountQuery, CallbacksCountQueryVariables>;
export const CallbackRecordedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"CallbackRecorded"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbackRecorded"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"body"}}]}}]}}]} as unknown as DocumentNode<CallbackRecordedSubscription, CallbackRecordedSubscriptionVariables>;
export const ForwardTargetsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ForwardTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forwardTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardTargetFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardTargetFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardTarget"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isActiveHere"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"delivered"}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastFault"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"retrying"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"setAsideTotal"}},{"kind":"Field","name":{"kind":"Name","value":"setAside"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}}]}}]} as unknown as DocumentNode<ForwardTargetsQuery, ForwardTargetsQueryVariables>;
export const PauseForwardingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseForwarding"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"target"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseForwarding"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"target"},"value":{"kind":"Variable","name":{"kind":"Name","value":"target"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forwardTarget"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardTargetFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardTargetFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardTarget"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isActiveHere"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"delivered"}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastFault"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"retrying"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"setAsideTotal"}},{"kind":"Field","name":{"kind":"Name","value":"setAside"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}}]}}]} as unknown as DocumentNode<PauseForwardingMutation, PauseForwardingMutationVariables>;
export const ResumeForwardingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeForwarding"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"target"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeForwarding"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"target"},"value":{"kind":"Variable","name":{"kind":"Name","value":"target"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forwardTarget"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardTargetFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardTargetFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardTarget"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isActiveHere"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"delivered"}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastFault"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"retrying"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"setAsideTotal"}},{"kind":"Field","name":{"kind":"Name","value":"setAside"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}}]}}]} as unknown as DocumentNode<ResumeForwardingMutation, ResumeForwardingMutationVariables>;
export const ReplayForwardingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayForwarding"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"target"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardReplayStart"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayForwarding"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"target"},"value":{"kind":"Variable","name":{"kind":"Name","value":"target"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forwardTarget"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardTargetFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardTargetFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardTarget"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isActiveHere"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"delivered"}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastFault"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"retrying"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"setAsideTotal"}},{"kind":"Field","name":{"kind":"Name","value":"setAside"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}}]}}]} as unknown as DocumentNode<ReplayForwardingMutation, ReplayForwardingMutationVariables>;
export const SkipForwardingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SkipForwarding"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"target"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"skipForwarding"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"target"},"value":{"kind":"Variable","name":{"kind":"Name","value":"target"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forwardTarget"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardTargetFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardFailureFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardFailure"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"firstFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ForwardTargetFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ForwardTarget"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isActiveHere"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"delivered"}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastFault"}},{"kind":"Field","name":{"kind":"Name","value":"lastFailedAt"}},{"kind":"Field","name":{"kind":"Name","value":"retrying"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"setAsideTotal"}},{"kind":"Field","name":{"kind":"Name","value":"setAside"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ForwardFailureFields"}}]}}]}}]} as unknown as DocumentNode<SkipForwardingMutation, SkipForwardingMutationVariables>;
export const ProjectionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Projections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"lagEvents"}},{"kind":"Field","name":{"kind":"Name","value":"lagMs"}},{"kind":"Field","name":{"kind":"Name","value":"relayCallbacksWithoutTask"}},{"kind":"Field","name":{"kind":"Name","value":"stalled"}},{"kind":"Field","name":{"kind":"Name","value":"stalledBecause"}},{"kind":"Field","name":{"kind":"Name","value":"notFollowedBecause"}},{"kind":"Field","name":{"kind":"Name","value":"spool"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"oldestAgeMs"}},{"kind":"Field","name":{"kind":"Name","value":"eventsRefused"}}]}},{"kind":"Field","name":{"kind":"Name","value":"poisoned"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"streamName"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]}}]} as unknown as DocumentNode<ProjectionsQuery, ProjectionsQueryVariables>;
export const QuarantineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Quarantine"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"QuarantineFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"QuarantineOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quarantine"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuarantinedCallbackFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuarantinedCallbackFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuarantinedCallback"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"diagnosis"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"check"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"bodyBytes"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"bodyText"}}]}}]} as unknown as DocumentNode<QuarantineQuery, QuarantineQueryVariables>;
export const ReleaseFromQuarantineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReleaseFromQuarantine"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"releaseFromQuarantine"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"callbackId"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"quarantinedCallback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuarantinedCallbackFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuarantinedCallbackFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuarantinedCallback"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"diagnosis"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"check"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"bodyBytes"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"bodyText"}}]}}]} as unknown as DocumentNode<ReleaseFromQuarantineMutation, ReleaseFromQuarantineMutationVariables>;
export const DiscardFromQuarantineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DiscardFromQuarantine"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"discardFromQuarantine"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"callbackId"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"quarantinedCallback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuarantinedCallbackFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuarantinedCallbackFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuarantinedCallback"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"diagnosis"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"check"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"bodyBytes"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"bodyText"}}]}}]} as unknown as DocumentNode<DiscardFromQuarantineMutation, DiscardFromQuarantineMutationVariables>;
export const RelayTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RelayTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"taskId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"appId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"relayTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"taskId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"taskId"}}},{"kind":"Argument","name":{"kind":"Name","value":"appId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"appId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunFields"}},{"kind":"Field","name":{"kind":"Name","value":"files"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FileFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"alarms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AlarmFields"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"currentFile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FileFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"files"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FileFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"alarms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AlarmFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"callbacks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"streamSessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUrls"}},{"kind":"Field","name":{"kind":"Name","value":"toUrl"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FileFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayFile"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"index"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"times"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AlarmFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayAlarm"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"firstAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastAt"}},{"kind":"Field","name":{"kind":"Name","value":"times"}}]}}]} as unknown as DocumentNode<RelayTaskQuery, RelayTaskQueryVariables>;
export const RelayTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RelayTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"relayTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUrls"}},{"kind":"Field","name":{"kind":"Name","value":"toUrl"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}}]}}]} as unknown as DocumentNode<RelayTasksQuery, RelayTasksQueryVariables>;
export const RelayTasksCountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RelayTasksCount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"relayTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCountIsCapped"}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}}]} as unknown as DocumentNode<RelayTasksCountQuery, RelayTasksCountQueryVariables>;
export const RelayTasksWithRunsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RelayTasksWithRuns"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"relayTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunFields"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUrls"}},{"kind":"Field","name":{"kind":"Name","value":"toUrl"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayRun"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}}]} as unknown as DocumentNode<RelayTasksWithRunsQuery, RelayTasksWithRunsQueryVariables>;
export const RelayTaskChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"RelayTaskChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"left"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"relayTaskChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"left"},"value":{"kind":"Variable","name":{"kind":"Name","value":"left"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"relayTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUrls"}},{"kind":"Field","name":{"kind":"Name","value":"toUrl"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"exitCodeText"}},{"kind":"Field","name":{"kind":"Name","value":"exitMessage"}},{"kind":"Field","name":{"kind":"Name","value":"exitedAt"}},{"kind":"Field","name":{"kind":"Name","value":"exitReceivedAt"}}]}}]} as unknown as DocumentNode<RelayTaskChangedSubscription, RelayTaskChangedSubscriptionVariables>;
export const StreamSessionStatisticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StreamSessionStatistics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionGrouping"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionStatisticsOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"streamSessionStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"groupBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"rowCount"}},{"kind":"Field","name":{"kind":"Name","value":"rows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"accessPoint"}},{"kind":"Field","name":{"kind":"Name","value":"endSide"}},{"kind":"Field","name":{"kind":"Name","value":"endCode"}},{"kind":"Field","name":{"kind":"Name","value":"began"}},{"kind":"Field","name":{"kind":"Name","value":"ended"}},{"kind":"Field","name":{"kind":"Name","value":"pushedMs"}},{"kind":"Field","name":{"kind":"Name","value":"longestMs"}},{"kind":"Field","name":{"kind":"Name","value":"medianMs"}},{"kind":"Field","name":{"kind":"Name","value":"p95Ms"}},{"kind":"Field","name":{"kind":"Name","value":"reconnects"}},{"kind":"Field","name":{"kind":"Name","value":"interruptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"sessions"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"began"}},{"kind":"Field","name":{"kind":"Name","value":"ended"}},{"kind":"Field","name":{"kind":"Name","value":"pushedMs"}},{"kind":"Field","name":{"kind":"Name","value":"longestMs"}},{"kind":"Field","name":{"kind":"Name","value":"medianMs"}},{"kind":"Field","name":{"kind":"Name","value":"p95Ms"}},{"kind":"Field","name":{"kind":"Name","value":"reconnects"}},{"kind":"Field","name":{"kind":"Name","value":"interruptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"sessions"}}]}}]}}]}}]}}]} as unknown as DocumentNode<StreamSessionStatisticsQuery, StreamSessionStatisticsQueryVariables>;
export const RelayTaskStatisticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RelayTaskStatistics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskGrouping"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RelayTaskStatisticsOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"relayTaskStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"groupBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"rowCount"}},{"kind":"Field","name":{"kind":"Name","value":"rows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"exitCode"}},{"kind":"Field","name":{"kind":"Name","value":"runs"}},{"kind":"Field","name":{"kind":"Name","value":"exits"}},{"kind":"Field","name":{"kind":"Name","value":"filesStarted"}},{"kind":"Field","name":{"kind":"Name","value":"filesPlayed"}},{"kind":"Field","name":{"kind":"Name","value":"alarms"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runs"}},{"kind":"Field","name":{"kind":"Name","value":"exits"}},{"kind":"Field","name":{"kind":"Name","value":"filesStarted"}},{"kind":"Field","name":{"kind":"Name","value":"filesPlayed"}},{"kind":"Field","name":{"kind":"Name","value":"alarms"}}]}}]}}]}}]} as unknown as DocumentNode<RelayTaskStatisticsQuery, RelayTaskStatisticsQueryVariables>;
export const CallbackStatisticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CallbackStatistics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackGrouping"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CallbackStatisticsOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbackStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"groupBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"rowCount"}},{"kind":"Field","name":{"kind":"Name","value":"rows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"callbacks"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}},{"kind":"Field","name":{"kind":"Name","value":"timed"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsP50"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsP95"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsP99"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsLeast"}},{"kind":"Field","name":{"kind":"Name","value":"recordingMsMost"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbacks"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}},{"kind":"Field","name":{"kind":"Name","value":"timed"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsP50"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsP95"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsP99"}},{"kind":"Field","name":{"kind":"Name","value":"delayMsLeast"}},{"kind":"Field","name":{"kind":"Name","value":"recordingMsMost"}}]}}]}}]}}]} as unknown as DocumentNode<CallbackStatisticsQuery, CallbackStatisticsQueryVariables>;
export const BroadcastsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Broadcasts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BroadcastFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"gapMaxSeconds"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BroadcastOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"broadcasts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"gapMaxSeconds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"gapMaxSeconds"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"isLive"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"sessionCount"}},{"kind":"Field","name":{"kind":"Name","value":"reconnects"}},{"kind":"Field","name":{"kind":"Name","value":"longestGapMs"}},{"kind":"Field","name":{"kind":"Name","value":"availability"}},{"kind":"Field","name":{"kind":"Name","value":"causes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"sessions"}}]}}]}}]}}]}}]} as unknown as DocumentNode<BroadcastsQuery, BroadcastsQueryVariables>;
export const MissingCallbacksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MissingCallbacks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"MissingCallbackFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"silentAfterSeconds"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"MissingCallbackOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"missingCallbacks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"silentAfterSeconds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"silentAfterSeconds"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"sureness"}},{"kind":"Field","name":{"kind":"Name","value":"because"}},{"kind":"Field","name":{"kind":"Name","value":"alternative"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"callbackEvent"}},{"kind":"Field","name":{"kind":"Name","value":"expectedFrom"}},{"kind":"Field","name":{"kind":"Name","value":"expectedTo"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"streamSession"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relayTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"taskId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"run"}},{"kind":"Field","name":{"kind":"Name","value":"file"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"index"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usualPauseMs"}},{"kind":"Field","name":{"kind":"Name","value":"outages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]}}]}}]}}]} as unknown as DocumentNode<MissingCallbacksQuery, MissingCallbacksQueryVariables>;
export const ReceivingOutagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReceivingOutages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"receivingOutages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"refused"}},{"kind":"Field","name":{"kind":"Name","value":"node"}}]}}]}}]} as unknown as DocumentNode<ReceivingOutagesQuery, ReceivingOutagesQueryVariables>;
export const StreamSessionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StreamSession"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sequence"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"appId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"streamSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sequence"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sequence"}}},{"kind":"Argument","name":{"kind":"Name","value":"appId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"appId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionFields"}},{"kind":"Field","name":{"kind":"Name","value":"callbacks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSession"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"channelId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAtSource"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pushDurationMs"}},{"kind":"Field","name":{"kind":"Name","value":"endCode"}},{"kind":"Field","name":{"kind":"Name","value":"endMessage"}},{"kind":"Field","name":{"kind":"Name","value":"endCause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessPoint"}},{"kind":"Field","name":{"kind":"Name","value":"userIp"}},{"kind":"Field","name":{"kind":"Name","value":"streamParam"}},{"kind":"Field","name":{"kind":"Name","value":"firstReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}}]}}]} as unknown as DocumentNode<StreamSessionQuery, StreamSessionQueryVariables>;
export const StreamSessionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StreamSessions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"streamSessions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionFields"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSession"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"channelId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAtSource"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pushDurationMs"}},{"kind":"Field","name":{"kind":"Name","value":"endCode"}},{"kind":"Field","name":{"kind":"Name","value":"endMessage"}},{"kind":"Field","name":{"kind":"Name","value":"endCause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessPoint"}},{"kind":"Field","name":{"kind":"Name","value":"userIp"}},{"kind":"Field","name":{"kind":"Name","value":"streamParam"}},{"kind":"Field","name":{"kind":"Name","value":"firstReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}}]}}]} as unknown as DocumentNode<StreamSessionsQuery, StreamSessionsQueryVariables>;
export const StreamSessionsCountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StreamSessionsCount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"streamSessions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCountIsCapped"}},{"kind":"Field","name":{"kind":"Name","value":"liveFrom"}}]}}]}}]} as unknown as DocumentNode<StreamSessionsCountQuery, StreamSessionsCountQueryVariables>;
export const StreamSessionChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"StreamSessionChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSessionFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"left"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"streamSessionChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"left"},"value":{"kind":"Variable","name":{"kind":"Name","value":"left"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"streamSession"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamSession"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"domain"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"streamId"}},{"kind":"Field","name":{"kind":"Name","value":"channelId"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAtSource"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"pushDurationMs"}},{"kind":"Field","name":{"kind":"Name","value":"endCode"}},{"kind":"Field","name":{"kind":"Name","value":"endMessage"}},{"kind":"Field","name":{"kind":"Name","value":"endCause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessPoint"}},{"kind":"Field","name":{"kind":"Name","value":"userIp"}},{"kind":"Field","name":{"kind":"Name","value":"streamParam"}},{"kind":"Field","name":{"kind":"Name","value":"firstReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastReceivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"}}]}}]} as unknown as DocumentNode<StreamSessionChangedSubscription, StreamSessionChangedSubscriptionVariables>;