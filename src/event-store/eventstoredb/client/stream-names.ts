import { LogUnusable } from '../../errors.ts';

/**
 * What EVENT_STORE_PREFIX may be. No dot, because a dot ends it, so that no ledger's names begin with the prefix of another;
 * no hyphen, because the server takes what is before the first hyphen as the category.
 */
const prefixPattern = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/** Prefix of a stream with the metadata of another; the server's own. */
const metadataPrefix = '$$';

/**
 * The category of streams beside the log: state that nodes share, and no callbacks. In the server they are named
 * `<prefix>_forwarding-…`, which no filter for the log matches: no node copies them.
 */
const besidePrefix = 'forwarding-';

/** The names of one ledger's streams, in the port (local) and in the server. Names on disk: they never change. */
export interface StreamNames {
  /** `account-1` is `<prefix>.account-1` in the server, and `forwarding-a`, beside the log, `<prefix>_forwarding-a`. */
  toServer(streamName: string): string;
  /** Name of the server's stream with the metadata of ours: `$$<prefix>.account-1`. */
  metadataOf(streamName: string): string;
  /** The inverse of `toLocal`, also for streams of metadata. */
  ofRecorded(streamName: string): string;
  /** The local name of a server's name that begins with one of `filterPrefixes`. Metadata of `account-1`: `$$account-1`. */
  toLocal(serverName: string): string;
  /** Prefixes of this ledger's streams, and of the streams of their metadata. */
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
    // As long with the underscore of a stream beside the log as with the dot of the others.
    toLocal: (serverName) =>
      serverName.startsWith(metadataPrefix)
        ? metadataPrefix + serverName.slice(metadataPrefix.length + ours.length)
        : serverName.slice(ours.length),
    filterPrefixes: [ours, metadataPrefix + ours],
  };
}

/** The stream whose metadata a stream contains, both by local name; null for every other stream. */
export function streamOfMetadata(streamName: string): string | null {
  return streamName.startsWith(metadataPrefix) ? streamName.slice(metadataPrefix.length) : null;
}
