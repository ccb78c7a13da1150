import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { cssAnswerMsMax } from '../../src/callbacks/callback.ts';
import { connectionWaitMsMax, headersTimeoutMs, requestTimeoutMs } from '../../src/connections/limits.ts';
import { errorCodes } from '../../src/kernel/errors.ts';
import { appendAnswerMsMax } from '../../src/log/sqlite/append-queue.ts';

/** Who waits how long is a generated table of docs/callbacks.md. These are the sentences elsewhere that name one of its times. */

const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const secondsIn = (text: string, pattern: RegExp) => pattern.exec(text)?.slice(1).map(Number);
const seconds = (...ms: number[]) => ms.map((one) => one / 1_000);

test.each([
  ['docs/callbacks.md', /slower than (\d+) s \|/, [appendAnswerMsMax]],
  ['docs/failures.md', /After (\d+) s, a callback is answered 503/, [appendAnswerMsMax]],
  ['docs/bounds.md', /time until a callback is answered, durable or not \| (\d+) s/, [appendAnswerMsMax]],
  [
    'docs/bounds.md',
    /for the headers, and for a whole request \| (\d+) s, (\d+) s/,
    [headersTimeoutMs, requestTimeoutMs],
  ],
  ['docs/bounds.md', /that is being started \| [\d,]+ each, (\d+) s/, [connectionWaitMsMax]],
  ['docs/failures.md', /other requests wait up to (\d+) s/, [connectionWaitMsMax]],
  ['docs/upgrade.md', /meanwhile wait, unread, for (\d+) seconds/, [connectionWaitMsMax]],
  ['docs/proxies/nginx.conf', /answered within (\d+) seconds; CSS waits (\d+)/, [appendAnswerMsMax, cssAnswerMsMax]],
  ['docs/proxies/Caddyfile', /answered within (\d+) seconds; CSS waits (\d+)/, [appendAnswerMsMax, cssAnswerMsMax]],
  ['docker/haproxy.cfg', /A callback is answered within (\d+) s/, [appendAnswerMsMax]],
])('%s says what is: %s', (file, pattern, ms) => {
  expect(secondsIn(textOf(file), pattern)).toEqual(seconds(...ms));
});

test('the error for a late request says how long it may take', () => {
  expect(secondsIn(errorCodes.REQUEST_TIMEOUT.whatToDo, /they have (\d+) seconds/)).toEqual(seconds(requestTimeoutMs));
});

test('proxies wait longer for the answer to a callback than the service, and shorter than CSS', () => {
  const waits = [
    ...(secondsIn(textOf('docs/proxies/nginx.conf'), /location \/callbacks\/css \{[^}]*proxy_read_timeout (\d+)s/) ??
      []),
    ...(secondsIn(textOf('docs/proxies/Caddyfile'), /handle @callbacks \{[^]*?response_header_timeout (\d+)s/) ?? []),
    ...(secondsIn(textOf('docs/proxies.md'), /a proxy waits (\d+) seconds/) ?? []),
  ];
  expect(new Set(waits).size).toBe(1);
  const [wait = 0] = waits;
  expect(waits).toHaveLength(3);
  expect(wait * 1_000).toBeGreaterThan(connectionWaitMsMax);
  expect(wait * 1_000).toBeGreaterThan(appendAnswerMsMax);
  expect(wait * 1_000).toBeLessThan(cssAnswerMsMax);
});
