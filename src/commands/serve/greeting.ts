import type { ReceivingSettings } from '../../settings/receiving-settings.ts';
import type { Settings } from '../../settings/settings.ts';

/** What a start prints for people: where the service listens, its routes, and the log in use. */
export function greeting(url: string, { dataDir, eventStore, roles, spool }: ReceivingSettings): string {
  const callbacks = [
    `  POST ${url}/callbacks/css           callbacks from CSS`,
    `  POST ${url}/callbacks/css/<token>   the same, authenticated by a token of CSS_CALLBACK_TOKENS`,
  ];
  const graphql = [
    `  POST ${url}/graphql                 GraphQL (also GET, and as a WebSocket)`,
    `  POST ${url}/graphql/stream          subscriptions as server-sent events (also GET)`,
    `  GET  ${url}/                        the console, for browsers`,
    `  GET  ${url}/export/<list>.csv       lists and statistics as tables (also .jsonl)`,
    `  POST ${url}/mcp                     the Model Context Protocol, for language models`,
  ];
  const spooled = roles.receive ? `, spool ${spool === null ? 'off' : `in ${dataDir}`}` : '';
  const log =
    eventStore.kind !== 'eventstoredb'
      ? `sqlite: in ${dataDir}${eventStore.kind === 'primary' ? `, a standby's copy of ${new URL(eventStore.url).origin}` : ''}`
      : `EventStoreDB, streams ${eventStore.prefix}.…${spooled}${roles.query ? `, copy in ${dataDir}` : ''}`;
  return [
    `Live Ledger listens on ${url}`,
    ...(roles.receive ? callbacks : []),
    ...(roles.query ? graphql : []),
    `  GET  ${url}/healthz, /readyz, /metrics`,
    `Log: ${log}`,
    '',
  ].join('\n');
}

/** What does not protect the endpoint of callbacks, as sentences for the operator. */
export function callbackProtectionsOff({
  authenticity: { keys, tokens },
}: Pick<ReceivingSettings, 'authenticity'>): string[] {
  if (tokens.length > 0) return [];
  return [
    keys.length === 0
      ? 'Neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS is set: every callback is accepted, as NOT_CHECKED.'
      : 'CSS_CALLBACK_TOKENS is not set: relay callbacks are not signed, so every one of them will be quarantined.',
  ];
}

/** What does not protect GraphQL, or is probably a mistake. */
export function apiProtectionsOff({
  access,
  trustProxy,
  doubts,
}: Pick<Settings, 'access' | 'trustProxy' | 'doubts'>): string[] {
  const warnings: string[] = [];
  if (access.mode === 'open') {
    warnings.push(
      trustProxy.length > 0
        ? 'API_TOKENS is not set, and TRUST_PROXY is: GraphQL answers no one.'
        : 'API_TOKENS is not set: GraphQL answers everyone who can reach this address without a proxy, as an operator.',
    );
  }
  if (access.mode === 'closed') {
    warnings.push('API_TOKENS is not set, and HOST is not loopback: GraphQL answers no one.');
  }
  return [...warnings, ...doubts];
}
