import { describe, expect, test } from '@jest/globals';
import { delay, within } from '../../src/kernel/clock.ts';

const never = new Promise<never>(() => undefined);
const anHourMs = 3_600_000;

describe('a delay', () => {
  test('ends at once if the signal has aborted', async () => {
    await delay(anHourMs, AbortSignal.abort());
  });

  test('ends when the signal aborts', async () => {
    const abort = new AbortController();
    const waiting = delay(anHourMs, abort.signal);
    abort.abort();
    await waiting;
  });

  test('ends after its time otherwise', async () => {
    await delay(1, new AbortController().signal);
  });
});

describe('a promise within a time', () => {
  test('gives its result, or its error, if it settles in time', async () => {
    const inTime = { ms: anHourMs, late: 'late' };
    await expect(within(Promise.resolve('result'), inTime)).resolves.toBe('result');
    await expect(within(Promise.reject(new Error('wrong')), inTime)).rejects.toThrow('wrong');
  });

  test('gives the replacement when the time is over', async () => {
    await expect(within(never, { ms: 1, late: 'late' })).resolves.toBe('late');
  });

  test('gives the replacement when the signal aborts, also if it had aborted before', async () => {
    const abort = new AbortController();
    const waiting = within(never, { ms: anHourMs, late: 'late', signal: abort.signal });
    abort.abort();
    await expect(waiting).resolves.toBe('late');
    await expect(within(never, { ms: anHourMs, late: 'late', signal: abort.signal })).resolves.toBe('late');
  });

  test('drops what comes later, errors too', async () => {
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => (fail = reject));
    await expect(within(late, { ms: 1, late: null })).resolves.toBeNull();
    fail(new Error('too late'));
    await expect(late).rejects.toThrow('too late');
  });
});
