import type { Settings } from './settings.ts';

/** What is not protected, or is probably a mistake, as sentences for the operator. */
export function protectionsOff(settings: Settings): string[] {
  const {
    authenticity: { keys, tokens },
    access,
    trustProxy,
    doubts,
  } = settings;
  const warnings: string[] = [];
  if (keys.length === 0 && tokens.length === 0) {
    warnings.push(
      'Neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS is set: every callback is accepted, as NOT_CHECKED.',
    );
  }
  if (keys.length > 0 && tokens.length === 0) {
    warnings.push(
      'CSS_CALLBACK_TOKENS is not set: relay callbacks are not signed, so every one of them will be quarantined.',
    );
  }
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
