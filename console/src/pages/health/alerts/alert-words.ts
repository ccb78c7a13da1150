import type { AlertKind } from '../../../api/operations.generated.ts';
import { en } from '../../../translations/en.ts';

/** Translations into the reader's language: texts by key, sentences of the API, durations. */
export interface Words {
  readonly t: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly serverText: (english: string) => string;
  readonly showDuration: (durationMs: number) => string;
}

interface AlertFacts {
  readonly when: AlertKind;
  readonly facts: unknown;
  readonly summary: string;
}

/** What the API adds if an alert ended and it is unknown whether the problem is over. */
const unclear = 'Not known whether it is over there.';

/** What an alert is about, in the reader's language, from its facts. If they do not say everything, in the API's words. */
export function alertWords({ when, facts, summary }: AlertFacts, words: Words): string {
  const all = facts !== null && typeof facts === 'object' ? (facts as Readonly<Record<string, unknown>>) : {};
  const of = ['domain', 'path', 'streamId'].flatMap((name) => textOf(all[name]) ?? []).join('/');
  const named = { ...all, of };
  return (when === 'SERVICE' ? trouble(named, summary, words) : wordsOf(when, named, words)) ?? summary;
}

/** The name of a kind of alerts. One that has no name here is called as in the rules. */
export function kindWords(when: AlertKind, { t }: Words): string {
  return isKey(when, en.alerts.kind) ? t(`alerts.kind.${when}`) : when;
}

type Facts = Readonly<Record<string, unknown>> & { readonly of: string };

function wordsOf(when: Exclude<AlertKind, 'SERVICE'>, facts: Facts, words: Words): string | undefined {
  const { t, showDuration } = words;
  const { of, exitCode, attempts, endCode, began, silentSeconds, reason } = facts;
  const [task, alarm] = [textOf(facts['taskId']) ?? t('unknown'), textOf(facts['alarm']) ?? t('unknown')];
  switch (when) {
    case 'NOT_LIVE':
      return t('alerts.says.NOT_LIVE', { of });
    case 'PUSH_ENDED':
      return pushEnded(facts, words);
    case 'REFUSED':
      return isNumber(attempts) && isNumber(endCode)
        ? t('alerts.says.REFUSED', { of, n: attempts, code: endCode })
        : undefined;
    case 'PUSH_ERRORS':
      return isNumber(facts['errors']) ? t('alerts.says.PUSH_ERRORS', { of, n: facts['errors'] }) : undefined;
    case 'RECORDING_FAILED':
      return t('alerts.says.RECORDING_FAILED', { of, event: textOf(facts['event']) ?? t('unknown') });
    case 'FLAPPING':
      return isNumber(began) ? t('alerts.says.FLAPPING', { of, n: began }) : undefined;
    case 'DOMAIN_SILENT':
      return isNumber(silentSeconds)
        ? t('alerts.says.DOMAIN_SILENT', { of, duration: showDuration(silentSeconds * 1_000) })
        : undefined;
    case 'RELAY_EXIT':
      return isNumber(exitCode) ? named(of, t('session.entries.run-exited', { task, code: exitCode })) : undefined;
    case 'RELAY_ALARM':
      return named(of, t('session.entries.alarm', { task, type: alarm }));
    case 'MISSING':
      return missing(facts, words);
    case 'QUARANTINE':
      // Of callbacks that arrive now, and of a quarantine that fills, the API says more.
      return isKey(reason, en.health.reason) && facts['what'] === undefined
        ? t('alerts.says.QUARANTINE', { reason: t(`health.reason.${reason}`) })
        : undefined;
    default:
      return undefined;
  }
}

/** Words preceded by the name of their subject, if it has one. */
const named = (of: string, words: string) => (of === '' ? words : `${of}: ${words}`);

function pushEnded({ of, endSide, endCode }: Facts, { t }: Words): string | undefined {
  if (!isKey(endSide, en.side)) return undefined;
  const words = t('alerts.says.PUSH_ENDED', { of, side: t(`side.${endSide}`) });
  return isNumber(endCode) ? `${words} ${t('session.code', { code: endCode })}` : words;
}

function missing({ of, reason, sureness }: Facts, { t }: Words): string | undefined {
  if (!isKey(reason, en.missing.reason) || !isKey(sureness, en.missing.sureness)) return undefined;
  return named(of, `${t(`missing.reason.${reason}`)} ${t(`missing.sureness.${sureness}`)}`);
}

function trouble({ trouble: name, node }: Facts, summary: string, words: Words): string | undefined {
  const { t, serverText } = words;
  if (!isKey(name, en.alerts.trouble)) return undefined;
  const where = typeof node === 'string' ? [t('outages.node', { node })] : [];
  const end = summary.endsWith(unclear) ? [serverText(unclear)] : [];
  return [t(`alerts.trouble.${name}`), ...where, ...end].join(' ');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const isNumber = (value: unknown) => typeof value === 'number';

function isKey<Words extends object>(value: unknown, words: Words): value is keyof Words & string {
  return typeof value === 'string' && Object.hasOwn(words, value);
}
