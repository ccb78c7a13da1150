import { Link } from 'wouter';
import type { TaskPageQuery } from '../../api/operations.generated.ts';
import { Copied } from '../../parts/copy.tsx';
import { Credentials } from '../../parts/credentials.tsx';
import { Name } from '../../parts/name.tsx';
import { Facts } from '../../parts/term.tsx';
import { streamPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { fileName } from './file-name.ts';

export function TaskFacts({ task }: { readonly task: NonNullable<TaskPageQuery['relayTask']> }) {
  const { taskId, appId, streamId, domain, path, toUrl, sourceUrls, currentFile } = task;
  return (
    <Facts
      facts={[
        [t('task.taskId'), <Copied key="id" text={taskId} what={t('task.taskId')} />],
        [t('session.appId'), <Copied key="account" text={appId} what={t('session.appId')} />],
        [
          t('task.pushesTo'),
          streamId ? (
            <Copied key="stream" text={streamId} what={t('session.stream')}>
              <Link href={streamPath({ streamId, domain, path, appId })}>{streamId}</Link>
            </Copied>
          ) : (
            t('unknown')
          ),
        ],
        [
          t('task.toUrl'),
          <span key="to" className="mono">
            <Credentials text={toUrl ?? t('unknown')} />
          </span>,
        ],
        [
          t('task.sources'),
          <ol key="sources" className="sources mono">
            {sourceUrls.map((url, index) => (
              <li key={index}>
                <Credentials text={url} />
              </li>
            ))}
          </ol>,
        ],
        currentFile && typeof currentFile.index === 'number'
          ? [t('task.playing'), <Name key="playing">{fileName(currentFile.index, currentFile.url)}</Name>]
          : null,
      ]}
    />
  );
}
