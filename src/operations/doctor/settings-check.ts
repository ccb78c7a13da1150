import { version } from '../../kernel/product.ts';
import { apiProtectionsOff, callbackProtectionsOff } from '../../commands/serve/greeting.ts';
import type { Settings } from '../../settings/settings.ts';
import { fine, toDo, type Finding } from './finding.ts';

/** Addons compiled against the headers of this or a later Node abort: see docs/getting-started.md. */
const nodeWithTrap = { major: 24, minor: 19 };

/** Checks the versions of the product and of Node. */
export function checkVersions(nodeVersion = process.versions.node): Finding {
  const found = `Live Ledger ${version}, Node ${nodeVersion}`;
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isTrap = major > nodeWithTrap.major || (major === nodeWithTrap.major && minor >= nodeWithTrap.minor);
  if (!isTrap) return fine('versions', found);
  return toDo(
    'versions',
    `${found}: better-sqlite3 aborts where it was compiled against the headers of this version of Node`,
    'Compile it against those of Node 24.18.1, or use Node 20 or 22: docs/getting-started.md#what-the-machine-needs.',
  );
}

/** Lists the protections that are off, and the callback URL that CSS must have. */
export function checkSettings(settings: Settings): Finding[] {
  const { authenticity, access } = settings;
  const counts = `${authenticity.keys.length} callback keys, ${authenticity.tokens.length} callback tokens, ${access.mode === 'tokens' ? access.tokens.length : 0} API tokens`;
  const off = [...callbackProtectionsOff(settings), ...apiProtectionsOff(settings)];
  const protections =
    off.length === 0
      ? [fine('keys and tokens', counts)]
      : off.map((warning) => toDo('keys and tokens', warning, 'Set it, or correct it: docs/settings.md.'));
  return [...protections, fine('callback URL', callbackUrl(settings))];
}

/** Without the token itself, because people send this output around. */
function callbackUrl({ authenticity, host, port }: Settings): string {
  const path = authenticity.tokens.length > 0 ? '/callbacks/css/<one of CSS_CALLBACK_TOKENS>' : '/callbacks/css';
  return `CSS must have http(s)://<a name that the internet reaches>${path}, in the callback template and for relay tasks; a proxy passes it on to ${host}:${port}`;
}
