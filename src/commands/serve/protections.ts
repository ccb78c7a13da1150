import type { ReceivingSettings } from '../../settings/receiving-settings.ts';
import type { Settings } from '../../settings/settings.ts';

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
