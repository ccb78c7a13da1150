import { useState } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { HealthDocument, type HealthQuery } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-param.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { Answered, FailedPart } from '../../parts/notices.tsx';
import { useNow } from '../../parts/use-now.ts';
import { t } from '../../translations/translate.ts';
import { Alerts } from './alerts/alerts.tsx';
import { Forwarding } from './forwarding.tsx';
import { Headline } from './headline.tsx';
import './health.css';
import { Missing } from './missing.tsx';
import { Outages } from './outages.tsx';
import { Quarantine } from './quarantine.tsx';

/** Milliseconds between two queries. */
const refreshMs = 5_000;

const minuteMs = 60_000;

/** Milliseconds by which a callback may seem to arrive before it happened: CSS times pushes in whole seconds. */
const clockToleranceMs = 2_000;

/** Milliseconds that the delivery figures cover: a day. */
const figuresPeriodMs = 86_400_000;

/** Whether the ledger needs attention, in one sentence, and what it has set aside. */
export function Health() {
  const nowMs = useNow();
  // Rounded to the minute, so that the same query is repeated within it.
  const to = Math.ceil(nowMs / minuteMs) * minuteMs;
  const filter = useScopeFilter();
  const span = { from: new Date(to - figuresPeriodMs).toISOString(), to: new Date(to).toISOString() };
  const [openedFrom] = useState(span.from);
  const day = { ...span, openedFrom };
  const answer = useAsk(HealthDocument, { filter, ...span }, { refreshMs, keep: true });
  return (
    <Answered answer={answer}>
      {(health) => (
        <div className="stack">
          <Headline answer={answer} day={day} />
          <Alerts day={day} />
          <Figures health={health} />
          <FailedPart answer={answer} field="callbackStatistics" what={t('health.received')} />
          <Missing day={day} />
          <Outages day={day} />
          <Forwarding />
          <Quarantine health={health} answer={answer} />
        </div>
      )}
    </Answered>
  );
}

/** A figure: its name, its value, and what follows from it if the name does not say so. */
type Figure = readonly [name: string, value: string, means?: string];

function factsOf({ projections, callbackStatistics }: HealthQuery): readonly Figure[] {
  const [projection] = projections ?? [];
  const facts: Figure[] = [];
  if (callbackStatistics !== null) facts.push(...deliveriesOf(callbackStatistics.total));
  if (projection === undefined) return facts;
  const { lagEvents, lagMs, spool, build, relayCallbacksWithoutTask, poisoned } = projection;
  const lag = t('health.lagOf', { n: showNumber(lagEvents), behind: showDuration(lagMs) });
  facts.push([t('health.lag'), lagEvents === 0 ? t('health.nothing') : lag, t('health.lagMeans')]);
  if (spool !== null) {
    const of = { n: showNumber(spool.events), age: showDuration(spool.oldestAgeMs) };
    facts.push([t('health.spool'), t('health.spoolOf', of)]);
  }
  if (build !== null) facts.push([t('health.build'), build.stalledBecause ?? build.because]);
  facts.push([t('health.withoutTask'), showNumber(relayCallbacksWithoutTask), t('health.withoutTaskMeans')]);
  facts.push([t('health.skipped'), skippedOf(poisoned), t('health.skippedMeans')]);
  return facts;
}

function deliveriesOf(total: NonNullable<HealthQuery['callbackStatistics']>['total']): (readonly [string, string])[] {
  const { callbacks, deliveries, delayMsP50, delayMsP95, delayMsLeast } = total;
  const again = showNumber(deliveries - callbacks);
  const received: readonly [string, string] = [
    t('health.received'),
    t('health.receivedOf', { n: showNumber(callbacks), again }),
  ];
  if (delayMsP50 === null || delayMsP95 === null) return [received];
  const isClockOff = delayMsLeast !== null && delayMsLeast < -clockToleranceMs;
  const delays = t('health.delaysOf', { median: showDuration(delayMsP50), p95: showDuration(delayMsP95) });
  return [received, [t('health.delays'), isClockOff ? `${delays} ${t('health.clockOff')}` : delays]];
}

function Figures({ health }: { readonly health: HealthQuery }) {
  const facts = factsOf(health);
  return (
    <section className="section" aria-labelledby="figures">
      <h2 id="figures">{t('health.figures')}</h2>
      <dl className="facts wide">
        {facts.map(([name, value, means]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} {means !== undefined && <span className="quiet means">{means}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function skippedOf(poisoned: readonly { readonly position: string; readonly reason: string }[]): string {
  const [newest] = poisoned;
  if (newest === undefined) return t('health.none');
  return t('health.skippedOf', { n: showNumber(poisoned.length), position: newest.position, reason: newest.reason });
}
