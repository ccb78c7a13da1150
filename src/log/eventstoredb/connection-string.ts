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
