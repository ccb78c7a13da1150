import type { AuditPageQuery } from '../../api/operations.generated.ts';
import { showNumber } from '../../format/shown.ts';
import { Credentials } from '../../parts/credentials.tsx';
import { Table } from '../../parts/lists/table.tsx';
import { Shape } from '../../parts/marks.tsx';
import { Name } from '../../parts/name.tsx';
import { Time } from '../../parts/time.tsx';
import { t } from '../../translations/translate.ts';

type Entry = NonNullable<AuditPageQuery['audit']>['nodes'][number];

/** Entries, each in words. */
export function AuditTable(props: {
  readonly rows: readonly Entry[];
  /** Shows the entries of one person alone; null: all are of one. */
  readonly onWho: ((who: string) => void) | null;
}) {
  const { rows, onWho } = props;
  return (
    <Table
      label={t('audit.list')}
      columns={[
        { name: t('audit.when'), kind: 'time' },
        { name: t('audit.who') },
        { name: t('audit.what'), kind: 'words' },
        { name: t('audit.outcomeLabel') },
        { name: t('audit.from'), kind: 'wide-only' },
      ]}
    >
      {rows.map((entry, index) => (
        // Entries have no id, and the newest are first: what is drawn again is small.
        <tr key={index}>
          <td className="time">
            <Time at={entry.at} />
          </td>
          <td>
            <Who entry={entry} onWho={onWho} />
          </td>
          <td className="words">
            <What entry={entry} />
          </td>
          <td>
            <Outcome entry={entry} />
          </td>
          <td className="mono wide-only">{entry.from === 'command line' ? t('audit.commandLine') : entry.from}</td>
        </tr>
      ))}
    </Table>
  );
}

function Who({
  entry: { who, role },
  onWho,
}: {
  readonly entry: Entry;
  readonly onWho: ((who: string) => void) | null;
}) {
  if (who === null) return <span className="quiet">{t('audit.nobody')}</span>;
  return (
    <>
      {onWho === null ? (
        <Name>{who}</Name>
      ) : (
        <button type="button" className="plain in-text" title={t('audit.onlyWho', { who })} onClick={() => onWho(who)}>
          <Name>{who}</Name>
        </button>
      )}{' '}
      {role !== null && <span className="quiet">{t(`audit.role.${role}`)}</span>}
    </>
  );
}

function What({ entry: { action, object, count, reason, code } }: { readonly entry: Entry }) {
  return (
    <>
      {t(`audit.action.${action}`)}
      {object !== null && ': '}
      <Name>{object}</Name>
      {count > 1 && <span className="quiet"> {t('audit.times', { count, n: showNumber(count) })}</span>}
      {reason !== null && (
        <span className="quiet">
          {' '}
          “<Credentials text={reason} />”
        </span>
      )}
      {code !== null && <span className="quiet"> {code}</span>}
    </>
  );
}

/** Of what is to be looked at. */
const tones = { DONE: null, UNCHANGED: null, BEGUN: 'unknown', REFUSED: 'other', FAILED: 'other' } as const;

function Outcome({ entry: { outcome } }: { readonly entry: Entry }) {
  const tone = tones[outcome];
  return (
    <span className="mark" title={outcome === 'BEGUN' ? t('audit.begunMeans') : undefined}>
      {tone !== null && <Shape tone={tone} />}
      {t(`audit.outcome.${outcome}`)}
    </span>
  );
}
