import type { ReceivingSettings } from '../../settings/receiving-settings.ts';

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
  ];
  const spooled = roles.receive ? `, spool ${spool === null ? 'off' : `in ${dataDir}`}` : '';
  const log =
    eventStore.kind === 'sqlite'
      ? `sqlite: in ${dataDir}`
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
