/** Bytes of a callback's body. CSS sends 0.3 to 2 KB; with its metadata this still fits an append of 1 MiB as base64. */
export const callbackBodyBytesMax = 512 * 1024;

/** Bytes of a GraphQL request: a document of a thousand lines. */
export const graphqlBodyBytesMax = 128 * 1024;

/** Bytes of all headers of a request; beyond: 431. */
export const headerBytesMax = 16 * 1024;

/** Milliseconds for the headers to arrive. */
export const headersTimeoutMs = 10_000;

/** Milliseconds for the whole request to arrive: a body of 2 KB needs far less. */
export const requestTimeoutMs = 15_000;

/** Milliseconds between two checks of these times. Node's default is 30 s, and would allow that much more. */
export const timeoutsCheckedEveryMs = 1_000;

/** Milliseconds that an idle connection is kept open. */
export const keepAliveTimeoutMs = 65_000;

/** Open connections, a few KB each, that are always left for requests beside those of subscriptions. */
export const otherConnectionsMax = 4_096;

/** Open connections of the process that has the port, which hands those of subscriptions over. */
export const connectionsMax = 3 * otherConnectionsMax;

/** Connections queued until accepted (the system may allow fewer): after a restart all subscribers connect at once. */
export const listenBacklogMax = 4_096;

/** Seconds after which a callback that could not be stored may be sent again; CSS itself waits a minute. */
export const retryAfterSeconds = 5;

/** Seconds after which a callback that the quarantine had no room for may be sent again: its rate allows more by then. */
export const quarantineRetryAfterSeconds = 60;

/**
 * Exports of tables that are answered at a time, each a page at a time: enough for a few people, and so few that other queries
 * wait for a few pages at most.
 */
export const exportsMax = 4;

/** Milliseconds in which the client of an export takes nothing, until it is cut off: it would keep others waiting. */
export const exportStalledMsMax = 60_000;

/** Milliseconds in which the client of any other answer takes nothing, until it is cut off: the rest of it, megabytes at most, waits in memory. */
export const answerStalledMsMax = 120_000;

/** Seconds that a browser may skip asking whether a page may ask: the longest that Chrome keeps it. */
export const preflightCachedForSeconds = 7_200;

/** Bytes of a refused body that are read and thrown away, for its sender to read why. Less would not cover a file by mistake. */
export const refusedBodyBytesMax = 16 * 1024 * 1024;

/** Milliseconds that a refused connection stays open, or one whose refused body pauses, for its client to read why. */
export const refusedConnectionLingerMs = 1_000;

/** Tokens (words and punctuation) of a GraphQL document: lists nested this deep still fit the parser's stack. */
export const graphqlTokensMax = 2_000;

/** Milliseconds that open requests have to finish after a signal to stop. */
export const shutdownTimeoutMs = 10_000;

/** Milliseconds that a request which is still arriving has while stopping: its work must fit the time above too. */
export const stopArrivalMs = 5_000;

/**
 * Milliseconds until an idle connection is closed while stopping. Busy clients pause less, and get `connection: close`.
 */
export const stopIdleMs = 100;

/** Milliseconds between two checks of the connections while stopping. */
export const stopCheckEveryMs = 20;

/** Milliseconds behind the log beyond which queries are not fresh; in operation the projector is some 10 ms behind. */
export const queryLagMsMax = 30_000;

/** Milliseconds that a callback which could not be stored makes the node unready: three checks of a load balancer. */
export const storeFailureCountsForMs = 30_000;
