import { LogUnusable } from '../event-store.ts';

/** Location of a log in EventStoreDB. */
export interface EventStoreDbSettings {
  /** Connection string of the server or cluster, `esdb://…`: a secret if it has a password. */
  readonly url: string;
  /** Prefix of all stream names: see `createStreamNames`. */
  readonly prefix: string;
}

/** Options of a connection string that the client knows and this product supports, normalized as in the client. */
const optionsKnown = new Set([
  'tls',
  'tlscafile',
  'usercertfile',
  'userkeyfile',
  'connectionname',
  'defaultdeadline',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'discoveryinterval',
  'gossiptimeout',
  'nodepreference',
]);

const optionsRefused: Readonly<Record<string, string>> = {
  throwonappendfailure: 'it makes the client return a wrong revision instead of an error when an append fails',
  tlsverifycert: 'the client ignores it; name the certificate in tlsCAFile instead',
};

/**
 * Call this before the client, which prints the whole string, with its password, if it does not know an option.
 * @throws LogUnusable - its message names the option, never the string
 */
export function checkConnectionString(url: string): void {
  if (!/^esdb(\+discover)?:\/\/[^/?]/.test(url)) throw unusable('must begin with esdb:// or esdb+discover://');
  for (const option of url.split('?').slice(1).join('&').split('&')) {
    const name = option.split('=')[0] ?? '';
    if (name === '') continue;
    const normalized = name.trim().toLowerCase().replace(/[_-]/g, '');
    const why = optionsRefused[normalized];
    if (why !== undefined) throw unusable(`must not have the option ${normalized}: ${why}`);
    if (!optionsKnown.has(normalized)) {
      throw unusable('has an unknown option; docs/eventstoredb.md lists the known ones');
    }
  }
}

/** An error about the connection string. `what` continues “EVENT_STORE_URL …” and must not quote it. */
export function unusable(what: string): LogUnusable {
  return new LogUnusable(`EVENT_STORE_URL ${what}.`);
}

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
export type StreamNames = ReturnType<typeof createStreamNames>;

/** @throws LogUnusable - the prefix is invalid */
export function createStreamNames(prefix: string) {
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
    /** `account-1` is `<prefix>.account-1` on the server, and `forwarding-a`, beside the log, `<prefix>_forwarding-a`. */
    toServer,
    /** Server name of the stream with the metadata of ours: `$$<prefix>.account-1`. */
    metadataOf,
    /** The inverse of `toLocal`, also for metadata streams. */
    ofRecorded(streamName: string): string {
      const owner = streamOfMetadata(streamName);
      return owner === null ? toServer(streamName) : metadataOf(owner);
    },
    /** The local name for a server name that begins with one of `filterPrefixes`. Metadata of `account-1`: `$$account-1`. */
    // The underscore of streams beside the log is as long as the dot of the others.
    toLocal: (serverName: string) =>
      serverName.startsWith(metadataPrefix)
        ? metadataPrefix + serverName.slice(metadataPrefix.length + ours.length)
        : serverName.slice(ours.length),
    /** Prefixes of this ledger's streams, and of their metadata streams. */
    filterPrefixes: [ours, metadataPrefix + ours],
  };
}

/** The stream that a metadata stream describes, both by local name; null for every other stream. */
export function streamOfMetadata(streamName: string): string | null {
  return streamName.startsWith(metadataPrefix) ? streamName.slice(metadataPrefix.length) : null;
}
