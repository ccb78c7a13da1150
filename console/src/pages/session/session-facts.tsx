import { Link } from 'wouter';
import type { SessionPageQuery } from '../../api/operations.generated.ts';
import { showDuration } from '../../format/shown.ts';
import { Copied } from '../../parts/copy.tsx';
import { Credentials } from '../../parts/credentials.tsx';
import { Explained, Facts, Term } from '../../parts/term.tsx';
import { TaskMark } from '../../parts/marks.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Time } from '../../parts/time.tsx';
import { searchPath, streamPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';

type Now = NonNullable<SessionPageQuery['streamSession']>;
type Session = Omit<Now, 'isSilent' | 'lastHeardAt' | 'incident'> & Partial<Pick<Now, 'lastHeardAt'>>;

export function SessionFacts({ session }: { readonly session: Session }) {
  const { streamId, domain, path, appId, startedAtSource, pushDurationMs, endMessage, streamParam } = session;
  return (
    <Facts
      facts={[
        [
          t('session.stream'),
          streamId ? (
            <Copied key="stream" text={streamId} what={t('session.stream')}>
              <Link href={streamPath({ streamId, domain, path, appId })}>{streamId}</Link>
            </Copied>
          ) : (
            t('unknown')
          ),
        ],
        [t('session.target'), `${domain ?? t('unknown')}/${path ?? ''}`],
        [t('sessions.began'), <Began key="began" at={session.startedAt} source={startedAtSource} />],
        session.state === 'LIVE' ? null : [t('sessions.ended'), <Time key="ended" at={session.endedAt} />],
        typeof pushDurationMs === 'number' ? [t('session.duration'), showDuration(pushDurationMs)] : null,
        endMessage ? [<Explained key="message" text={t('session.endMessage')} words={['css']} />, endMessage] : null,
        [t('session.sequence'), <Copied key="sequence" text={session.sequence} what={t('session.sequence')} />],
        [t('session.appId'), <Copied key="account" text={appId} what={t('session.appId')} />],
        [
          <Node key="node" />,
          session.accessPoint ? <Copied text={session.accessPoint} what={t('session.node')} /> : t('unknown'),
        ],
        [t('session.userIp'), <Address key="ip" address={session.userIp} />],
        streamParam
          ? [
              t('session.streamParam'),
              <span key="param" className="mono">
                <Credentials text={streamParam} whole />
              </span>,
            ]
          : null,
        [
          t('session.received'),
          <span key="received">
            <Time at={session.firstReceivedAt} />, {t('session.deliveries', { count: session.deliveries })}
          </span>,
        ],
        session.state === 'LIVE' && session.lastHeardAt
          ? [t('session.heard'), <Time key="heard" at={session.lastHeardAt} />]
          : null,
        session.width !== null && session.height !== null
          ? [t('session.size'), `${session.width} × ${session.height}`]
          : null,
        session.region === null ? null : [t('session.regionFact'), t(`session.region.${session.region}`)],
        session.idcId === null ? null : [<DataCentre key="idc" />, session.idcId],
        !session.relayTaskJoins?.length && session.relayTaskId === null
          ? null
          : [t('session.relayTasks'), <Relays key="relays" session={session} />],
      ]}
    />
  );
}

const DataCentre = () => <Term means={t('session.dataCentreMeans')}>{t('session.dataCentre')}</Term>;

const Node = () => <Term means={t('session.nodeMeans')}>{t('session.node')}</Term>;

function Began({ at, source }: { readonly at: string | null; readonly source: Session['startedAtSource'] }) {
  return (
    <>
      <Time at={at} />
      {source !== 'PUSH_CALLBACK' && <span className="quiet"> ({t(`session.source.${source}`)})</span>}
    </>
  );
}

function Address({ address }: { readonly address: string | null }) {
  if (address === null) return <>{t('unknown')}</>;
  return (
    <Copied text={address} what={t('session.userIp')}>
      <Link className="mono" href={searchPath(address)}>
        {address}
      </Link>
    </Copied>
  );
}

/** The tasks that fed it, and how sure that is. A task that the push names may have sent no callback. */
function Relays({ session: { relayTaskJoins, relayTaskId } }: { readonly session: Session }) {
  if (!relayTaskJoins?.length) return <>{relayTaskId}</>;
  return relayTaskJoins.map(({ relayTask: task, ...conclusion }) => (
    <span key={task.id} className="with-mark">
      <Link href={taskPath(task)}>{task.taskId}</Link> <TaskMark {...task} /> <Sure of={conclusion} />
    </span>
  ));
}
