import { expect, test } from '@jest/globals';
import { pathOfAlert } from '../../console/src/pages/health/alerts/alert-path.ts';

test('an alert leads to what its facts name: a push, a task, a stream, what is live in a domain, or nowhere', () => {
  const stream = { appId: '1', domain: 'push.example.com', path: 'live', streamId: 'a' };
  expect(
    [
      { ...stream, sequence: '7' },
      { ...stream, taskId: 't' },
      stream,
      { domain: stream.domain },
      { reason: 'x' },
      null,
    ].map(pathOfAlert),
  ).toEqual([
    '/sessions/7?appId=1',
    '/tasks/t?appId=1',
    '/streams/a?domain=push.example.com&path=live&appId=1',
    '/?scope=push.example.com',
    null,
    null,
  ]);
});
