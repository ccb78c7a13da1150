import type { Clock } from '../kernel/clock.ts';
import { equalSecrets, secretDigest } from '../kernel/encoding.ts';
import type { Logger } from '../kernel/logger.ts';

/** Wrong tokens that an address may send at once: a person with several clients that do not have a new one yet. */
export const wrongTokensAtOnceMax = 10;

/** Milliseconds after which it may send one more. */
export const wrongTokenEveryMs = 6_000;

/** What the metric of wrong tokens says of itself, in each process that counts them. */
export const wrongTokensHelp =
  'Requests for GraphQL, the log or the metrics with a token that is not listed. Somebody guesses, or still sends an old one.';

/** Addresses, and tokens taken from them, that are remembered, about 100 bytes each. The oldest are forgotten. */
const rememberedMax = 10_000;

/** Milliseconds between two log lines. */
const loggedEveryMs = 60_000;

/**
 * Wrong tokens by the address of their sender. From an address that has sent too many, tokens are refused unread for a while, but not
 * those that were taken from it before: others may share it.
 */
export class WrongTokens {
  /** By address: when the last of its wrong tokens will be forgiven. */
  private readonly forgivenAtMs = new Map<string, number>();
  private readonly taken = new Set<string>();
  private sinceLogged = 0;
  private logging: NodeJS.Timeout | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly onWrong: () => void,
  ) {}

  /** Compares a token with those of a list, and counts it if it is wrong. `TOO_MANY`: it was not compared. An empty one is none. */
  compare(address: string, token: string, listed: readonly string[]): 'LISTED' | 'WRONG' | 'TOO_MANY' {
    const digest = secretDigest(token);
    if (!this.mayTry(address, digest)) return 'TOO_MANY';
    if (listed.filter((one) => equalSecrets(one, token)).length > 0) {
      this.noteTaken(address, digest);
      return 'LISTED';
    }
    if (token !== '') this.noteWrong(address);
    return 'WRONG';
  }

  /** Whether a token may be compared now. */
  mayTry(address: string, digest: string): boolean {
    const dueMs = (this.forgivenAtMs.get(address) ?? 0) - this.clock();
    return dueMs <= (wrongTokensAtOnceMax - 1) * wrongTokenEveryMs || this.taken.has(`${address} ${digest}`);
  }

  noteTaken(address: string, digest: string): void {
    const entry = `${address} ${digest}`;
    if (this.taken.has(entry)) return;
    this.taken.add(entry);
    forgetOldest(this.taken);
  }

  noteWrong(address: string): void {
    const nowMs = this.clock();
    const before = this.forgivenAtMs.get(address) ?? 0;
    // A clock that was set back must lock nobody out.
    const startMs = Math.min(Math.max(before, nowMs), nowMs + wrongTokensAtOnceMax * wrongTokenEveryMs);
    this.forgivenAtMs.delete(address);
    this.forgivenAtMs.set(address, startMs + wrongTokenEveryMs);
    forgetOldest(this.forgivenAtMs);
    this.onWrong();
    this.sinceLogged += 1;
    if (this.logging === null) this.log();
  }

  /** Logs the rest. */
  close(): void {
    if (this.logging !== null) clearTimeout(this.logging);
    if (this.sinceLogged > 0) this.log();
    if (this.logging !== null) clearTimeout(this.logging);
  }

  private log(): void {
    const nowMs = this.clock();
    const addresses = [...this.forgivenAtMs.values()].filter((atMs) => atMs > nowMs).length;
    this.logger.warn({ sinceLastLine: this.sinceLogged, addresses }, 'requests with a wrong token are refused');
    this.sinceLogged = 0;
    this.logging = setTimeout(() => {
      this.logging = null;
      if (this.sinceLogged > 0) this.log();
    }, loggedEveryMs).unref();
  }
}

function forgetOldest(remembered: {
  readonly size: number;
  keys(): Iterator<string>;
  delete(key: string): boolean;
}): void {
  if (remembered.size > rememberedMax) remembered.delete(String(remembered.keys().next().value));
}
