import { useState } from 'react';
import { serverNow } from '../../api/server-clock.ts';
import { useParam } from '../../api/use-param.ts';
import { showDateAndMinute } from '../../format/shown.ts';
import { clockText, dayOf, momentInZone } from '../../format/times.ts';
import { readSpan } from '../../format/read-span.ts';
import type { TimeSpan } from '../../format/slots.ts';
import { timeReader } from '../../format/time-reader.ts';
import { timeZone } from '../../format/zone.ts';
import { t } from '../../translations/translate.ts';
import { useNow } from '../use-now.ts';
import {
  calendarPeriods,
  paramOfSpan,
  periodDaysMax,
  periodOf,
  periodSpanOf,
  rollingPeriods,
  type Period,
} from './period.ts';
import './period.css';

/** The parameter of the address that names the period. */
export const periodParam = 'window';

/** The choice of a period: usual ones, those of the calendar, or one of its own to the minute. It is in the address. */
export function PeriodChoice(props: {
  /** Null: any time. */
  readonly period: Period | null;
  /** Chooses any time, if the view can show that. */
  readonly none?: () => void;
}) {
  const { period, none } = props;
  const [, choose] = useParam(periodParam);
  const isOwn = period?.name === null;
  const nowMs = useNow();
  const { name, span, param } = period ?? { ...periodOf(null, nowMs, timeZone.get()), name: null };
  const calendar = calendarPeriods.find((each) => each === name) ?? '';
  return (
    <div className="period">
      <div className="chips" role="group" aria-label={t('period.label')}>
        {none && (
          <button type="button" aria-pressed={period === null} onClick={none}>
            {t('period.any')}
          </button>
        )}
        {rollingPeriods.map((each) => (
          <button key={each} type="button" aria-pressed={each === name} onClick={() => choose(each)}>
            {t(`period.names.${each}`)}
          </button>
        ))}
        <select
          aria-label={t('period.calendar')}
          className={calendar === '' ? undefined : 'chosen'}
          value={calendar}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="" disabled>
            {t('period.calendar')}
          </option>
          {calendarPeriods.map((each) => (
            <option key={each} value={each}>
              {t(`period.names.${each}`)}
            </option>
          ))}
        </select>
      </div>
      <details className={isOwn ? 'own chosen' : 'own'}>
        <summary>
          {isOwn ? `${showDateAndMinute(span.fromMs)} – ${showDateAndMinute(span.toMs)}` : t('period.own')}
        </summary>
        <OwnPeriod key={param} span={span} choose={choose} />
      </details>
    </div>
  );
}

/** Picked by its beginning and end, or typed as in the search box. */
function OwnPeriod({ span, choose }: { readonly span: TimeSpan; readonly choose: (param: string) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const show = (form: FormData) => {
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const nowMs = serverNow();
    const typed = text('typed');
    const { picked, unclear } = typed === '' ? pickedSpan(text('from'), text('to')) : typedSpan(typed, nowMs);
    const chosen = picked && periodSpanOf(picked, nowMs);
    if (chosen !== null) choose(paramOfSpan(chosen));
    setProblem(chosen === null ? (unclear ?? t('period.refused', { n: periodDaysMax })) : null);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        show(new FormData(event.currentTarget));
      }}
    >
      <label>
        {t('period.from')} <input type="datetime-local" name="from" defaultValue={localText(span.fromMs)} />
      </label>
      <label>
        {t('period.to')} <input type="datetime-local" name="to" defaultValue={localText(span.toMs)} />
      </label>
      <label>
        {t('period.typed')} <input type="text" name="typed" placeholder={t('period.example')} />
      </label>
      <button type="submit">{t('period.show')}</button>
      {problem !== null && <p role="alert">{problem}</p>}
    </form>
  );
}

interface Chosen {
  readonly picked: TimeSpan | null;
  readonly unclear?: string;
}

function pickedSpan(from: string, to: string): Chosen {
  const moment = (text: string) => {
    const [day = '', clock = ''] = text.split('T');
    return momentInZone(day, `${clock}:00`.slice(0, 8), timeZone.get()) ?? Number.NaN;
  };
  return { picked: { fromMs: moment(from), toMs: moment(to) } };
}

function typedSpan(typed: string, nowMs: number): Chosen {
  const { span, unclear, rest } = readSpan(typed, timeReader(nowMs));
  const [first] = rest === '' ? unclear : [...unclear, { part: rest, why: 'word' as const }];
  return first === undefined
    ? { picked: span }
    : { picked: null, unclear: t(`search.unclear.${first.why}`, { part: first.part }) };
}

/** In the form of the field: 2026-11-21T20:10, by the clock of the page's zone. */
function localText(ms: number): string {
  const zone = timeZone.get();
  return `${dayOf(ms, zone)}T${clockText(ms, { language: 'en-GB', timeZone: zone }, false)}`;
}
