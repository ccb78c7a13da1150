import { LedgerError } from '../../kernel/errors.ts';

/** The refusal of what can not be limited to a scope. */
export function outsideOfScopes(what: string): LedgerError {
  return new LedgerError(
    'FORBIDDEN',
    `${what} can not be limited to the scope of an identity, so it is refused to those that have one. Send a token without a scope.`,
  );
}

/** Ports that show nothing of what is recorded, or whose reads are limited by whoever calls them. */
const openPorts: ReadonlySet<PropertyKey> = new Set([
  ...['log', 'mayHavePosition', 'notifications', 'clock', 'logger'],
  // How up to date answers are, which `projections` says.
  ...['progress', 'health', 'unfinishedImport'],
]);

/** The ports of an identity with a scope. @throws LedgerError - FORBIDDEN, by any other port */
export function limitedPorts<Ports extends object>(ports: Ports): Ports {
  return partsOf(ports, openPorts, 'What the whole service knows');
}

/** What the start of a subscription asks of the newest state: nothing of what is recorded. */
const headParts: ReadonlySet<PropertyKey> = new Set([
  'name',
  'version',
  'buildName',
  'logId',
  'checkpoint',
  'incidentsMadeTo',
]);

/** The newest state, without its rows: with a scope, these are read from snapshots alone. */
export function headOf<Reader extends object>(newest: Reader): Reader {
  return partsOf(newest, headParts, 'The newest state');
}

/** An object of which only these parts are shown. */
function partsOf<Whole extends object>(whole: Whole, shown: ReadonlySet<PropertyKey>, what: string): Whole {
  return new Proxy(whole, {
    get(all, part) {
      if (shown.has(part)) return Reflect.get(all, part) as unknown;
      throw outsideOfScopes(what);
    },
  });
}
