/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** What a rule of alerts is about. */
export type AlertKind =
  /** What should never happen: credentials that are read, events that are removed, sign-ins that are refused. */
  | 'AUDIT'
  /** A domain that sends no callbacks. */
  | 'DOMAIN_SILENT'
  /** A stream that is pushed again and again. */
  | 'FLAPPING'
  /** Streams that failed together: an incident, and each time that it has doubled. */
  | 'INCIDENT'
  /** A callback that should have arrived. */
  | 'MISSING'
  /** A stream that is not live when it should be. */
  | 'NOT_LIVE'
  /** A stream whose newest push something other than its client ended. */
  | 'PUSH_ENDED'
  /** A stream in whose push CSS notices errors, such as jumping timestamps or a low frame rate. */
  | 'PUSH_ERRORS'
  /** Quarantined callbacks that wait for a decision. */
  | 'QUARANTINE'
  /** A stream whose recording could not begin, failed, or reported an exception of the level error or alarm. */
  | 'RECORDING_FAILED'
  /** A stream whose pushes CSS refuses again and again, such as since its push URL expired. */
  | 'REFUSED'
  /** An alarm of a relay task. */
  | 'RELAY_ALARM'
  /** A relay task that has exited. */
  | 'RELAY_EXIT'
  /** Trouble of this service itself. */
  | 'SERVICE';

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

/** What somebody did, or asked for. */
export type AuditAction =
  /** The mutation `addNote`. */
  | 'ADD_NOTE'
  /** `live-ledger retention --apply` has removed events. */
  | 'APPLY_RETENTION'
  /** The mutation `closeStreamSession`. */
  | 'CLOSE_STREAM_SESSION'
  /** The mutation `discardFromQuarantine`: an entry for each callback. */
  | 'DISCARD_FROM_QUARANTINE'
  /** The mutation `erase`, or `live-ledger erase --apply`. */
  | 'ERASE'
  /** A list or a statistic was read as a table, or `live-ledger export` was run, without credentials. */
  | 'EXPORT'
  /** The same as an admin, with fields of credentials, or with `--with-secrets`. */
  | 'EXPORT_WITH_SECRETS'
  /** `live-ledger import` has begun to append events. */
  | 'IMPORT'
  /** The mutation `pauseForwarding`. */
  | 'PAUSE_FORWARDING'
  /** `live-ledger promote` has made a primary of a standby. */
  | 'PROMOTE'
  /** Events were read as they are stored, by `GET /log`, as standbys do: when an address begins, whenever it begins at the first event, and once an hour. `object` says after which position. */
  | 'READ_LOG'
  /** An answer had credentials, or a subscription asks for fields with them, or sends some in another field: `object` names the fields. Of those who sent a token. */
  | 'READ_SECRETS'
  /** `live-ledger rebuild` has begun. */
  | 'REBUILD'
  /** The mutation `releaseFromQuarantine`: an entry for each callback that it has let in. */
  | 'RELEASE_FROM_QUARANTINE'
  /** The mutation `replayForwarding`. */
  | 'REPLAY_FORWARDING'
  /** `live-ledger restore` has made this log from a backup. */
  | 'RESTORE'
  /** The mutation `resumeForwarding`. */
  | 'RESUME_FORWARDING'
  /** The mutation `sendTestCallback`. */
  | 'SEND_TEST_CALLBACK'
  /** A session of the console was begun, or a token was sent that is not taken. */
  | 'SIGN_IN'
  /** The mutation `skipForwarding`. */
  | 'SKIP_FORWARDING'
  /** The mutation `withdrawFact`. */
  | 'WITHDRAW_FACT';

/** Compares what was done. All given operators must match; `null` is ignored. */
export type AuditActionFilter = {
  /** Equal to this value. */
  eq?: AuditAction | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<AuditAction> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: AuditAction | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<AuditAction> | null | undefined;
};

/** Which entries of the audit a list contains. All given fields must match; `null` is ignored. */
export type AuditFilter = {
  /** By what was done. */
  action?: AuditActionFilter | null | undefined;
  /** All of these filters match. An empty list matches everything. */
  and?: Array<AuditFilter> | null | undefined;
  /** By when it was done. */
  at?: DateTimeFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: AuditFilter | null | undefined;
  /** By what it was done to. */
  object?: StringFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<AuditFilter> | null | undefined;
  /** By what came of it. */
  outcome?: AuditOutcomeFilter | null | undefined;
  /** By the role of the token. */
  role?: RoleFilter | null | undefined;
  /** By who did it. */
  who?: StringFilter | null | undefined;
};

/** What came of what somebody asked for. */
export type AuditOutcome =
  /** It was allowed, and was about to be done. If it stays so, the process ended: it may have been done. */
  | 'BEGUN'
  /** It was done. */
  | 'DONE'
  /** It was begun, and failed: `code` says why. It may have been done in part. */
  | 'FAILED'
  /** Nothing was done. `code` says why. */
  | 'REFUSED'
  /** It was taken, but there was nothing to change: it was done before, or is about nothing that is there. */
  | 'UNCHANGED';

/** Compares what came of something. All given operators must match; `null` is ignored. */
export type AuditOutcomeFilter = {
  /** Equal to this value. */
  eq?: AuditOutcome | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<AuditOutcome> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: AuditOutcome | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<AuditOutcome> | null | undefined;
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

/** Why a request under `/callbacks/` came to nothing: the `error` of its answer, or that its connection ended before. */
export type CallbackRefusalReason =
  /** The body was larger than any callback without a listed token may be. End the callback URL in one of CSS_CALLBACK_TOKENS if it was a callback of CSS. */
  | 'BODY_TOO_LARGE'
  /** The body was no JSON object, and the URL had no listed token. CSS sends JSON: look for another program that sends to this URL. */
  | 'BODY_UNREADABLE'
  /** The connection ended before the request had arrived. Look for a proxy or a firewall that closes connections. */
  | 'CONNECTION_LOST'
  /** A proxy before this service has encoded the body in a way that is not supported. Turn that off. */
  | 'ENCODING_NOT_SUPPORTED'
  /** A fault of this service. CSS sends it again: the log of the service says what failed. */
  | 'INTERNAL'
  /** It was not a POST. CSS sends POST: a browser or a monitor has opened the callback URL. */
  | 'METHOD_NOT_ALLOWED'
  /** Nothing proved that CSS sent it, and the quarantine is full. Compare CSS_CALLBACK_KEYS with the key of the callback template, and end the URL of relay callbacks in one of CSS_CALLBACK_TOKENS. */
  | 'NOT_AUTHENTIC'
  /** The URL is not that of the callback endpoint. Enter the callback URL at CSS exactly as it is shown, with nothing more behind it. */
  | 'NOT_FOUND'
  /** A web page sent it, not CSS. Nothing has to be done. */
  | 'ORIGIN_NOT_ALLOWED'
  /** It could not be proved, and the quarantine had no room. Look at what is in quarantine, correct what is wrong there, and release or discard it. */
  | 'QUARANTINE_FULL'
  /** The request or its URL was not valid HTTP. Enter the callback URL at CSS exactly as it is shown. */
  | 'REQUEST_INVALID'
  /** The body did not arrive in time. Look for a slow proxy or network before this service. */
  | 'REQUEST_TIMEOUT'
  /** More callbacks came than the disk or EventStoreDB could store. CSS sends them again: look at what slows the store down. */
  | 'STORE_OVERLOADED'
  /** The log could not be written. CSS sends them again: look at the disk or at EventStoreDB, and run live-ledger doctor. */
  | 'STORE_UNAVAILABLE';

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

/** What failed. */
export type FailureKind =
  /** Attempts to push, which CSS refused. */
  | 'ATTEMPT'
  /** Pushes that were running: their interruptions say that a fault ended them. */
  | 'PUSH'
  /** Runs of relay tasks: they exited with a code other than 0. */
  | 'RELAY_RUN';

/** Compares what failed. All given operators must match; `null` is ignored. */
export type FailureKindFilter = {
  /** Equal to this value. */
  eq?: FailureKind | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<FailureKind> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: FailureKind | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<FailureKind> | null | undefined;
};

/** The service of CSS that found something. */
export type FindingKind =
  /** `event_type` 315: an audit found something in the sound. */
  | 'AUDIO_AUDIT'
  /** `event_type` 347: words were erased from the sound. */
  | 'ERASING'
  /** `event_type` 349: highlights were cut. */
  | 'HIGHLIGHT'
  /** `event_type` 317: an audit found something in the picture. */
  | 'IMAGE_AUDIT'
  /** `event_type` 328: monitoring of streams noticed something. */
  | 'MONITORING'
  /** `event_type` 343 to 345: the quality of a stream was measured. */
  | 'QUALITY'
  /** `event_type` 338: subtitles. */
  | 'SUBTITLES'
  /** `event_type` 348: a summary was written. */
  | 'SUMMARY';

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

/** Which incidents a list contains. All given fields must match; `null` is ignored. */
export type IncidentFilter = {
  /** By the CSS access point that its failures share, as sent. */
  accessPoint?: StringFilter | null | undefined;
  /** By the network of access points that its failures share. */
  accessPointNetwork?: StringFilter | null | undefined;
  /** By the number of streams that failed. */
  affected?: IntFilter | null | undefined;
  /** All of these filters match. An empty list matches everything. */
  and?: Array<IncidentFilter> | null | undefined;
  /** By the account that its failures share. */
  appId?: IdFilter | null | undefined;
  /** By the number of streams that are back. */
  back?: IntFilter | null | undefined;
  /** By the code that its failures share. */
  code?: IntFilter | null | undefined;
  /** By the push domain that its failures share, in lower case. */
  domain?: StringFilter | null | undefined;
  /** By what failed. */
  kind?: FailureKindFilter | null | undefined;
  /** By its newest failure. */
  lastFailedAt?: DateTimeFilter | null | undefined;
  /** By the newest failure or return. */
  newestEvidenceAt?: DateTimeFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: IncidentFilter | null | undefined;
  /** By the number of streams that are not back. */
  notBack?: IntFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<IncidentFilter> | null | undefined;
  /** By when it was over. */
  overSince?: DateTimeFilter | null | undefined;
  /** By the push path that its failures share. */
  path?: StringFilter | null | undefined;
  /** By where the pushes arrived at CSS. */
  region?: PushRegionFilter | null | undefined;
  /** By whose side it was on. */
  side?: EndSideFilter | null | undefined;
  /** By the host that the relay tasks pull from. */
  sourceHost?: StringFilter | null | undefined;
  /** By when it began. */
  startedAt?: DateTimeFilter | null | undefined;
  /** By whether it is over. */
  state?: IncidentStateFilter | null | undefined;
};

/** The order of a list of incidents. */
export type IncidentOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: IncidentOrderField;
};

/** What incidents can be ordered by. */
export type IncidentOrderField =
  /** By `affected`. */
  | 'AFFECTED'
  /** By their last change, in the order of the log. An incident moves in this list with every change. */
  | 'LAST_CHANGED'
  /** By `startedAt`. */
  | 'STARTED_AT';

/** Whether an incident is over. */
export type IncidentState =
  /** Nothing has come back since its newest failure. */
  | 'ONGOING'
  /** All streams that failed are back, or are not waited for any more: the record goes on for a day after the last failure. */
  | 'OVER'
  /** Streams are back, and none has failed since the last one came back. */
  | 'RECOVERING';

/** Compares whether an incident is over. All given operators must match; `null` is ignored. */
export type IncidentStateFilter = {
  /** Equal to this value. */
  eq?: IncidentState | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<IncidentState> | null | undefined;
  /** Known, and not equal to this value. */
  ne?: IncidentState | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<IncidentState> | null | undefined;
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

/** What an operator states. */
export type OperatorFactKind =
  /** The session has ended, and its interruption is lost. */
  | 'CLOSED'
  /** A text attached to a session or a task. */
  | 'NOTE';

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

/** Which refused pushes a list contains. All given fields must match; `null` is ignored. */
export type RefusedPushFilter = {
  /** By the address of the CSS access point. */
  accessPoint?: AddressFilter | null | undefined;
  /** All of these filters match. An empty list matches everything. */
  and?: Array<RefusedPushFilter> | null | undefined;
  /** By account. */
  appId?: IdFilter | null | undefined;
  /** By when it was refused. */
  at?: DateTimeFilter | null | undefined;
  /** By push domain, case-insensitively. */
  domain?: StringFilter | null | undefined;
  /** By the code of the interruption: 18 or 19. */
  endCode?: IntFilter | null | undefined;
  /**
   * By the address of the CSS access point.
   * @deprecated Renamed: use `accessPoint`. Removed in 0.3.
   */
  node?: AddressFilter | null | undefined;
  /** This filter does not match. Also matches if a value that it compares is unknown. */
  not?: RefusedPushFilter | null | undefined;
  /** At least one of these filters matches. An empty list matches nothing. */
  or?: Array<RefusedPushFilter> | null | undefined;
  /** By push path. */
  path?: StringFilter | null | undefined;
  /** By the sequence of the attempt. */
  sequence?: IdFilter | null | undefined;
  /** By stream name. */
  streamId?: StringFilter | null | undefined;
  /** By the address of the pusher. */
  userIp?: AddressFilter | null | undefined;
};

/** The order of a list of rows of statistics of refused pushes. */
export type RefusedPushStatisticsOrder = {
  /** The direction. */
  direction: OrderDirection;
  /** What to order by. */
  field: RefusedPushStatisticsOrderField;
};

/** What rows of statistics of refused pushes can be ordered by. */
export type RefusedPushStatisticsOrderField =
  /** By `attempts`. */
  | 'ATTEMPTS'
  /** By `firstAtMs`. */
  | 'FIRST_AT'
  /** By time, then by the values of the group in the order of `groupBy`. */
  | 'GROUP'
  /** By `lastAtMs`. */
  | 'LAST_AT';

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

/** What a client may do. */
export type Role =
  /** Also reads credentials: everything as it was sent. */
  | 'ADMIN'
  /** Reads addresses and bodies as well, without credentials. */
  | 'ANALYST'
  /** Also decides on callbacks in quarantine, states facts, and controls forwarding. */
  | 'OPERATOR'
  /** Reads everything but credentials, addresses, bodies and parameters, of which it reads fingerprints, and changes nothing. */
  | 'VIEWER';

/** Compares a role. All given operators must match; `null` is ignored. */
export type RoleFilter = {
  /** Equal to this value. */
  eq?: Role | null | undefined;
  /** Equal to one of these values, at most 500. An empty list matches nothing. */
  in?: Array<Role> | null | undefined;
  /** true: unknown or absent. false: known. */
  isNull?: boolean | null | undefined;
  /** Known, and not equal to this value. */
  ne?: Role | null | undefined;
  /** Known, and equal to none of these values, at most 500. */
  notIn?: Array<Role> | null | undefined;
};

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

/** What a callback in a timeline belongs to. */
export type TimelineOwner =
  /** Another session of the same stream: see `callback.streamSession`. */
  | 'NEIGHBOUR'
  /** A relay task that fed the session: see `callback.relayTask`. */
  | 'RELAY_TASK'
  /** The session itself. */
  | 'SESSION'
  /** The session, by what the callback names: recordings, screenshots, push errors and others. `sureness` says how sure that is. */
  | 'STREAM';

export type ShellProjectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ShellProjectionsQuery = { projections: Array<{ name: string, position: string | null, lagEvents: number, lagMs: number, serving: boolean, stalled: boolean, stalledBecause: string | null, notFollowedBecause: string | null, unfinishedImport: string | null, standby: { primary: string, eventsBehind: number | null, unansweredSince: string | null } | null }> | null };

export type ViewerRoleQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerRoleQuery = { viewer: { role: Role, scope: Array<{ domains: Array<string> | null }> | null } | null };

export type LiveNowQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveNowQuery = { streamSessions: { totalCount: number, nodes: Array<{ streamId: string | null, domain: string | null, path: string | null, startedAt: string | null, accessPoint: string | null }> } | null };

export type LastEndingsQueryVariables = Exact<{ [key: string]: never; }>;


export type LastEndingsQuery = { streamSessions: { nodes: Array<{ streamId: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, advice: string } | null }> } | null };

export type OneStreamQueryVariables = Exact<{
  streamId?: string | null | undefined;
}>;


export type OneStreamQuery = { streamSessions: { nodes: Array<{ sequence: string, state: StreamSessionState, startedAt: string | null, endedAt: string | null, endCause: { summary: string } | null }> } | null };

export type RelayTasksNowQueryVariables = Exact<{ [key: string]: never; }>;


export type RelayTasksNowQuery = { relayTasks: { nodes: Array<{ taskId: string, toUrl: string | null, startedAt: string | null, currentFile: { index: number | null, url: string | null, startedAt: string | null } | null, streamSessions: Array<{ sequence: string, state: StreamSessionState }> | null }> } | null };

export type RelayExitsQueryVariables = Exact<{ [key: string]: never; }>;


export type RelayExitsQuery = { relayTasks: { nodes: Array<{ taskId: string, exitCode: number | null, exitMessage: string | null, exitReceivedAt: string | null, runs: Array<{ number: number, startedAt: string | null, exitedAt: string | null, exitCode: number | null }> | null }> } | null };

export type NewestCallbacksQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestCallbacksQuery = { callbacks: { nodes: Array<{ eventType: number | null, callbackEvent: string | null, receivedAt: string, deliveries: number, signature: Signature, body: unknown }> } | null };

export type InQuarantineQueryVariables = Exact<{ [key: string]: never; }>;


export type InQuarantineQuery = { quarantine: { totalCount: number, nodes: Array<{ id: string, reason: QuarantineReason, receivedAt: string, diagnosis: { summary: string, advice: string } }> } | null };

export type EndingsBySideQueryVariables = Exact<{
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type EndingsBySideQuery = { streamSessionStatistics: { rows: Array<{ domain: string | null, endSide: EndSide | null, ended: number, medianMs: number | null, p95Ms: number | null }>, total: { began: number, ended: number, pushedMs: number, reconnects: number } } | null };

export type FreshnessQueryVariables = Exact<{ [key: string]: never; }>;


export type FreshnessQuery = { projections: Array<{ name: string, serving: boolean, lagEvents: number, lagMs: number, stalled: boolean, stalledBecause: string | null }> | null, callbackSetup: { takesCallbacks: boolean, keys: number, tokens: number } | null };

export type SessionChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type SessionChangesSubscription = { streamSessionChanged: { cursor: string, streamSession: { streamId: string | null, state: StreamSessionState, startedAt: string | null, endCause: { summary: string } | null } } };

export type AuditPageQueryVariables = Exact<{
  filter: AuditFilter;
  after?: string | null | undefined;
}>;


export type AuditPageQuery = { audit: { nodes: Array<{ at: string, who: string | null, role: Role | null, action: AuditAction, object: string | null, outcome: AuditOutcome, code: string | null, reason: string | null, from: string | null, count: number }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type EndingsOfRowFragment = { from: string, ended: number, pushedMs: number, interruptions: Array<{ side: EndSide, sessions: number }> };

export type EndingsQueryVariables = Exact<{
  filter: StreamSessionFilter;
  live: StreamSessionFilter;
  from: string;
  to: string;
  unit: StreamSessionGrouping;
  timeZone: string;
  stepSeconds: number;
}>;


export type EndingsQuery = { byTime: { rows: Array<{ from: string, ended: number, pushedMs: number, interruptions: Array<{ side: EndSide, sessions: number }> }>, total: { ended: number, pushedMs: number, interruptions: Array<{ side: EndSide, sessions: number }> } } | null, concurrency: { peak: { at: string, live: number } | null } | null, live: { totalCount: number, totalCountIsCapped: boolean } | null };

export type EndingsTotalFragment = { ended: number, pushedMs: number, interruptions: Array<{ side: EndSide, sessions: number }> };

export type EndingsBeforeQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
  stepSeconds: number;
}>;


export type EndingsBeforeQuery = { streamSessionStatistics: { total: { ended: number, pushedMs: number, interruptions: Array<{ side: EndSide, sessions: number }> } } | null, concurrency: { peak: { live: number } | null } | null };

export type EndingsByCodeQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
  orderBy: StreamSessionStatisticsOrder;
}>;


export type EndingsByCodeQuery = { streamSessionStatistics: { rowCount: number, rows: Array<{ endCode: number | null, endSide: EndSide | null, ended: number }> } | null };

export type EndingsByDomainQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
  orderBy: StreamSessionStatisticsOrder;
}>;


export type EndingsByDomainQuery = { streamSessionStatistics: { rowCount: number, rows: Array<{ domain: string | null, ended: number, pushedMs: number, reconnects: number }> } | null };

export type FlappingStreamsQueryVariables = Exact<{
  filter: BroadcastFilter;
  from: string;
  to?: string | null | undefined;
  orderBy: BroadcastOrder;
  after?: string | null | undefined;
}>;


export type FlappingStreamsQuery = { broadcasts: { nodes: Array<{ appId: string, domain: string, path: string, streamId: string, startedAt: string, reconnects: number, longestGapMs: number, causes: Array<{ side: EndSide, sessions: number }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CauseOfCodeQueryVariables = Exact<{
  filter: StreamSessionFilter;
}>;


export type CauseOfCodeQuery = { streamSessions: { nodes: Array<{ endCause: { summary: string } | null }> } | null };

export type PushedDomainsQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
}>;


export type PushedDomainsQuery = { streamSessionStatistics: { rowCount: number, rows: Array<{ domain: string | null }> } | null };

export type PushedHoursQueryVariables = Exact<{
  filter: StreamSessionFilter;
  shown: StreamSessionFilter;
  from: string;
  to: string;
  timeZone: string;
}>;


export type PushedHoursQuery = { byDomain: { rows: Array<{ domain: string | null, from: string, pushedMs: number }> } | null, all: { rows: Array<{ from: string, pushedMs: number }> } | null };

export type RefusedByStreamQueryVariables = Exact<{
  filter: RefusedPushFilter;
  from: string;
  to: string;
  orderBy: RefusedPushStatisticsOrder;
}>;


export type RefusedByStreamQuery = { refusedPushStatistics: { rowCount: number, rows: Array<{ appId: string | null, domain: string | null, path: string | null, streamId: string | null, attempts: number, firstAt: string | null, lastAt: string | null, lastEndCode: number | null }> } | null };

export type RefusedPushesQueryVariables = Exact<{
  filter: RefusedPushFilter;
  from: string;
  after?: string | null | undefined;
}>;


export type RefusedPushesQuery = { refusedPushes: { nodes: Array<{ id: string, at: string, streamId: string | null, domain: string | null, path: string | null, endCode: number, userIp: string | null, accessPoint: string | null, message: string | null, reason: { side: EndSide, summary: string, advice: string, sureness: Sureness, because: string, alternative: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type AlertsQueryVariables = Exact<{ [key: string]: never; }>;


export type AlertsQuery = { alerts: Array<{ id: string, rule: string, when: AlertKind, beganAt: string, summary: string, facts: unknown, incident: { id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number } | null }> | null };

export type EndedAlertsQueryVariables = Exact<{
  from: string;
  after?: string | null | undefined;
}>;


export type EndedAlertsQuery = { endedAlerts: Array<{ id: string, rule: string, when: AlertKind, beganAt: string, endedAt: string, summary: string, facts: unknown, incident: { id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number } | null }> | null };

export type TargetRowFragment = { name: string, state: ForwardState, lagEvents: number, lagMs: number, setAsideTotal: number, lastFailedAt: string | null };

export type ForwardTargetsQueryVariables = Exact<{ [key: string]: never; }>;


export type ForwardTargetsQuery = { forwardTargets: Array<{ name: string, state: ForwardState, lagEvents: number, lagMs: number, setAsideTotal: number, lastFailedAt: string | null }> | null, alertTargets: Array<{ name: string, state: ForwardState, lagEvents: number, lagMs: number, setAsideTotal: number, lastFailedAt: string | null }> | null };

export type HealthQueryVariables = Exact<{
  filter: CallbackFilter;
  from: string;
  to: string;
}>;


export type HealthQuery = { projections: Array<{ name: string, serving: boolean, lagEvents: number, lagMs: number, stalledBecause: string | null, notFollowedBecause: string | null, relayCallbacksWithoutTask: number, standby: { primary: string } | null, build: { because: string, lagEvents: number, stalledBecause: string | null } | null, spool: { events: number, oldestAgeMs: number, eventsRefused: number } | null, poisoned: Array<{ position: string, reason: string }> }> | null, callbacks: { nodes: Array<{ receivedAt: string }> } | null, callbackStatistics: { total: { callbacks: number, deliveries: number, delayMsP50: number | null, delayMsP95: number | null, delayMsLeast: number | null } } | null, all: { totalCount: number, totalCountIsCapped: boolean } | null, forged: { totalCount: number, totalCountIsCapped: boolean } | null, expired: { totalCount: number, totalCountIsCapped: boolean } | null, unproven: { totalCount: number, totalCountIsCapped: boolean } | null, unreadable: { totalCount: number, totalCountIsCapped: boolean } | null };

export type HeldCountFragment = { totalCount: number, totalCountIsCapped: boolean };

export type HeldCallbacksQueryVariables = Exact<{
  filter: QuarantineFilter;
  orderBy: QuarantineOrder;
  after?: string | null | undefined;
}>;


export type HeldCallbacksQuery = { quarantine: { nodes: Array<{ id: string, reason: QuarantineReason, receivedAt: string, appId: string | null, eventType: number | null, callbackEvent: string | null, body: unknown, bodyText: string | null, diagnosis: { summary: string, advice: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type HeldIdsQueryVariables = Exact<{
  filter: QuarantineFilter;
}>;


export type HeldIdsQuery = { quarantine: { nodes: Array<{ id: string }> } | null };

export type ReleaseHeldMutationVariables = Exact<{
  ids: Array<string | number> | string | number;
  reason?: string | null | undefined;
}>;


export type ReleaseHeldMutation = { releaseFromQuarantine: Array<{ outcome: QuarantineOutcome, message: string }> | null };

export type DiscardHeldMutationVariables = Exact<{
  ids: Array<string | number> | string | number;
  reason?: string | null | undefined;
}>;


export type DiscardHeldMutation = { discardFromQuarantine: Array<{ outcome: QuarantineOutcome, message: string }> | null };

export type MissingQueryVariables = Exact<{
  filter: MissingCallbackFilter;
  from: string;
  orderBy: MissingCallbackOrder;
  after?: string | null | undefined;
}>;


export type MissingQuery = { missingCallbacks: { nodes: Array<{ reason: MissingReason, sureness: Sureness, eventType: number | null, callbackEvent: string | null, appId: string, domain: string | null, path: string | null, streamId: string | null, expectedFrom: string | null, expectedTo: string, streamSession: { id: string, sequence: string, appId: string } | null, relayTask: { id: string, taskId: string, appId: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type OutagesQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type OutagesQuery = { receivingOutages: Array<{ from: string, to: string, cause: OutageCause, node: string | null, refused: number | null }> | null };

export type AnyCallbackQueryVariables = Exact<{ [key: string]: never; }>;


export type AnyCallbackQuery = { callbacks: { nodes: Array<{ id: string }> } | null };

export type IncidentRowFragment = { id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number };

export type IncidentsQueryVariables = Exact<{
  filter: IncidentFilter;
  orderBy: IncidentOrder;
  after?: string | null | undefined;
}>;


export type IncidentsQuery = { incidents: { nodes: Array<{ id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type IncidentsNowQueryVariables = Exact<{
  filter: IncidentFilter;
}>;


export type IncidentsNowQuery = { incidents: { nodes: Array<{ of: number | null, advice: string, id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number }> } | null };

export type IncidentsChangedSubscriptionVariables = Exact<{
  filter?: IncidentFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type IncidentsChangedSubscription = { incidentChanged: { cursor: string } };

export type IncidentPageQueryVariables = Exact<{
  incidentId: string | number;
}>;


export type IncidentPageQuery = { incident: { of: number | null, failures: number, region: PushRegion | null, advice: string, sureness: Sureness, because: string, alternative: string | null, id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number, relayTasks: Array<{ id: string, appId: string, taskId: string, state: RelayTaskState, exitCode: number | null, exitCodeText: string | null }> | null, all: { totalCount: number, nodes: Array<{ accessPoint: string | null, id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }> } | null } | null };

export type IncidentSessionFragment = { accessPoint: string | null, id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null };

export type IncidentNotBackQueryVariables = Exact<{
  incidentId: string | number;
  after?: string | null | undefined;
}>;


export type IncidentNotBackQuery = { incident: { streamSessions: { nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type IncidentChartQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
  stepSeconds: number;
}>;


export type IncidentChartQuery = { concurrency: { points: Array<{ at: string, least: number, most: number }> } | null };

export type LiveSessionFragment = { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, firstReceivedAt: string, lastReceivedAt: string, accessPoint: string | null, endedAt: string | null, endCause: { side: EndSide } | null };

export type SilentSessionsQueryVariables = Exact<{
  filter: StreamSessionFilter;
}>;


export type SilentSessionsQuery = { streamSessions: { nodes: Array<{ id: string, lastHeardAt: string | null }> } | null };

export type LiveSessionsQueryVariables = Exact<{
  filter: StreamSessionFilter;
  after?: string | null | undefined;
}>;


export type LiveSessionsQuery = { streamSessions: { liveFrom: string, nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, firstReceivedAt: string, lastReceivedAt: string, accessPoint: string | null, endedAt: string | null, endCause: { side: EndSide } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type LiveSessionChangedSubscriptionVariables = Exact<{
  filter: StreamSessionFilter;
  after?: string | null | undefined;
}>;


export type LiveSessionChangedSubscription = { streamSessionChanged: { cursor: string, matches: boolean, streamSession: { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, firstReceivedAt: string, lastReceivedAt: string, accessPoint: string | null, endedAt: string | null, endCause: { side: EndSide } | null } } };

export type LiveTaskFragment = { id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, exitCode: number | null, currentFile: { index: number | null, url: string | null } | null };

export type LiveTasksQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveTasksQuery = { relayTasks: { liveFrom: string, nodes: Array<{ id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, exitCode: number | null, currentFile: { index: number | null, url: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type LiveTaskChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveTaskChangedSubscription = { relayTaskChanged: { cursor: string, matches: boolean, relayTask: { id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, exitCode: number | null, currentFile: { index: number | null, url: string | null } | null } } };

export type EndedLatelyQueryVariables = Exact<{
  filter: StreamSessionFilter;
}>;


export type EndedLatelyQuery = { streamSessions: { totalCount: number, totalCountIsCapped: boolean, nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }> } | null };

export type EndedByFaultQueryVariables = Exact<{
  faults: StreamSessionFilter;
  others: StreamSessionFilter;
}>;


export type EndedByFaultQuery = { faults: { nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }>, pageInfo: { hasNextPage: boolean } } | null, others: { nodes: Array<{ appId: string, domain: string | null, path: string | null, streamId: string | null, endedAt: string | null }> } | null };

export type RelaysNotBackQueryVariables = Exact<{
  filter: RelayTaskFilter;
}>;


export type RelaysNotBackQuery = { relayTasks: { totalCount: number } | null };

export type LiveFiguresQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
  lastHour: string;
  chartFrom: string;
  stepSeconds: number;
}>;


export type LiveFiguresQuery = { chart: { points: Array<{ at: string, least: number, most: number }> } | null, day: { points: Array<{ live: number }>, peak: { at: string, live: number } | null } | null, streamSessionStatistics: { rows: Array<{ appId: string | null, domain: string | null, path: string | null, streamId: string | null, reconnects: number }> } | null };

export type RefusedLatelyQueryVariables = Exact<{
  filter: RefusedPushFilter;
  from: string;
  to: string;
}>;


export type RefusedLatelyQuery = { streams: { rowCount: number, total: { attempts: number } } | null, codes: { rowCount: number, rows: Array<{ endCode: number | null }> } | null };

export type MissingThenQueryVariables = Exact<{
  ended: StreamSessionFilter;
  next: StreamSessionFilter;
  there: StreamSessionFilter;
}>;


export type MissingThenQuery = { ended: { nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }>, pageInfo: { hasNextPage: boolean } } | null, next: { nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null }>, pageInfo: { hasNextPage: boolean } } | null, there: { nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null }>, pageInfo: { hasNextPage: boolean } } | null };

export type AroundFragment = { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null };

export type SessionReportsQueryVariables = Exact<{
  sequence: string | number;
  appId?: string | number | null | undefined;
}>;


export type SessionReportsQuery = { streamSession: { health: Array<{ type: number | null, description: string, count: number, firstAt: string | null, lastAt: string | null }> | null, recordings: Array<{ at: string | null, recordingId: string | null, format: string | null, durationMs: number | null, sizeBytes: number | null, resolution: string | null, url: string | null, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string } }> | null, recordingEvents: Array<{ at: string | null, recordingId: string | null, level: string | null, count: number, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string, summary: string | null } }> | null, screenshots: Array<{ at: string | null, width: number | null, height: number | null, sizeBytes: number | null, url: string | null, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string } }> | null, findings: Array<{ at: string | null, kind: FindingKind, name: string | null, detail: string | null, level: string | null, score: number | null, text: string | null, url: string | null, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string } }> | null } | null };

export type ReportedRecordingFragment = { at: string | null, recordingId: string | null, format: string | null, durationMs: number | null, sizeBytes: number | null, resolution: string | null, url: string | null, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string } };

export type ReportedRecordingEventFragment = { at: string | null, recordingId: string | null, level: string | null, count: number, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string, summary: string | null } };

export type ReportedScreenshotFragment = { at: string | null, width: number | null, height: number | null, sizeBytes: number | null, url: string | null, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string } };

export type ReportedFindingFragment = { at: string | null, kind: FindingKind, name: string | null, detail: string | null, level: string | null, score: number | null, text: string | null, url: string | null, sureness: Sureness | null, because: string | null, alternative: string | null, callback: { id: string } };

export type SessionFactsFragment = { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, width: number | null, height: number | null, region: PushRegion | null, idcId: number | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, endCause: { side: EndSide, summary: string, advice: string, sureness: Sureness, because: string, alternative: string | null } | null, operatorFacts: Array<{ id: string, kind: OperatorFactKind, text: string, at: string, by: string | null, endedAt: string | null, withdrawal: { at: string, by: string | null, reason: string } | null }> | null };

export type CallbackAsSentFragment = { id: string, eventType: number | null, callbackEvent: string | null, occurredAt: string | null, receivedAt: string, lastReceivedAt: string, signature: Signature, deliveries: number, releasedBy: string | null, attribution: Attribution | null, body: unknown };

export type SessionPageQueryVariables = Exact<{
  sequence: string | number;
  appId?: string | number | null | undefined;
}>;


export type SessionPageQuery = { streamSession: { isSilent: boolean | null, lastHeardAt: string | null, id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, width: number | null, height: number | null, region: PushRegion | null, idcId: number | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, relayTaskId: string | null, incident: { id: string, incidentId: string, kind: FailureKind, state: IncidentState, side: EndSide, code: number | null, cause: string, appId: string | null, domain: string | null, path: string | null, accessPoint: string | null, accessPointNetwork: string | null, sourceHost: string | null, startedAt: string, lastFailedAt: string, newestEvidenceAt: string, overSince: string | null, affected: number, back: number, notBack: number } | null, endCause: { side: EndSide, summary: string, advice: string, sureness: Sureness, because: string, alternative: string | null } | null, operatorFacts: Array<{ id: string, kind: OperatorFactKind, text: string, at: string, by: string | null, endedAt: string | null, withdrawal: { at: string, by: string | null, reason: string } | null }> | null, relayTaskJoins: Array<{ sureness: Sureness, because: string, alternative: string | null, relayTask: { id: string, taskId: string, appId: string, state: RelayTaskState, exitCode: number | null, exitCodeText: string | null } }> | null } | null };

export type SessionThenQueryVariables = Exact<{
  sequence: string | number;
  appId?: string | number | null | undefined;
  asOf: string;
}>;


export type SessionThenQuery = { streamSession: { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, channelId: string | null, state: StreamSessionState, startedAt: string | null, startedAtSource: StartedAtSource, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endMessage: string | null, width: number | null, height: number | null, region: PushRegion | null, idcId: number | null, accessPoint: string | null, userIp: string | null, streamParam: string | null, firstReceivedAt: string, lastReceivedAt: string, deliveries: number, relayTaskId: string | null, endCause: { side: EndSide, summary: string, advice: string, sureness: Sureness, because: string, alternative: string | null } | null, operatorFacts: Array<{ id: string, kind: OperatorFactKind, text: string, at: string, by: string | null, endedAt: string | null, withdrawal: { at: string, by: string | null, reason: string } | null }> | null, relayTaskJoins: Array<{ sureness: Sureness, because: string, alternative: string | null, relayTask: { id: string, taskId: string, appId: string, state: RelayTaskState, exitCode: number | null, exitCodeText: string | null } }> | null } | null };

export type SessionRelaysFragment = { relayTaskId: string | null, relayTaskJoins: Array<{ sureness: Sureness, because: string, alternative: string | null, relayTask: { id: string, taskId: string, appId: string, state: RelayTaskState, exitCode: number | null, exitCodeText: string | null } }> | null };

export type SessionTimelineQueryVariables = Exact<{
  sequence: string | number;
  appId?: string | number | null | undefined;
  after?: string | null | undefined;
}>;


export type SessionTimelineQuery = { streamSession: { timeline: { isComplete: boolean, entries: Array<{ at: string, orderedAt: string, owner: TimelineOwner, sureness: Sureness, because: string, alternative: string | null, callback: { summary: string | null, recordedAt: string, taskId: string | null, appId: string | null, id: string, eventType: number | null, callbackEvent: string | null, occurredAt: string | null, receivedAt: string, lastReceivedAt: string, signature: Signature, deliveries: number, releasedBy: string | null, attribution: Attribution | null, body: unknown, streamSession: { id: string, sequence: string, appId: string } | null } }> } | null } | null };

export type SessionPageChangedSubscriptionVariables = Exact<{
  sequence: string | number;
  appId?: IdFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type SessionPageChangedSubscription = { streamSessionChanged: { cursor: string } };

export type NeighbourFragment = { id: string, appId: string, sequence: string, state: StreamSessionState, startedAt: string | null, endedAt: string | null, endCode: number | null, endCause: { side: EndSide, summary: string } | null };

export type SessionNeighboursQueryVariables = Exact<{
  before: StreamSessionFilter;
  after: StreamSessionFilter;
}>;


export type SessionNeighboursQuery = { before: { nodes: Array<{ id: string, appId: string, sequence: string, state: StreamSessionState, startedAt: string | null, endedAt: string | null, endCode: number | null, endCause: { side: EndSide, summary: string } | null }> } | null, after: { nodes: Array<{ id: string, appId: string, sequence: string, state: StreamSessionState, startedAt: string | null, endedAt: string | null, endCode: number | null, endCause: { side: EndSide, summary: string } | null }> } | null };

export type SetUpQueryVariables = Exact<{ [key: string]: never; }>;


export type SetUpQuery = { callbackSetup: { takesCallbacks: boolean, keys: number, tokens: number, refused: Array<{ reason: CallbackRefusalReason, count: number, newestAt: string, advice: string }> } | null };

export type SendTestCallbackMutationVariables = Exact<{ [key: string]: never; }>;


export type SendTestCallbackMutation = { sendTestCallback: { testId: string, accepted: boolean, status: number | null, durationMs: number, message: string } | null };

export type ArrivedCallbackFragment = { id: string, position: string, eventType: number | null, callbackEvent: string | null, receivedAt: string, signature: Signature, streamId: string | null, streamSession: { sequence: string, appId: string } | null, relayTask: { taskId: string, appId: string } | null };

export type NewestArrivalsQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestArrivalsQuery = { callbacks: { liveFrom: string, nodes: Array<{ id: string, position: string, eventType: number | null, callbackEvent: string | null, receivedAt: string, signature: Signature, streamId: string | null, streamSession: { sequence: string, appId: string } | null, relayTask: { taskId: string, appId: string } | null }> } | null };

export type CallbackArrivedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type CallbackArrivedSubscription = { callbackRecorded: { cursor: string, id: string, position: string, eventType: number | null, callbackEvent: string | null, receivedAt: string, signature: Signature, streamId: string | null, streamSession: { sequence: string, appId: string } | null, relayTask: { taskId: string, appId: string } | null } };

export type SetAsideQueryVariables = Exact<{ [key: string]: never; }>;


export type SetAsideQuery = { quarantine: { totalCount: number, totalCountIsCapped: boolean, nodes: Array<{ id: string, reason: QuarantineReason, receivedAt: string, eventType: number | null, callbackEvent: string | null, diagnosis: { summary: string, advice: string } }> } | null };

export type StreamFiguresQueryVariables = Exact<{
  filter: StreamSessionFilter;
  from: string;
  to: string;
  lastHour: string;
}>;


export type StreamFiguresQuery = { day: { total: { began: number, ended: number, reconnects: number, pushedMs: number, medianMs: number | null } } | null, hour: { total: { reconnects: number } } | null };

export type StreamPageChangedSubscriptionVariables = Exact<{
  filter: StreamSessionFilter;
  after?: string | null | undefined;
}>;


export type StreamPageChangedSubscription = { streamSessionChanged: { cursor: string } };

export type TaskRowFragment = { id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, currentFile: { index: number | null, url: string | null } | null };

export type TaskFileFragment = { index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number };

export type TaskPageQueryVariables = Exact<{
  taskId: string | number;
  appId?: string | number | null | undefined;
}>;


export type TaskPageQuery = { relayTask: { sourceUrls: Array<string>, toUrl: string | null, id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, operatorFacts: Array<{ id: string, kind: OperatorFactKind, text: string, at: string, by: string | null, endedAt: string | null, withdrawal: { at: string, by: string | null, reason: string } | null }> | null, currentFile: { index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number } | null, runs: Array<{ number: number, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, attribution: Attribution | null, files: Array<{ index: number | null, url: string | null, durationSeconds: number | null, startedAt: string | null, finishedAt: string | null, times: number }> | null, alarms: Array<{ type: string, firstAt: string, lastAt: string, times: number }> | null }> | null, streamSessions: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }> | null, callbacks: { nodes: Array<{ id: string, eventType: number | null, callbackEvent: string | null, occurredAt: string | null, receivedAt: string, lastReceivedAt: string, signature: Signature, deliveries: number, releasedBy: string | null, attribution: Attribution | null, body: unknown }>, pageInfo: { hasNextPage: boolean } } | null } | null };

export type TaskPlaysQueryVariables = Exact<{
  taskId: string | number;
  appId?: string | number | null | undefined;
  first: number;
}>;


export type TaskPlaysQuery = { relayTask: { callbacks: { nodes: Array<{ callbackEvent: string | null, occurredAt: string | null, receivedAt: string, body: unknown }>, pageInfo: { hasNextPage: boolean } } | null } | null };

export type TaskPageChangedSubscriptionVariables = Exact<{
  taskId: string | number;
  appId?: IdFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type TaskPageChangedSubscription = { relayTaskChanged: { cursor: string } };

export type TasksPageQueryVariables = Exact<{
  filter: RelayTaskFilter;
  orderBy: RelayTaskOrder;
  after?: string | null | undefined;
}>;


export type TasksPageQuery = { relayTasks: { nodes: Array<{ id: string, appId: string, taskId: string, state: RelayTaskState, domain: string | null, path: string | null, streamId: string | null, startedAt: string | null, startReceivedAt: string | null, exitedAt: string | null, exitReceivedAt: string | null, exitCode: number | null, exitCodeText: string | null, exitMessage: string | null, currentFile: { index: number | null, url: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type TasksPageChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type TasksPageChangedSubscription = { relayTaskChanged: { cursor: string } };

export type SessionRowFragment = { id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null };

export type SessionsPageQueryVariables = Exact<{
  filter: StreamSessionFilter;
  orderBy: StreamSessionOrder;
  after?: string | null | undefined;
}>;


export type SessionsPageQuery = { streamSessions: { nodes: Array<{ id: string, appId: string, sequence: string, domain: string | null, path: string | null, streamId: string | null, state: StreamSessionState, startedAt: string | null, endedAt: string | null, pushDurationMs: number | null, endCode: number | null, endCause: { side: EndSide, summary: string, sureness: Sureness } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type FactOfOperatorFragment = { id: string, kind: OperatorFactKind, text: string, at: string, by: string | null, endedAt: string | null, withdrawal: { at: string, by: string | null, reason: string } | null };

export type CloseSessionMutationVariables = Exact<{
  id: string | number;
  text: string;
  endedAt?: string | null | undefined;
}>;


export type CloseSessionMutation = { closeStreamSession: { fact: { id: string } } | null };

export type AddNoteMutationVariables = Exact<{
  id: string | number;
  text: string;
}>;


export type AddNoteMutation = { addNote: { fact: { id: string } } | null };

export type WithdrawFactMutationVariables = Exact<{
  id: string | number;
  text: string;
}>;


export type WithdrawFactMutation = { withdrawFact: { fact: { id: string } } | null };

export type ScopesQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type ScopesQuery = { streamSessionStatistics: { rows: Array<{ appId: string | null, domain: string | null }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const EndingsOfRowFragmentDoc = new TypedDocumentString(`
    fragment EndingsOfRow on StreamSessionStatisticsRow {
  from
  ended
  pushedMs
  interruptions {
    side
    sessions
  }
}
    `, {"fragmentName":"EndingsOfRow"}) as unknown as TypedDocumentString<EndingsOfRowFragment, unknown>;
export const EndingsTotalFragmentDoc = new TypedDocumentString(`
    fragment EndingsTotal on StreamSessionFigures {
  ended
  pushedMs
  interruptions {
    side
    sessions
  }
}
    `, {"fragmentName":"EndingsTotal"}) as unknown as TypedDocumentString<EndingsTotalFragment, unknown>;
export const TargetRowFragmentDoc = new TypedDocumentString(`
    fragment TargetRow on ForwardTarget {
  name
  state
  lagEvents
  lagMs
  setAsideTotal
  lastFailedAt
}
    `, {"fragmentName":"TargetRow"}) as unknown as TypedDocumentString<TargetRowFragment, unknown>;
export const HeldCountFragmentDoc = new TypedDocumentString(`
    fragment HeldCount on QuarantinedCallbackConnection {
  totalCount
  totalCountIsCapped
}
    `, {"fragmentName":"HeldCount"}) as unknown as TypedDocumentString<HeldCountFragment, unknown>;
export const IncidentRowFragmentDoc = new TypedDocumentString(`
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}
    `, {"fragmentName":"IncidentRow"}) as unknown as TypedDocumentString<IncidentRowFragment, unknown>;
export const SessionRowFragmentDoc = new TypedDocumentString(`
    fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}
    `, {"fragmentName":"SessionRow"}) as unknown as TypedDocumentString<SessionRowFragment, unknown>;
export const IncidentSessionFragmentDoc = new TypedDocumentString(`
    fragment IncidentSession on StreamSession {
  ...SessionRow
  accessPoint
}
    fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`, {"fragmentName":"IncidentSession"}) as unknown as TypedDocumentString<IncidentSessionFragment, unknown>;
export const LiveSessionFragmentDoc = new TypedDocumentString(`
    fragment LiveSession on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  firstReceivedAt
  lastReceivedAt
  accessPoint
  endedAt
  endCause {
    side
  }
}
    `, {"fragmentName":"LiveSession"}) as unknown as TypedDocumentString<LiveSessionFragment, unknown>;
export const LiveTaskFragmentDoc = new TypedDocumentString(`
    fragment LiveTask on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  exitCode
  currentFile {
    index
    url
  }
}
    `, {"fragmentName":"LiveTask"}) as unknown as TypedDocumentString<LiveTaskFragment, unknown>;
export const AroundFragmentDoc = new TypedDocumentString(`
    fragment Around on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  startedAt
}
    `, {"fragmentName":"Around"}) as unknown as TypedDocumentString<AroundFragment, unknown>;
export const ReportedRecordingFragmentDoc = new TypedDocumentString(`
    fragment ReportedRecording on Recording {
  at
  recordingId
  format
  durationMs
  sizeBytes
  resolution
  url
  sureness
  because
  alternative
  callback {
    id
  }
}
    `, {"fragmentName":"ReportedRecording"}) as unknown as TypedDocumentString<ReportedRecordingFragment, unknown>;
export const ReportedRecordingEventFragmentDoc = new TypedDocumentString(`
    fragment ReportedRecordingEvent on RecordingEvent {
  at
  recordingId
  level
  count
  sureness
  because
  alternative
  callback {
    id
    summary
  }
}
    `, {"fragmentName":"ReportedRecordingEvent"}) as unknown as TypedDocumentString<ReportedRecordingEventFragment, unknown>;
export const ReportedScreenshotFragmentDoc = new TypedDocumentString(`
    fragment ReportedScreenshot on Screenshot {
  at
  width
  height
  sizeBytes
  url
  sureness
  because
  alternative
  callback {
    id
  }
}
    `, {"fragmentName":"ReportedScreenshot"}) as unknown as TypedDocumentString<ReportedScreenshotFragment, unknown>;
export const ReportedFindingFragmentDoc = new TypedDocumentString(`
    fragment ReportedFinding on Finding {
  at
  kind
  name
  detail
  level
  score
  text
  url
  sureness
  because
  alternative
  callback {
    id
  }
}
    `, {"fragmentName":"ReportedFinding"}) as unknown as TypedDocumentString<ReportedFindingFragment, unknown>;
export const FactOfOperatorFragmentDoc = new TypedDocumentString(`
    fragment FactOfOperator on OperatorFact {
  id
  kind
  text
  at
  by
  endedAt
  withdrawal {
    at
    by
    reason
  }
}
    `, {"fragmentName":"FactOfOperator"}) as unknown as TypedDocumentString<FactOfOperatorFragment, unknown>;
export const SessionFactsFragmentDoc = new TypedDocumentString(`
    fragment SessionFacts on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  channelId
  state
  startedAt
  startedAtSource
  endedAt
  pushDurationMs
  endCode
  endMessage
  endCause {
    side
    summary
    advice
    sureness
    because
    alternative
  }
  width
  height
  region
  idcId
  accessPoint
  userIp
  streamParam
  firstReceivedAt
  lastReceivedAt
  deliveries
  operatorFacts {
    ...FactOfOperator
  }
}
    fragment FactOfOperator on OperatorFact {
  id
  kind
  text
  at
  by
  endedAt
  withdrawal {
    at
    by
    reason
  }
}`, {"fragmentName":"SessionFacts"}) as unknown as TypedDocumentString<SessionFactsFragment, unknown>;
export const CallbackAsSentFragmentDoc = new TypedDocumentString(`
    fragment CallbackAsSent on CallbackRecord {
  id
  eventType
  callbackEvent
  occurredAt
  receivedAt
  lastReceivedAt
  signature
  deliveries
  releasedBy
  attribution
  body
}
    `, {"fragmentName":"CallbackAsSent"}) as unknown as TypedDocumentString<CallbackAsSentFragment, unknown>;
export const SessionRelaysFragmentDoc = new TypedDocumentString(`
    fragment SessionRelays on StreamSession {
  relayTaskId
  relayTaskJoins {
    sureness
    because
    alternative
    relayTask {
      id
      taskId
      appId
      state
      exitCode
      exitCodeText
    }
  }
}
    `, {"fragmentName":"SessionRelays"}) as unknown as TypedDocumentString<SessionRelaysFragment, unknown>;
export const NeighbourFragmentDoc = new TypedDocumentString(`
    fragment Neighbour on StreamSession {
  id
  appId
  sequence
  state
  startedAt
  endedAt
  endCode
  endCause {
    side
    summary
  }
}
    `, {"fragmentName":"Neighbour"}) as unknown as TypedDocumentString<NeighbourFragment, unknown>;
export const ArrivedCallbackFragmentDoc = new TypedDocumentString(`
    fragment ArrivedCallback on CallbackRecord {
  id
  position
  eventType
  callbackEvent
  receivedAt
  signature
  streamId
  streamSession {
    sequence
    appId
  }
  relayTask {
    taskId
    appId
  }
}
    `, {"fragmentName":"ArrivedCallback"}) as unknown as TypedDocumentString<ArrivedCallbackFragment, unknown>;
export const TaskRowFragmentDoc = new TypedDocumentString(`
    fragment TaskRow on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  startedAt
  startReceivedAt
  exitedAt
  exitReceivedAt
  exitCode
  exitCodeText
  exitMessage
  currentFile {
    index
    url
  }
}
    `, {"fragmentName":"TaskRow"}) as unknown as TypedDocumentString<TaskRowFragment, unknown>;
export const TaskFileFragmentDoc = new TypedDocumentString(`
    fragment TaskFile on RelayFile {
  index
  url
  durationSeconds
  startedAt
  finishedAt
  times
}
    `, {"fragmentName":"TaskFile"}) as unknown as TypedDocumentString<TaskFileFragment, unknown>;
export const ShellProjectionsDocument = new TypedDocumentString(`
    query ShellProjections {
  projections {
    name
    position
    lagEvents
    lagMs
    serving
    stalled
    stalledBecause
    notFollowedBecause
    unfinishedImport
    standby {
      primary
      eventsBehind
      unansweredSince
    }
  }
}
    `) as unknown as TypedDocumentString<ShellProjectionsQuery, ShellProjectionsQueryVariables>;
export const ViewerRoleDocument = new TypedDocumentString(`
    query ViewerRole {
  viewer {
    role
    scope {
      domains
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerRoleQuery, ViewerRoleQueryVariables>;
export const LiveNowDocument = new TypedDocumentString(`
    query LiveNow {
  streamSessions(filter: {state: {eq: LIVE}}, first: 20) {
    totalCount
    nodes {
      streamId
      domain
      path
      startedAt
      accessPoint
    }
  }
}
    `) as unknown as TypedDocumentString<LiveNowQuery, LiveNowQueryVariables>;
export const LastEndingsDocument = new TypedDocumentString(`
    query LastEndings {
  streamSessions(
    filter: {state: {eq: ENDED}}
    orderBy: {field: ENDED_AT, direction: DESC}
    first: 20
  ) {
    nodes {
      streamId
      endedAt
      pushDurationMs
      endCode
      endCause {
        side
        summary
        advice
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LastEndingsQuery, LastEndingsQueryVariables>;
export const OneStreamDocument = new TypedDocumentString(`
    query OneStream($streamId: String = "alpha") {
  streamSessions(filter: {streamId: {eq: $streamId}}, first: 20) {
    nodes {
      sequence
      state
      startedAt
      endedAt
      endCause {
        summary
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OneStreamQuery, OneStreamQueryVariables>;
export const RelayTasksNowDocument = new TypedDocumentString(`
    query RelayTasksNow {
  relayTasks(filter: {state: {eq: RUNNING}}, first: 20) {
    nodes {
      taskId
      toUrl
      startedAt
      currentFile {
        index
        url
        startedAt
      }
      streamSessions {
        sequence
        state
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RelayTasksNowQuery, RelayTasksNowQueryVariables>;
export const RelayExitsDocument = new TypedDocumentString(`
    query RelayExits {
  relayTasks(filter: {state: {eq: EXITED}, exitCode: {ne: 0}}, first: 20) {
    nodes {
      taskId
      exitCode
      exitMessage
      exitReceivedAt
      runs {
        number
        startedAt
        exitedAt
        exitCode
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RelayExitsQuery, RelayExitsQueryVariables>;
export const NewestCallbacksDocument = new TypedDocumentString(`
    query NewestCallbacks {
  callbacks(first: 10) {
    nodes {
      eventType
      callbackEvent
      receivedAt
      deliveries
      signature
      body
    }
  }
}
    `) as unknown as TypedDocumentString<NewestCallbacksQuery, NewestCallbacksQueryVariables>;
export const InQuarantineDocument = new TypedDocumentString(`
    query InQuarantine {
  quarantine(filter: {status: {eq: HELD}}, first: 20) {
    totalCount
    nodes {
      id
      reason
      receivedAt
      diagnosis {
        summary
        advice
      }
    }
  }
}
    `) as unknown as TypedDocumentString<InQuarantineQuery, InQuarantineQueryVariables>;
export const EndingsBySideDocument = new TypedDocumentString(`
    query EndingsBySide($from: DateTime = "2026-01-01T00:00:00Z", $to: DateTime = "2036-01-01T00:00:00Z") {
  streamSessionStatistics(
    from: $from
    to: $to
    groupBy: [DOMAIN, END_SIDE]
    orderBy: {field: ENDED, direction: DESC}
  ) {
    rows {
      domain
      endSide
      ended
      medianMs
      p95Ms
    }
    total {
      began
      ended
      pushedMs
      reconnects
    }
  }
}
    `) as unknown as TypedDocumentString<EndingsBySideQuery, EndingsBySideQueryVariables>;
export const FreshnessDocument = new TypedDocumentString(`
    query Freshness {
  projections {
    name
    serving
    lagEvents
    lagMs
    stalled
    stalledBecause
  }
  callbackSetup {
    takesCallbacks
    keys
    tokens
  }
}
    `) as unknown as TypedDocumentString<FreshnessQuery, FreshnessQueryVariables>;
export const SessionChangesDocument = new TypedDocumentString(`
    subscription SessionChanges {
  streamSessionChanged {
    cursor
    streamSession {
      streamId
      state
      startedAt
      endCause {
        summary
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionChangesSubscription, SessionChangesSubscriptionVariables>;
export const AuditPageDocument = new TypedDocumentString(`
    query AuditPage($filter: AuditFilter!, $after: Cursor) {
  audit(filter: $filter, first: 50, after: $after) {
    nodes {
      at
      who
      role
      action
      object
      outcome
      code
      reason
      from
      count
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditPageQuery, AuditPageQueryVariables>;
export const EndingsDocument = new TypedDocumentString(`
    query Endings($filter: StreamSessionFilter!, $live: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $unit: StreamSessionGrouping!, $timeZone: String!, $stepSeconds: Int!) {
  byTime: streamSessionStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [$unit]
    timeZone: $timeZone
    first: 200
  ) {
    rows {
      ...EndingsOfRow
    }
    total {
      ...EndingsTotal
    }
  }
  concurrency(filter: $filter, from: $from, to: $to, stepSeconds: $stepSeconds) {
    peak {
      at
      live
    }
  }
  live: streamSessions(filter: $live, first: 0) {
    totalCount
    totalCountIsCapped
  }
}
    fragment EndingsOfRow on StreamSessionStatisticsRow {
  from
  ended
  pushedMs
  interruptions {
    side
    sessions
  }
}
fragment EndingsTotal on StreamSessionFigures {
  ended
  pushedMs
  interruptions {
    side
    sessions
  }
}`) as unknown as TypedDocumentString<EndingsQuery, EndingsQueryVariables>;
export const EndingsBeforeDocument = new TypedDocumentString(`
    query EndingsBefore($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $stepSeconds: Int!) {
  streamSessionStatistics(filter: $filter, from: $from, to: $to, first: 0) {
    total {
      ...EndingsTotal
    }
  }
  concurrency(filter: $filter, from: $from, to: $to, stepSeconds: $stepSeconds) {
    peak {
      live
    }
  }
}
    fragment EndingsTotal on StreamSessionFigures {
  ended
  pushedMs
  interruptions {
    side
    sessions
  }
}`) as unknown as TypedDocumentString<EndingsBeforeQuery, EndingsBeforeQueryVariables>;
export const EndingsByCodeDocument = new TypedDocumentString(`
    query EndingsByCode($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $orderBy: StreamSessionStatisticsOrder!) {
  streamSessionStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [END_CODE, END_SIDE]
    orderBy: $orderBy
    first: 100
  ) {
    rowCount
    rows {
      endCode
      endSide
      ended
    }
  }
}
    `) as unknown as TypedDocumentString<EndingsByCodeQuery, EndingsByCodeQueryVariables>;
export const EndingsByDomainDocument = new TypedDocumentString(`
    query EndingsByDomain($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $orderBy: StreamSessionStatisticsOrder!) {
  streamSessionStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [DOMAIN]
    orderBy: $orderBy
    first: 100
  ) {
    rowCount
    rows {
      domain
      ended
      pushedMs
      reconnects
    }
  }
}
    `) as unknown as TypedDocumentString<EndingsByDomainQuery, EndingsByDomainQueryVariables>;
export const FlappingStreamsDocument = new TypedDocumentString(`
    query FlappingStreams($filter: BroadcastFilter!, $from: DateTime!, $to: DateTime, $orderBy: BroadcastOrder!, $after: Cursor) {
  broadcasts(
    filter: $filter
    from: $from
    to: $to
    orderBy: $orderBy
    first: 10
    after: $after
  ) {
    nodes {
      appId
      domain
      path
      streamId
      startedAt
      reconnects
      longestGapMs
      causes {
        side
        sessions
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<FlappingStreamsQuery, FlappingStreamsQueryVariables>;
export const CauseOfCodeDocument = new TypedDocumentString(`
    query CauseOfCode($filter: StreamSessionFilter!) {
  streamSessions(filter: $filter, first: 1) {
    nodes {
      endCause {
        summary
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CauseOfCodeQuery, CauseOfCodeQueryVariables>;
export const PushedDomainsDocument = new TypedDocumentString(`
    query PushedDomains($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!) {
  streamSessionStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [DOMAIN]
    orderBy: {field: PUSHED, direction: DESC}
    first: 60
  ) {
    rowCount
    rows {
      domain
    }
  }
}
    `) as unknown as TypedDocumentString<PushedDomainsQuery, PushedDomainsQueryVariables>;
export const PushedHoursDocument = new TypedDocumentString(`
    query PushedHours($filter: StreamSessionFilter!, $shown: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {
  byDomain: streamSessionStatistics(
    filter: $shown
    from: $from
    to: $to
    groupBy: [DOMAIN, DAY]
    timeZone: $timeZone
    first: 2000
  ) {
    rows {
      domain
      from
      pushedMs
    }
  }
  all: streamSessionStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [DAY]
    timeZone: $timeZone
    first: 100
  ) {
    rows {
      from
      pushedMs
    }
  }
}
    `) as unknown as TypedDocumentString<PushedHoursQuery, PushedHoursQueryVariables>;
export const RefusedByStreamDocument = new TypedDocumentString(`
    query RefusedByStream($filter: RefusedPushFilter!, $from: DateTime!, $to: DateTime!, $orderBy: RefusedPushStatisticsOrder!) {
  refusedPushStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [APP_ID, DOMAIN, PATH, STREAM_ID]
    orderBy: $orderBy
    first: 100
  ) {
    rowCount
    rows {
      appId
      domain
      path
      streamId
      attempts
      firstAt
      lastAt
      lastEndCode
    }
  }
}
    `) as unknown as TypedDocumentString<RefusedByStreamQuery, RefusedByStreamQueryVariables>;
export const RefusedPushesDocument = new TypedDocumentString(`
    query RefusedPushes($filter: RefusedPushFilter!, $from: DateTime!, $after: Cursor) {
  refusedPushes(filter: $filter, from: $from, first: 50, after: $after) {
    nodes {
      id
      at
      streamId
      domain
      path
      endCode
      userIp
      accessPoint
      message
      reason {
        side
        summary
        advice
        sureness
        because
        alternative
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<RefusedPushesQuery, RefusedPushesQueryVariables>;
export const AlertsDocument = new TypedDocumentString(`
    query Alerts {
  alerts {
    id
    rule
    when
    beganAt
    summary
    facts
    incident {
      ...IncidentRow
    }
  }
}
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}`) as unknown as TypedDocumentString<AlertsQuery, AlertsQueryVariables>;
export const EndedAlertsDocument = new TypedDocumentString(`
    query EndedAlerts($from: DateTime!, $after: DateTime) {
  endedAlerts(from: $from, to: $after, first: 500) {
    id
    rule
    when
    beganAt
    endedAt
    summary
    facts
    incident {
      ...IncidentRow
    }
  }
}
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}`) as unknown as TypedDocumentString<EndedAlertsQuery, EndedAlertsQueryVariables>;
export const ForwardTargetsDocument = new TypedDocumentString(`
    query ForwardTargets {
  forwardTargets {
    ...TargetRow
  }
  alertTargets {
    ...TargetRow
  }
}
    fragment TargetRow on ForwardTarget {
  name
  state
  lagEvents
  lagMs
  setAsideTotal
  lastFailedAt
}`) as unknown as TypedDocumentString<ForwardTargetsQuery, ForwardTargetsQueryVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health($filter: CallbackFilter!, $from: DateTime!, $to: DateTime!) {
  projections {
    name
    serving
    lagEvents
    lagMs
    stalledBecause
    notFollowedBecause
    standby {
      primary
    }
    relayCallbacksWithoutTask
    build {
      because
      lagEvents
      stalledBecause
    }
    spool {
      events
      oldestAgeMs
      eventsRefused
    }
    poisoned {
      position
      reason
    }
  }
  callbacks(first: 1) {
    nodes {
      receivedAt
    }
  }
  callbackStatistics(filter: $filter, from: $from, to: $to) {
    total {
      callbacks
      deliveries
      delayMsP50
      delayMsP95
      delayMsLeast
    }
  }
  all: quarantine(filter: {status: {eq: HELD}}, first: 0) {
    ...HeldCount
  }
  forged: quarantine(filter: {status: {eq: HELD}, reason: {eq: FORGED}}, first: 0) {
    ...HeldCount
  }
  expired: quarantine(
    filter: {status: {eq: HELD}, reason: {eq: EXPIRED}}
    first: 0
  ) {
    ...HeldCount
  }
  unproven: quarantine(
    filter: {status: {eq: HELD}, reason: {eq: UNPROVEN}}
    first: 0
  ) {
    ...HeldCount
  }
  unreadable: quarantine(
    filter: {status: {eq: HELD}, reason: {eq: UNREADABLE}}
    first: 0
  ) {
    ...HeldCount
  }
}
    fragment HeldCount on QuarantinedCallbackConnection {
  totalCount
  totalCountIsCapped
}`) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const HeldCallbacksDocument = new TypedDocumentString(`
    query HeldCallbacks($filter: QuarantineFilter!, $orderBy: QuarantineOrder!, $after: Cursor) {
  quarantine(filter: $filter, orderBy: $orderBy, first: 100, after: $after) {
    nodes {
      id
      reason
      receivedAt
      appId
      eventType
      callbackEvent
      body
      bodyText
      diagnosis {
        summary
        advice
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<HeldCallbacksQuery, HeldCallbacksQueryVariables>;
export const HeldIdsDocument = new TypedDocumentString(`
    query HeldIds($filter: QuarantineFilter!) {
  quarantine(filter: $filter, first: 500) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<HeldIdsQuery, HeldIdsQueryVariables>;
export const ReleaseHeldDocument = new TypedDocumentString(`
    mutation ReleaseHeld($ids: [ID!]!, $reason: String) {
  releaseFromQuarantine(ids: $ids, reason: $reason) {
    outcome
    message
  }
}
    `) as unknown as TypedDocumentString<ReleaseHeldMutation, ReleaseHeldMutationVariables>;
export const DiscardHeldDocument = new TypedDocumentString(`
    mutation DiscardHeld($ids: [ID!]!, $reason: String) {
  discardFromQuarantine(ids: $ids, reason: $reason) {
    outcome
    message
  }
}
    `) as unknown as TypedDocumentString<DiscardHeldMutation, DiscardHeldMutationVariables>;
export const MissingDocument = new TypedDocumentString(`
    query Missing($filter: MissingCallbackFilter!, $from: DateTime!, $orderBy: MissingCallbackOrder!, $after: Cursor) {
  missingCallbacks(
    filter: $filter
    from: $from
    orderBy: $orderBy
    first: 20
    after: $after
  ) {
    nodes {
      reason
      sureness
      eventType
      callbackEvent
      appId
      domain
      path
      streamId
      expectedFrom
      expectedTo
      streamSession {
        id
        sequence
        appId
      }
      relayTask {
        id
        taskId
        appId
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<MissingQuery, MissingQueryVariables>;
export const OutagesDocument = new TypedDocumentString(`
    query Outages($from: DateTime!, $to: DateTime!) {
  receivingOutages(from: $from, to: $to, first: 20) {
    from
    to
    cause
    node
    refused
  }
}
    `) as unknown as TypedDocumentString<OutagesQuery, OutagesQueryVariables>;
export const AnyCallbackDocument = new TypedDocumentString(`
    query AnyCallback {
  callbacks(filter: {not: {callbackEvent: {eq: "LiveLedgerTest"}}}, first: 1) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<AnyCallbackQuery, AnyCallbackQueryVariables>;
export const IncidentsDocument = new TypedDocumentString(`
    query Incidents($filter: IncidentFilter!, $orderBy: IncidentOrder!, $after: Cursor) {
  incidents(filter: $filter, orderBy: $orderBy, first: 50, after: $after) {
    nodes {
      ...IncidentRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}`) as unknown as TypedDocumentString<IncidentsQuery, IncidentsQueryVariables>;
export const IncidentsNowDocument = new TypedDocumentString(`
    query IncidentsNow($filter: IncidentFilter!) {
  incidents(filter: $filter, first: 20) {
    nodes {
      ...IncidentRow
      of
      advice
    }
  }
}
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}`) as unknown as TypedDocumentString<IncidentsNowQuery, IncidentsNowQueryVariables>;
export const IncidentsChangedDocument = new TypedDocumentString(`
    subscription IncidentsChanged($filter: IncidentFilter, $after: Cursor) {
  incidentChanged(filter: $filter, after: $after) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<IncidentsChangedSubscription, IncidentsChangedSubscriptionVariables>;
export const IncidentPageDocument = new TypedDocumentString(`
    query IncidentPage($incidentId: ID!) {
  incident(incidentId: $incidentId) {
    ...IncidentRow
    of
    failures
    region
    advice
    sureness
    because
    alternative
    relayTasks {
      id
      appId
      taskId
      state
      exitCode
      exitCodeText
    }
    all: streamSessions(first: 500) {
      nodes {
        ...IncidentSession
      }
      totalCount
    }
  }
}
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}
fragment IncidentSession on StreamSession {
  ...SessionRow
  accessPoint
}
fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`) as unknown as TypedDocumentString<IncidentPageQuery, IncidentPageQueryVariables>;
export const IncidentNotBackDocument = new TypedDocumentString(`
    query IncidentNotBack($incidentId: ID!, $after: Cursor) {
  incident(incidentId: $incidentId) {
    streamSessions(notBack: true, first: 20, after: $after) {
      nodes {
        ...SessionRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`) as unknown as TypedDocumentString<IncidentNotBackQuery, IncidentNotBackQueryVariables>;
export const IncidentChartDocument = new TypedDocumentString(`
    query IncidentChart($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $stepSeconds: Int!) {
  concurrency(filter: $filter, from: $from, to: $to, stepSeconds: $stepSeconds) {
    points {
      at
      least
      most
    }
  }
}
    `) as unknown as TypedDocumentString<IncidentChartQuery, IncidentChartQueryVariables>;
export const SilentSessionsDocument = new TypedDocumentString(`
    query SilentSessions($filter: StreamSessionFilter!) {
  streamSessions(filter: $filter, first: 500) {
    nodes {
      id
      lastHeardAt
    }
  }
}
    `) as unknown as TypedDocumentString<SilentSessionsQuery, SilentSessionsQueryVariables>;
export const LiveSessionsDocument = new TypedDocumentString(`
    query LiveSessions($filter: StreamSessionFilter!, $after: Cursor) {
  streamSessions(filter: $filter, first: 500, after: $after) {
    nodes {
      ...LiveSession
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    liveFrom
  }
}
    fragment LiveSession on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  firstReceivedAt
  lastReceivedAt
  accessPoint
  endedAt
  endCause {
    side
  }
}`) as unknown as TypedDocumentString<LiveSessionsQuery, LiveSessionsQueryVariables>;
export const LiveSessionChangedDocument = new TypedDocumentString(`
    subscription LiveSessionChanged($filter: StreamSessionFilter!, $after: Cursor) {
  streamSessionChanged(filter: $filter, after: $after, left: true) {
    cursor
    matches
    streamSession {
      ...LiveSession
    }
  }
}
    fragment LiveSession on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  firstReceivedAt
  lastReceivedAt
  accessPoint
  endedAt
  endCause {
    side
  }
}`) as unknown as TypedDocumentString<LiveSessionChangedSubscription, LiveSessionChangedSubscriptionVariables>;
export const LiveTasksDocument = new TypedDocumentString(`
    query LiveTasks($after: Cursor) {
  relayTasks(filter: {state: {eq: RUNNING}}, first: 500, after: $after) {
    nodes {
      ...LiveTask
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    liveFrom
  }
}
    fragment LiveTask on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  exitCode
  currentFile {
    index
    url
  }
}`) as unknown as TypedDocumentString<LiveTasksQuery, LiveTasksQueryVariables>;
export const LiveTaskChangedDocument = new TypedDocumentString(`
    subscription LiveTaskChanged($after: Cursor) {
  relayTaskChanged(filter: {state: {eq: RUNNING}}, after: $after, left: true) {
    cursor
    matches
    relayTask {
      ...LiveTask
    }
  }
}
    fragment LiveTask on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  exitCode
  currentFile {
    index
    url
  }
}`) as unknown as TypedDocumentString<LiveTaskChangedSubscription, LiveTaskChangedSubscriptionVariables>;
export const EndedLatelyDocument = new TypedDocumentString(`
    query EndedLately($filter: StreamSessionFilter!) {
  streamSessions(
    filter: $filter
    first: 500
    orderBy: {field: ENDED_AT, direction: DESC}
  ) {
    nodes {
      ...SessionRow
    }
    totalCount
    totalCountIsCapped
  }
}
    fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`) as unknown as TypedDocumentString<EndedLatelyQuery, EndedLatelyQueryVariables>;
export const EndedByFaultDocument = new TypedDocumentString(`
    query EndedByFault($faults: StreamSessionFilter!, $others: StreamSessionFilter!) {
  faults: streamSessions(
    filter: $faults
    first: 500
    orderBy: {field: ENDED_AT, direction: DESC}
  ) {
    nodes {
      ...SessionRow
    }
    pageInfo {
      hasNextPage
    }
  }
  others: streamSessions(
    filter: $others
    first: 500
    orderBy: {field: ENDED_AT, direction: DESC}
  ) {
    nodes {
      appId
      domain
      path
      streamId
      endedAt
    }
  }
}
    fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`) as unknown as TypedDocumentString<EndedByFaultQuery, EndedByFaultQueryVariables>;
export const RelaysNotBackDocument = new TypedDocumentString(`
    query RelaysNotBack($filter: RelayTaskFilter!) {
  relayTasks(filter: $filter, first: 0) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<RelaysNotBackQuery, RelaysNotBackQueryVariables>;
export const LiveFiguresDocument = new TypedDocumentString(`
    query LiveFigures($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $lastHour: DateTime!, $chartFrom: DateTime!, $stepSeconds: Int!) {
  chart: concurrency(
    filter: $filter
    from: $chartFrom
    to: $to
    stepSeconds: $stepSeconds
  ) {
    points {
      at
      least
      most
    }
  }
  day: concurrency(filter: $filter, from: $from, to: $to, stepSeconds: 86400) {
    points {
      live
    }
    peak {
      at
      live
    }
  }
  streamSessionStatistics(
    filter: $filter
    from: $lastHour
    to: $to
    groupBy: [APP_ID, DOMAIN, PATH, STREAM_ID]
    orderBy: {field: RECONNECTS, direction: DESC}
    first: 500
  ) {
    rows {
      appId
      domain
      path
      streamId
      reconnects
    }
  }
}
    `) as unknown as TypedDocumentString<LiveFiguresQuery, LiveFiguresQueryVariables>;
export const RefusedLatelyDocument = new TypedDocumentString(`
    query RefusedLately($filter: RefusedPushFilter!, $from: DateTime!, $to: DateTime!) {
  streams: refusedPushStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [APP_ID, DOMAIN, PATH, STREAM_ID]
    first: 0
  ) {
    rowCount
    total {
      attempts
    }
  }
  codes: refusedPushStatistics(
    filter: $filter
    from: $from
    to: $to
    groupBy: [END_CODE]
    orderBy: {field: ATTEMPTS, direction: DESC}
    first: 1
  ) {
    rowCount
    rows {
      endCode
    }
  }
}
    `) as unknown as TypedDocumentString<RefusedLatelyQuery, RefusedLatelyQueryVariables>;
export const MissingThenDocument = new TypedDocumentString(`
    query MissingThen($ended: StreamSessionFilter!, $next: StreamSessionFilter!, $there: StreamSessionFilter!) {
  ended: streamSessions(
    filter: $ended
    orderBy: {field: ENDED_AT, direction: DESC}
    first: 500
  ) {
    nodes {
      ...SessionRow
    }
    pageInfo {
      hasNextPage
    }
  }
  next: streamSessions(
    filter: $next
    orderBy: {field: STARTED_AT, direction: ASC}
    first: 500
  ) {
    nodes {
      ...Around
    }
    pageInfo {
      hasNextPage
    }
  }
  there: streamSessions(filter: $there, first: 500) {
    nodes {
      ...Around
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment Around on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  startedAt
}
fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`) as unknown as TypedDocumentString<MissingThenQuery, MissingThenQueryVariables>;
export const SessionReportsDocument = new TypedDocumentString(`
    query SessionReports($sequence: ID!, $appId: ID) {
  streamSession(sequence: $sequence, appId: $appId) {
    health {
      type
      description
      count
      firstAt
      lastAt
    }
    recordings {
      ...ReportedRecording
    }
    recordingEvents {
      ...ReportedRecordingEvent
    }
    screenshots {
      ...ReportedScreenshot
    }
    findings {
      ...ReportedFinding
    }
  }
}
    fragment ReportedRecording on Recording {
  at
  recordingId
  format
  durationMs
  sizeBytes
  resolution
  url
  sureness
  because
  alternative
  callback {
    id
  }
}
fragment ReportedRecordingEvent on RecordingEvent {
  at
  recordingId
  level
  count
  sureness
  because
  alternative
  callback {
    id
    summary
  }
}
fragment ReportedScreenshot on Screenshot {
  at
  width
  height
  sizeBytes
  url
  sureness
  because
  alternative
  callback {
    id
  }
}
fragment ReportedFinding on Finding {
  at
  kind
  name
  detail
  level
  score
  text
  url
  sureness
  because
  alternative
  callback {
    id
  }
}`) as unknown as TypedDocumentString<SessionReportsQuery, SessionReportsQueryVariables>;
export const SessionPageDocument = new TypedDocumentString(`
    query SessionPage($sequence: ID!, $appId: ID) {
  streamSession(sequence: $sequence, appId: $appId) {
    ...SessionFacts
    ...SessionRelays
    isSilent
    lastHeardAt
    incident {
      ...IncidentRow
    }
  }
}
    fragment IncidentRow on Incident {
  id
  incidentId
  kind
  state
  side
  code
  cause
  appId
  domain
  path
  accessPoint
  accessPointNetwork
  sourceHost
  startedAt
  lastFailedAt
  newestEvidenceAt
  overSince
  affected
  back
  notBack
}
fragment SessionFacts on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  channelId
  state
  startedAt
  startedAtSource
  endedAt
  pushDurationMs
  endCode
  endMessage
  endCause {
    side
    summary
    advice
    sureness
    because
    alternative
  }
  width
  height
  region
  idcId
  accessPoint
  userIp
  streamParam
  firstReceivedAt
  lastReceivedAt
  deliveries
  operatorFacts {
    ...FactOfOperator
  }
}
fragment SessionRelays on StreamSession {
  relayTaskId
  relayTaskJoins {
    sureness
    because
    alternative
    relayTask {
      id
      taskId
      appId
      state
      exitCode
      exitCodeText
    }
  }
}
fragment FactOfOperator on OperatorFact {
  id
  kind
  text
  at
  by
  endedAt
  withdrawal {
    at
    by
    reason
  }
}`) as unknown as TypedDocumentString<SessionPageQuery, SessionPageQueryVariables>;
export const SessionThenDocument = new TypedDocumentString(`
    query SessionThen($sequence: ID!, $appId: ID, $asOf: DateTime!) {
  streamSession(sequence: $sequence, appId: $appId, asOf: {recordedAt: $asOf}) {
    ...SessionFacts
    ...SessionRelays
  }
}
    fragment SessionFacts on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  channelId
  state
  startedAt
  startedAtSource
  endedAt
  pushDurationMs
  endCode
  endMessage
  endCause {
    side
    summary
    advice
    sureness
    because
    alternative
  }
  width
  height
  region
  idcId
  accessPoint
  userIp
  streamParam
  firstReceivedAt
  lastReceivedAt
  deliveries
  operatorFacts {
    ...FactOfOperator
  }
}
fragment SessionRelays on StreamSession {
  relayTaskId
  relayTaskJoins {
    sureness
    because
    alternative
    relayTask {
      id
      taskId
      appId
      state
      exitCode
      exitCodeText
    }
  }
}
fragment FactOfOperator on OperatorFact {
  id
  kind
  text
  at
  by
  endedAt
  withdrawal {
    at
    by
    reason
  }
}`) as unknown as TypedDocumentString<SessionThenQuery, SessionThenQueryVariables>;
export const SessionTimelineDocument = new TypedDocumentString(`
    query SessionTimeline($sequence: ID!, $appId: ID, $after: DateTime) {
  streamSession(sequence: $sequence, appId: $appId) {
    timeline(from: $after, first: 200) {
      entries {
        at
        orderedAt
        owner
        sureness
        because
        alternative
        callback {
          ...CallbackAsSent
          summary
          recordedAt
          taskId
          appId
          streamSession {
            id
            sequence
            appId
          }
        }
      }
      isComplete
    }
  }
}
    fragment CallbackAsSent on CallbackRecord {
  id
  eventType
  callbackEvent
  occurredAt
  receivedAt
  lastReceivedAt
  signature
  deliveries
  releasedBy
  attribution
  body
}`) as unknown as TypedDocumentString<SessionTimelineQuery, SessionTimelineQueryVariables>;
export const SessionPageChangedDocument = new TypedDocumentString(`
    subscription SessionPageChanged($sequence: ID!, $appId: IdFilter, $after: Cursor) {
  streamSessionChanged(
    filter: {sequence: {eq: $sequence}, appId: $appId}
    after: $after
  ) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<SessionPageChangedSubscription, SessionPageChangedSubscriptionVariables>;
export const SessionNeighboursDocument = new TypedDocumentString(`
    query SessionNeighbours($before: StreamSessionFilter!, $after: StreamSessionFilter!) {
  before: streamSessions(filter: $before, first: 1) {
    nodes {
      ...Neighbour
    }
  }
  after: streamSessions(
    filter: $after
    orderBy: {field: STARTED_AT, direction: ASC}
    first: 1
  ) {
    nodes {
      ...Neighbour
    }
  }
}
    fragment Neighbour on StreamSession {
  id
  appId
  sequence
  state
  startedAt
  endedAt
  endCode
  endCause {
    side
    summary
  }
}`) as unknown as TypedDocumentString<SessionNeighboursQuery, SessionNeighboursQueryVariables>;
export const SetUpDocument = new TypedDocumentString(`
    query SetUp {
  callbackSetup {
    takesCallbacks
    keys
    tokens
    refused {
      reason
      count
      newestAt
      advice
    }
  }
}
    `) as unknown as TypedDocumentString<SetUpQuery, SetUpQueryVariables>;
export const SendTestCallbackDocument = new TypedDocumentString(`
    mutation SendTestCallback {
  sendTestCallback {
    testId
    accepted
    status
    durationMs
    message
  }
}
    `) as unknown as TypedDocumentString<SendTestCallbackMutation, SendTestCallbackMutationVariables>;
export const NewestArrivalsDocument = new TypedDocumentString(`
    query NewestArrivals {
  callbacks(first: 10) {
    nodes {
      ...ArrivedCallback
    }
    liveFrom
  }
}
    fragment ArrivedCallback on CallbackRecord {
  id
  position
  eventType
  callbackEvent
  receivedAt
  signature
  streamId
  streamSession {
    sequence
    appId
  }
  relayTask {
    taskId
    appId
  }
}`) as unknown as TypedDocumentString<NewestArrivalsQuery, NewestArrivalsQueryVariables>;
export const CallbackArrivedDocument = new TypedDocumentString(`
    subscription CallbackArrived($after: Cursor) {
  callbackRecorded(after: $after) {
    cursor
    ...ArrivedCallback
  }
}
    fragment ArrivedCallback on CallbackRecord {
  id
  position
  eventType
  callbackEvent
  receivedAt
  signature
  streamId
  streamSession {
    sequence
    appId
  }
  relayTask {
    taskId
    appId
  }
}`) as unknown as TypedDocumentString<CallbackArrivedSubscription, CallbackArrivedSubscriptionVariables>;
export const SetAsideDocument = new TypedDocumentString(`
    query SetAside {
  quarantine(
    filter: {status: {eq: HELD}}
    orderBy: {field: RECEIVED_AT, direction: DESC}
    first: 5
  ) {
    nodes {
      id
      reason
      receivedAt
      eventType
      callbackEvent
      diagnosis {
        summary
        advice
      }
    }
    totalCount
    totalCountIsCapped
  }
}
    `) as unknown as TypedDocumentString<SetAsideQuery, SetAsideQueryVariables>;
export const StreamFiguresDocument = new TypedDocumentString(`
    query StreamFigures($filter: StreamSessionFilter!, $from: DateTime!, $to: DateTime!, $lastHour: DateTime!) {
  day: streamSessionStatistics(filter: $filter, from: $from, to: $to) {
    total {
      began
      ended
      reconnects
      pushedMs
      medianMs
    }
  }
  hour: streamSessionStatistics(filter: $filter, from: $lastHour, to: $to) {
    total {
      reconnects
    }
  }
}
    `) as unknown as TypedDocumentString<StreamFiguresQuery, StreamFiguresQueryVariables>;
export const StreamPageChangedDocument = new TypedDocumentString(`
    subscription StreamPageChanged($filter: StreamSessionFilter!, $after: Cursor) {
  streamSessionChanged(filter: $filter, after: $after) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<StreamPageChangedSubscription, StreamPageChangedSubscriptionVariables>;
export const TaskPageDocument = new TypedDocumentString(`
    query TaskPage($taskId: ID!, $appId: ID) {
  relayTask(taskId: $taskId, appId: $appId) {
    ...TaskRow
    sourceUrls
    toUrl
    operatorFacts {
      ...FactOfOperator
    }
    currentFile {
      ...TaskFile
    }
    runs {
      number
      startedAt
      startReceivedAt
      exitedAt
      exitReceivedAt
      exitCode
      exitCodeText
      exitMessage
      attribution
      files {
        ...TaskFile
      }
      alarms {
        type
        firstAt
        lastAt
        times
      }
    }
    streamSessions {
      ...SessionRow
    }
    callbacks(first: 50) {
      nodes {
        ...CallbackAsSent
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    fragment CallbackAsSent on CallbackRecord {
  id
  eventType
  callbackEvent
  occurredAt
  receivedAt
  lastReceivedAt
  signature
  deliveries
  releasedBy
  attribution
  body
}
fragment TaskRow on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  startedAt
  startReceivedAt
  exitedAt
  exitReceivedAt
  exitCode
  exitCodeText
  exitMessage
  currentFile {
    index
    url
  }
}
fragment TaskFile on RelayFile {
  index
  url
  durationSeconds
  startedAt
  finishedAt
  times
}
fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}
fragment FactOfOperator on OperatorFact {
  id
  kind
  text
  at
  by
  endedAt
  withdrawal {
    at
    by
    reason
  }
}`) as unknown as TypedDocumentString<TaskPageQuery, TaskPageQueryVariables>;
export const TaskPlaysDocument = new TypedDocumentString(`
    query TaskPlays($taskId: ID!, $appId: ID, $first: Int!) {
  relayTask(taskId: $taskId, appId: $appId) {
    callbacks(first: $first) {
      nodes {
        callbackEvent
        occurredAt
        receivedAt
        body
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TaskPlaysQuery, TaskPlaysQueryVariables>;
export const TaskPageChangedDocument = new TypedDocumentString(`
    subscription TaskPageChanged($taskId: ID!, $appId: IdFilter, $after: Cursor) {
  relayTaskChanged(filter: {taskId: {eq: $taskId}, appId: $appId}, after: $after) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<TaskPageChangedSubscription, TaskPageChangedSubscriptionVariables>;
export const TasksPageDocument = new TypedDocumentString(`
    query TasksPage($filter: RelayTaskFilter!, $orderBy: RelayTaskOrder!, $after: Cursor) {
  relayTasks(filter: $filter, orderBy: $orderBy, first: 50, after: $after) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment TaskRow on RelayTask {
  id
  appId
  taskId
  state
  domain
  path
  streamId
  startedAt
  startReceivedAt
  exitedAt
  exitReceivedAt
  exitCode
  exitCodeText
  exitMessage
  currentFile {
    index
    url
  }
}`) as unknown as TypedDocumentString<TasksPageQuery, TasksPageQueryVariables>;
export const TasksPageChangedDocument = new TypedDocumentString(`
    subscription TasksPageChanged($after: Cursor) {
  relayTaskChanged(after: $after) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<TasksPageChangedSubscription, TasksPageChangedSubscriptionVariables>;
export const SessionsPageDocument = new TypedDocumentString(`
    query SessionsPage($filter: StreamSessionFilter!, $orderBy: StreamSessionOrder!, $after: Cursor) {
  streamSessions(filter: $filter, orderBy: $orderBy, first: 100, after: $after) {
    nodes {
      ...SessionRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment SessionRow on StreamSession {
  id
  appId
  sequence
  domain
  path
  streamId
  state
  startedAt
  endedAt
  pushDurationMs
  endCode
  endCause {
    side
    summary
    sureness
  }
}`) as unknown as TypedDocumentString<SessionsPageQuery, SessionsPageQueryVariables>;
export const CloseSessionDocument = new TypedDocumentString(`
    mutation CloseSession($id: ID!, $text: String!, $endedAt: DateTime) {
  closeStreamSession(session: {id: $id}, reason: $text, endedAt: $endedAt) {
    fact {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<CloseSessionMutation, CloseSessionMutationVariables>;
export const AddNoteDocument = new TypedDocumentString(`
    mutation AddNote($id: ID!, $text: String!) {
  addNote(id: $id, text: $text) {
    fact {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<AddNoteMutation, AddNoteMutationVariables>;
export const WithdrawFactDocument = new TypedDocumentString(`
    mutation WithdrawFact($id: ID!, $text: String!) {
  withdrawFact(id: $id, reason: $text) {
    fact {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<WithdrawFactMutation, WithdrawFactMutationVariables>;
export const ScopesDocument = new TypedDocumentString(`
    query Scopes($from: DateTime!, $to: DateTime!) {
  streamSessionStatistics(
    from: $from
    to: $to
    groupBy: [APP_ID, DOMAIN]
    first: 500
  ) {
    rows {
      appId
      domain
    }
  }
}
    `) as unknown as TypedDocumentString<ScopesQuery, ScopesQueryVariables>;