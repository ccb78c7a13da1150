import { LogUnusable } from '../../errors.ts';

/**
 * What EVENT_STORE_PREFIX may be. No dot and no hyphen: the dot behind it ends it, so that no ledger's names begin with
 * another's prefix, and the server reads a category up to the first hyphen.
 */
const prefixPattern = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/** Prefix of the stream that holds the metadata of another, on every server. */
const metadataPrefix = '$$';

/** The names of one ledger's streams: as the port has them, and as they stand in the server. These names are for ever. */
export interface StreamNames {
  /** `account-1` is `<prefix>.account-1` there. */
  toServer(streamName: string): string;
  /** Name of the server's stream with the metadata of ours: `$$<prefix>.account-1`. */
  metadataOf(streamName: string): string;
  /** Of any name that `toLocal` gave. */
  ofRecorded(streamName: string): string;
  /** Of a name that one of `filterPrefixes` begins. The metadata of `account-1` is told as `$$account-1`. */
  toLocal(serverName: string): string;
  /** What the names of this ledger's streams begin with, and those of their metadata. */
  readonly filterPrefixes: readonly string[];
}

/** @throws LogUnusable - the prefix is none */
export function createStreamNames(prefix: string): StreamNames {
  if (!prefixPattern.test(prefix)) {
    throw new LogUnusable(
      'EVENT_STORE_PREFIX must be a letter and up to 39 letters, digits and underscores: it begins the name of every stream.',
    );
  }
  const ours = `${prefix}.`;
  const metadataOf = (streamName: string) => metadataPrefix + ours + streamName;
  return {
    toServer: (streamName) => ours + streamName,
    metadataOf,
    ofRecorded(streamName) {
      const described = streamOfMetadata(streamName);
      return described === null ? ours + streamName : metadataOf(described);
    },
    toLocal: (serverName) =>
      serverName.startsWith(metadataPrefix)
        ? metadataPrefix + serverName.slice(metadataPrefix.length + ours.length)
        : serverName.slice(ours.length),
    filterPrefixes: [ours, metadataPrefix + ours],
  };
}

/** The stream whose metadata this is, by its local name; null for every other stream. */
export function streamOfMetadata(streamName: string): string | null {
  return streamName.startsWith(metadataPrefix) ? streamName.slice(metadataPrefix.length) : null;
}
