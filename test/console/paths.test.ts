import { expect, test } from '@jest/globals';
import { sessionPath, streamIdIn, streamPath, taskPath, withParams } from '../../console/src/paths.ts';

test('ids and names are escaped, and what is unknown is left out of the address', () => {
  expect(sessionPath({ sequence: '6674468118806626493' })).toBe('/sessions/6674468118806626493');
  expect(sessionPath({ sequence: '1', appId: '12345678' })).toBe('/sessions/1?appId=12345678');
  expect(taskPath({ taskId: 'a/b c' })).toBe('/tasks/a%2Fb%20c');
  expect(streamPath({ streamId: 'studio a&b', domain: 'push.example.com', path: null })).toBe(
    '/streams/studio%20a%26b?domain=push.example.com',
  );
  expect(withParams('/endings', { from: '', to: undefined })).toBe('/endings');
});

test('the name of a stream is found in the path of its address, whatever it looks like', () => {
  for (const name of ['studio a&b', 'a/b', '%E7%9B%B4', '100%', '直播', '%2F']) {
    expect(streamIdIn(new URL(streamPath({ streamId: name }), 'http://localhost').pathname)).toBe(name);
  }
  expect(streamIdIn('/streams/100%')).toBe('100%');
});
