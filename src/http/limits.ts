/** Bytes of a callback's body. CSS sends 0.3 to 2 KB; with its metadata this still fits an append of 1 MiB as base64. */
export const callbackBodyBytesMax = 512 * 1024;

/** Bytes of a GraphQL request: a document of a thousand lines. */
export const graphqlBodyBytesMax = 128 * 1024;

/** Bytes of all headers of a request; beyond: 431. */
export const headerBytesMax = 16 * 1024;

/** Milliseconds for the headers, and for the whole request, to arrive: a body of 2 KB needs far less. */
export const headersTimeoutMs = 10_000;
export const requestTimeoutMs = 15_000;

/** Milliseconds between two looks at who is over these times; Node looks every 30 s, and would let them take that longer. */
export const connectionsCheckedEveryMs = 1_000;

/** Milliseconds that an idle connection is kept. */
export const keepAliveTimeoutMs = 65_000;

/** Sockets open at a time; a socket that sends nothing costs a few KB until its time is up. */
export const connectionsMax = 4_096;

/** Seconds after which a callback that could not be stored may be sent again; CSS itself waits a minute. */
export const retryAfterSeconds = 5;

/** Tokens (words and signs) of a GraphQL document: lists nested this deep still fit the parser's stack. */
export const graphqlTokensMax = 2_000;

/** Milliseconds that open requests have to finish once the process is told to stop. */
export const shutdownTimeoutMs = 10_000;
