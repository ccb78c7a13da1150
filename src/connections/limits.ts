/** Bytes of a callback's body with a listed token in its URL. CSS sends 0.3 to 2 KB. This many, as base64 and with metadata, still fit an append of 1 MiB. */
export const callbackBodyBytesMax = 512 * 1024;

/**
 * Bytes of a callback's body without a listed token in its URL: its `sign` is inside, so it has to be parsed before it is
 * proved, and anybody can send it. That takes a millisecond for this many.
 */
export const unprovenBodyBytesMax = 64 * 1024;

/** Bytes of a GraphQL request: enough for a document of a thousand lines. */
export const graphqlBodyBytesMax = 128 * 1024;

/** Bytes of all headers of a request. More are refused with a 431. */
export const headerBytesMax = 16 * 1024;

/** Milliseconds for the headers to arrive. */
export const headersTimeoutMs = 10_000;

/** Milliseconds for the whole request to arrive: a body of 2 KB needs far less. */
export const requestTimeoutMs = 15_000;

/** Milliseconds between two checks of these timeouts. Node's default, 30 s, would let a request take that much longer. */
export const timeoutsCheckedEveryMs = 1_000;

/** Milliseconds that an idle connection is kept open. */
export const keepAliveTimeoutMs = 65_000;

/** Connections that stay open for subscriptions, by default: about 100 MB if all are in use. */
export const defaultLiveConnectionsMax = 8_192;

/** Open connections, a few KB each, that are reserved for everything except subscriptions. */
export const otherConnectionsMax = 4_096;

/**
 * Open connections of the recorder, and those that wait for it, a few KB each. At this bound the one that has been silent
 * longest gives way.
 */
export const connectionsMax = 3 * otherConnectionsMax;

/**
 * Milliseconds that a connection waits for a process that is being started. Less than `cssAnswerMsMax` by what a
 * callback itself takes; a much shorter wait would lose relay callbacks, which CSS does not repeat.
 */
export const connectionWaitMsMax = 16_000;

/** Connections that wait to be accepted: after a restart all subscribers connect at once. The system may allow fewer. */
export const listenBacklogMax = 4_096;

/** `Retry-After` of a request that came too late or could not be served, in seconds. CSS itself waits a minute. */
export const retryAfterSeconds = 5;

/** `Retry-After` of a callback that the quarantine had no room for, in seconds: by then its rate allows more. */
export const quarantineRetryAfterSeconds = 60;

/** Exports answered at a time, each a page at a time: enough for a few people. Other queries wait for a few pages at most. */
export const exportsMax = 4;

/** Of these, with the same token and from the same address: the others are for others. */
export const exportsOfClientMax = exportsMax / 2;

/**
 * Bytes a second that a client takes of the pages of an export that wait for it: 2 Mbit/s. A slower one is cut off if another
 * asks while no export may begin.
 */
export const exportBytesPerSecondMin = 256 * 1024;

/** Milliseconds, at least, over which this pace is measured: a client that pauses for a moment is not slow. */
export const exportPaceMsMin = 5_000;

/** Milliseconds that the client of an export may take nothing before it is cut off, so that others get their turn. */
export const exportStalledMsMax = 60_000;

/** Milliseconds that any other client may take nothing before it is cut off. The rest of its answer, megabytes at most, waits in memory. */
export const answerStalledMsMax = 120_000;

/**
 * Bytes from which an answer is large: it is sent in parts, and counted while its client has not taken all of it. Smaller
 * ones are as many as there are connections.
 */
export const largeAnswerBytesMin = 64 * 1024;

/** Bytes of all large answers that clients have not taken: 16 of the largest, or 45 of 5.6 MB. */
export const unreadBytesMax = 256 * 1024 * 1024;

/** Milliseconds that a client may take nothing of a large answer while others are refused because there is no room. */
export const unreadStalledMsMax = 2_000;

/** Seconds that a browser may cache the answer to a CORS preflight: Chrome's maximum. */
export const preflightCachedForSeconds = 7_200;

/** Bytes of a refused body that are read and discarded, so that its sender sees the refusal: enough for a file sent by mistake. */
export const refusedBodyBytesMax = 16 * 1024 * 1024;

/** Milliseconds that a refused connection stays open, or that a refused body may pause, so that the client sees the refusal. */
export const refusedConnectionLingerMs = 1_000;

/** Tokens (words and punctuation) of a GraphQL document. Lists nested this deep still fit the parser's stack. */
export const graphqlTokensMax = 2_000;

/** Milliseconds that open requests have to finish after a stop signal. */
export const shutdownTimeoutMs = 10_000;

/** Milliseconds that a request has to arrive during a shutdown. Its work must fit in `shutdownTimeoutMs` too. */
export const stopArrivalMs = 5_000;

/** Milliseconds until an idle connection is closed during a shutdown. Busy clients pause less, and get `connection: close`. */
export const stopIdleMs = 100;

/** Milliseconds between two checks of the connections during a shutdown. */
export const stopCheckEveryMs = 20;

/** Milliseconds behind the log beyond which queries are not fresh. In operation the projector is about 10 ms behind. */
export const queryLagMsMax = 30_000;

/** Milliseconds for which a callback that could not be stored makes the node unready: three checks of a load balancer. */
export const storeFailureCountsForMs = 30_000;
