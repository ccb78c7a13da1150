import { expect, test } from '@jest/globals';
import { withoutCredentials } from '../../console/src/parts/without-credentials.ts';

test.each([
  ['write packet error.', 'write packet error.'],
  ['rtmp://push.example.com/live/a?txSecret=00ff&txTime=1', 'rtmp://push.example.com/live/a?…'],
  ['reset: rtmp://a/live/b?k=1 and rtmp://c/live/d?k=2', 'reset: rtmp://a/live/b?… and rtmp://c/live/d?…'],
  ['http://user:word@source.example.com/a.mp4', 'http://…@source.example.com/a.mp4'],
  ['is it there?', 'is it there?'],
])('what is shown of %s', (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
});
