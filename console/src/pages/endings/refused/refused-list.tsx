import { useState } from 'react';
import { Link } from 'wouter';
import {
  RefusedPushesDocument,
  type RefusedPushesQuery,
  type RefusedPushFilter,
} from '../../../api/operations.generated.ts';
import { usePages } from '../../../api/use-pages.ts';
import { Credentials } from '../../../parts/credentials.tsx';
import { SideMark } from '../../../parts/marks.tsx';
import { Paged } from '../../../parts/lists/paged.tsx';
import { Sure } from '../../../parts/sure.tsx';
import { Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { searchPath } from '../../../paths.ts';
import { serverText, t } from '../../../translations/translate.ts';

type RefusedPush = NonNullable<RefusedPushesQuery['refusedPushes']>['nodes'][number];

/** Milliseconds between two queries: an encoder that is refused tries again and again. */
const refreshMs = 60_000;

/** Refused pushes since a moment, the newest first, with what to do about those that are shown. */
export function RefusedList(props: { readonly filter: RefusedPushFilter; readonly from: string }) {
  const { filter } = props;
  // The beginning stays as it was when the list opened, so that the pages read so far stay.
  const [from] = useState(props.from);
  const pages = usePages(RefusedPushesDocument, { filter, from }, (result) => result.refusedPushes, refreshMs);
  const advice = [...new Set(pages.rows.map(({ reason }) => reason.advice))];
  return (
    <section className="section">
      <h2>{t('refused.newest')}</h2>
      <Paged pages={pages} none={<p>{t('refused.none')}</p>}>
        {advice.map((each) => (
          <p key={each} className="advice">
            {serverText(each)}
          </p>
        ))}
        <Rows rows={pages.rows} />
      </Paged>
    </section>
  );
}

function Rows({ rows }: { readonly rows: readonly RefusedPush[] }) {
  return (
    <Table
      label={t('refused.newest')}
      columns={[
        { name: t('refused.at'), kind: 'time' },
        { name: t('session.stream') },
        { name: t('refused.reason'), kind: 'words' },
        { name: t('session.userIp'), kind: 'wide-only' },
        { name: t('session.node'), kind: 'wide-only' },
      ]}
    >
      {rows.map(({ id, at, streamId, endCode, reason, message, userIp, accessPoint }) => (
        <tr key={id}>
          <td className="time">
            <Time at={at} />
          </td>
          <td>{streamId ?? t('unknown')}</td>
          <td className="words">
            <SideMark side={reason.side} />: {serverText(reason.summary)} <Sure of={reason} />{' '}
            <span className="quiet">
              {t('session.code', { code: endCode })} {message !== null && <Credentials text={message} />}
            </span>
          </td>
          <td className="mono wide-only">{userIp !== null && <Link href={searchPath(userIp)}>{userIp}</Link>}</td>
          <td className="mono wide-only">{accessPoint}</td>
        </tr>
      ))}
    </Table>
  );
}
