import { LogUnusable } from '../../errors.ts';

/** Where a log in EventStoreDB stands. */
export interface EventStoreDbSettings {
  /** Connection string of the server or cluster, `esdb://…`: a secret, where it has a password. */
  readonly url: string;
  /** Begins the name of every stream: see `createStreamNames`. */
  readonly prefix: string;
}

/** Options of a connection string that the client knows and this product can work with, written as the client reads them. */
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
  throwonappendfailure: 'it makes the client tell a wrong revision where an append failed',
  tlsverifycert: 'the client does not heed it; name the certificate in tlsCAFile',
};

/**
 * Looks at a connection string before the client does, which prints the whole string, password and all, where it does not
 * know an option.
 * @throws LogUnusable - its message names the option, never the string
 */
export function checkConnectionString(url: string): void {
  if (!/^esdb(\+discover)?:\/\/[^/?]/.test(url)) throw unusable('has to begin with esdb:// or esdb+discover://');
  for (const option of url.split('?').slice(1).join('&').split('&')) {
    const name = option.split('=')[0] ?? '';
    if (name === '') continue;
    const flat = name.trim().toLowerCase().replace(/[_-]/g, '');
    const why = optionsRefused[flat];
    if (why !== undefined) throw unusable(`must not have the option ${flat}: ${why}`);
    if (!optionsKnown.has(flat)) {
      throw unusable('has an option that is not known; docs/eventstoredb.md lists those that are');
    }
  }
}

export function unusable(what: string): LogUnusable {
  return new LogUnusable(`EVENT_STORE_URL ${what}.`);
}
