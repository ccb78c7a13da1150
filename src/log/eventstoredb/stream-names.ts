import { LogUnusable } from '../event-store.ts';

/**
 * Valid values of EVENT_STORE_PREFIX. No dot, because a dot ends the prefix, so no ledger's names begin with another's
 * prefix. No hyphen, because the server takes the text before the first hyphen as the category.
 */
const prefixPattern = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/** The server's own prefix for the stream with another stream's metadata. */
const metadataPrefix = '$$';

/**
 * The category of streams beside the log, with state that nodes share and no callbacks. On the server they are named
 * `<prefix>_forwarding-…`, which no filter for the log matches: no node copies them.
 */
const besidePrefix = 'forwarding-';

/** The names of one ledger's streams, in the port (local) and on the server. Names on disk: they never change. */
export interface StreamNames {
  /** `account-1` is `<prefix>.account-1` on the server, and `forwarding-a`, beside the log, `<prefix>_forwarding-a`. */
  toServer(streamName: string): string;
  /** Server name of the stream with the metadata of ours: `$$<prefix>.account-1`. */
  metadataOf(streamName: string): string;
  /** The inverse of `toLocal`, also for metadata streams. */
  ofRecorded(streamName: string): string;
  /** The local name for a server name that begins with one of `filterPrefixes`. Metadata of `account-1`: `$$account-1`. */
  toLocal(serverName: string): string;
  /** Prefixes of this ledger's streams, and of their metadata streams. */
  readonly filterPrefixes: readonly string[];
}

/** @throws LogUnusable - the prefix is invalid */
export function createStreamNames(prefix: string): StreamNames {
  if (!prefixPattern.test(prefix)) {
    throw new LogUnusable(
      'EVENT_STORE_PREFIX must be a letter and up to 39 letters, digits and underscores: it begins the name of every stream.',
    );
  }
  const ours = `${prefix}.`;
  const toServer = (streamName: string) =>
    streamName.startsWith(besidePrefix) ? `${prefix}_${streamName}` : ours + streamName;
  const metadataOf = (streamName: string) => metadataPrefix + toServer(streamName);
  return {
    toServer,
    metadataOf,
    ofRecorded(streamName) {
      const owner = streamOfMetadata(streamName);
      return owner === null ? toServer(streamName) : metadataOf(owner);
    },
    // The underscore of streams beside the log is as long as the dot of the others.
    toLocal: (serverName) =>
      serverName.startsWith(metadataPrefix)
        ? metadataPrefix + serverName.slice(metadataPrefix.length + ours.length)
        : serverName.slice(ours.length),
    filterPrefixes: [ours, metadataPrefix + ours],
  };
}

/** The stream that a metadata stream describes, both by local name; null for every other stream. */
export function streamOfMetadata(streamName: string): string | null {
  return streamName.startsWith(metadataPrefix) ? streamName.slice(metadataPrefix.length) : null;
}
