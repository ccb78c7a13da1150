import { setImmediate as turn } from 'node:timers/promises';
import { positionAfterCheckpoint, type ChangePosition } from '../../projecting/changes.ts';
import { moveToPast } from '../../kernel/clock.ts';
import { wholeNumber } from '../../settings/json-settings.ts';
import { alertKind, dayS } from '../alert-rule.ts';
import { cut, keyOf, names } from './findings.ts';

/** Callbacks that are examined before other work has its turn. */
const callbacksPerTurn = 1_000;

/**
 * Callbacks are counted as they come, so each is examined once. Callbacks before the first look are not known: until the
 * service has run for `silentSeconds`, it is not known whether a domain is silent.
 */
export const domainSilent = alertKind({
  when: 'DOMAIN_SILENT',
  description: 'A domain that sends no callbacks.',
  settings: {
    domains: names('Push domains.'),
    silentSeconds: wholeNumber(60, 7 * dayS).describe('How long there was none.'),
  },
  subjects: 'domains',
  openFind(rule, { readModel }) {
    const domains = rule.domains.map((domain) => domain.toLowerCase());
    const silentMs = rule.silentSeconds * 1_000;
    const heardAtMs = new Map<string, number>();
    let begun: { atMs: number; readTo: ChangePosition } | null = null;

    return async (nowMs) => {
      begun ??= { atMs: nowMs, readTo: positionAfterCheckpoint(readModel.checkpoint()) };
      await listen(begun);
      begun.atMs = Math.min(begun.atMs, nowMs);
      moveToPast(heardAtMs, nowMs);
      const { atMs } = begun;
      const lastOf = (domain: string) => Math.max(atMs, heardAtMs.get(domain) ?? -Infinity);
      const silent = domains.filter((domain) => nowMs - lastOf(domain) >= silentMs);
      const unknown = new Set(
        domains.filter((domain) => !silent.includes(domain) && !heardAtMs.has(domain)).map((domain) => keyOf(domain)),
      );
      const current = silent.map((domain) => ({
        key: keyOf(domain),
        summary: `No callback of ${cut(domain)} came for ${rule.silentSeconds} seconds.`,
        facts: { domain: cut(domain), silentSeconds: rule.silentSeconds },
      }));
      return { current, isUnknown: (key) => unknown.has(key) };
    };

    async function listen(from: { readTo: ChangePosition }): Promise<void> {
      for (let isLast = false; !isLast;) {
        // Another file may answer by now; positions are those of the log.
        const read = readModel.changes.callbacks({
          condition: { field: 'domain', operator: 'in', values: domains },
          orFits: null,
        });
        const changes = read(from.readTo, callbacksPerTurn);
        for (const { row } of changes.changes) {
          const domain = row.domain?.toLowerCase() ?? '';
          heardAtMs.set(domain, Math.max(heardAtMs.get(domain) ?? -Infinity, row.receivedAtMs));
        }
        from.readTo = changes.to;
        ({ isLast } = changes);
        if (!isLast) await turn();
      }
    }
  },
});
