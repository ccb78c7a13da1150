import { splitList } from './settings-reader.ts';

/**
 * What a client may do in a minute. `operations`: documents that it sends, by any way; `cost`: nodes that these may touch, as `cost.ts` counts them;
 * `subscriptions` and `exports`: those that it begins.
 */
export const rateNames = ['operations', 'cost', 'subscriptions', 'exports'] as const;
export type RateName = (typeof rateNames)[number];

/** Of each, how much in a minute. */
export type RateLimits = Readonly<Record<RateName, number>>;

/**
 * By default: what a process answers in a minute if it does nothing else, so that only a client out of control meets it. Those who watch
 * one page share its token, and begin their subscriptions anew at once when the service is replaced.
 */
export const defaultRates: RateLimits = {
  operations: 300_000,
  cost: 30_000_000,
  subscriptions: 100_000,
  exports: 600,
};

/** The largest that can be set: no client comes near. */
export const rateMax = 1_000_000_000;

/** As API_RATES has it. */
export function writeRates(rates: RateLimits): string {
  return rateNames.map((name) => `${name}=${rates[name]}`).join(',');
}

/** Reads API_RATES: comma-separated, each `name=number`; those that are left out have their defaults. @throws Error - quotes nothing */
export function parseRates(list: string): RateLimits {
  const given: Partial<Record<RateName, number>> = {};
  for (const [index, entry] of splitList(list).entries()) {
    const [, name = '', number = ''] = /^(\w+)=(\d+)$/.exec(entry) ?? [];
    const limit = Number(number);
    if (!isRate(name) || limit < 1 || limit > rateMax) {
      throw new Error(
        `entry ${index + 1} is not one of ${rateNames.join(', ')} with a number from 1 to ${rateMax}, such as operations=6000`,
      );
    }
    given[name] = limit;
  }
  return { ...defaultRates, ...given };
}

function isRate(name: string): name is RateName {
  return rateNames.includes(name as RateName);
}
