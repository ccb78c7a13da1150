import type { Refusal } from '../../connections/refusals.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { rateNames, type RateLimits, type RateName } from '../../settings/variables.ts';

/** Seconds in which what a client has used is forgiven, and its rates are for. */
const windowSeconds = 60;

/** Clients that are remembered, about 200 bytes each. The one that came first is forgotten: what it has used is forgiven. */
const clientsMax = 10_000;

/** Windows' worth of a rate that may be used at most, whatever an operation costs: nobody waits longer than one of them. */
const windowsMax = 2;

/** What one client has used of its rates: a leaky bucket for each. */
export class RateAccount {
  private readonly used: Record<RateName, number> = { operations: 0, cost: 0, subscriptions: 0, exports: 0 };
  private atMs: number;

  constructor(
    public limits: RateLimits,
    private readonly clock: Clock,
  ) {
    this.atMs = clock();
  }

  /** Counts one operation, subscription or export. If it has none left, or its cost is used up, it is refused, and not counted. */
  take(name: Exclude<RateName, 'cost'>): Refusal | null {
    this.forgive();
    if (this.left(name) < 1) return this.refusalOf(name);
    if (this.left('cost') < 1) return this.refusalOf('cost');
    this.used[name] += 1;
    return null;
  }

  /** Counts what an operation may cost, also if that is more than is left: then the next one waits. */
  charge(nodes: number): void {
    this.used.cost = Math.min(windowsMax * this.limits.cost, this.used.cost + nodes);
  }

  /**
   * RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers-10 has them: limits by the minute, and what is left since something was
   * last taken.
   */
  headers(names: readonly RateName[]): Record<'ratelimit-policy' | 'ratelimit', string> {
    let [policy, ratelimit] = ['', ''];
    for (const name of names) {
      const comma = policy === '' ? '' : ', ';
      const seconds = Math.ceil((this.used[name] / this.limits[name]) * windowSeconds);
      policy += `${comma}"${name}";q=${this.limits[name]};w=${windowSeconds}${name === 'cost' ? ';qu="nodes"' : ''}`;
      ratelimit += `${comma}"${name}";r=${Math.max(0, Math.floor(this.left(name)))};t=${seconds}`;
    }
    return { 'ratelimit-policy': policy, ratelimit };
  }

  private left(name: RateName): number {
    return this.limits[name] - this.used[name];
  }

  /** Forgets what was used so long ago. A clock that was set back forgives nothing. */
  private forgive(): void {
    const nowMs = this.clock();
    const windows = Math.max(0, nowMs - this.atMs) / (windowSeconds * 1_000);
    this.atMs = nowMs;
    if (windows === 0) return;
    for (const name of rateNames) this.used[name] = Math.max(0, this.used[name] - windows * this.limits[name]);
  }

  private refusalOf(name: RateName): Refusal {
    const limit = this.limits[name];
    const retryAfterSeconds = Math.max(1, Math.ceil(((1 - this.left(name)) / limit) * windowSeconds));
    const message = `This client has used what it may in a minute: ${limit} of ${name}. Send it again after ${retryAfterSeconds} seconds.`;
    return { status: 429, error: 'RATE_LIMITED', message, retryAfterSeconds };
  }
}

/** A refusal by rates, for where errors are thrown: its details say when to send again. */
export function rateError({ error, message, retryAfterSeconds }: Refusal): LedgerError {
  return new LedgerError(error, message, { retryAfterSeconds });
}

/** What all clients have used of their rates. */
export class Rates {
  private readonly accounts = new Map<string, RateAccount>();

  constructor(
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /** The account of a client; `given`: the rates that its token has instead of those of all. */
  of(client: string, given: Partial<RateLimits> | null): RateAccount {
    const limits = given === null ? this.limits : { ...this.limits, ...given };
    const existing = this.accounts.get(client);
    if (existing !== undefined) {
      existing.limits = limits;
      return existing;
    }
    const account = new RateAccount(limits, this.clock);
    this.accounts.set(client, account);
    if (this.accounts.size > clientsMax) this.accounts.delete(String(this.accounts.keys().next().value));
    return account;
  }
}
