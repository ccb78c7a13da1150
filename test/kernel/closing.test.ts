import { expect, test } from '@jest/globals';
import { Closing } from '../../src/kernel/this-process.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

test('closes in reverse order, each part after the one before it has ended, and each once', async () => {
  const { logger, lines } = openRecordingLogger();
  const closing = new Closing(logger);
  const happened: string[] = [];
  closing.add('first', () => happened.push('first'));
  closing.add('second', async () => {
    happened.push('second begins');
    await new Promise(setImmediate);
    happened.push('second ends');
  });
  await closing.closeAll();
  await closing.closeAll();
  expect(happened).toEqual(['second begins', 'second ends', 'first']);
  expect(lines).toEqual([]);
});

test('parts that fail keep no other from being closed; each is logged by name, and all errors are thrown', async () => {
  const { logger, lines } = openRecordingLogger();
  const closing = new Closing(logger);
  const closed: string[] = [];
  const [thrown, rejected] = [new Error('secret of the log'), new Error('secret of the server')];
  closing.add('data directory', () => closed.push('data directory'));
  closing.add('log', () => {
    throw thrown;
  });
  closing.add('projection', () => closed.push('projection'));
  closing.add('server', () => Promise.reject(rejected));
  await expect(closing.closeAll()).rejects.toMatchObject({
    name: 'AggregateError',
    errors: [rejected, thrown],
    message: '2 parts of the process failed to close.',
  });
  expect(closed).toEqual(['projection', 'data directory']);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 50, part: 'server', msg: 'a part of the process failed to close' },
    { level: 50, part: 'log' },
  ]);
  expect(lines.join('')).not.toContain('secret');
});

test('what is added after everything was closed is closed by the next call', async () => {
  const { logger } = openRecordingLogger();
  const closing = new Closing(logger);
  await closing.closeAll();
  let closes = 0;
  closing.add('late', () => (closes += 1));
  await closing.closeAll();
  expect(closes).toBe(1);
});

test('parts that are closed together do not wait for each other, and one that fails keeps no other from it', async () => {
  const { logger, lines } = openRecordingLogger();
  const closing = new Closing(logger);
  const happened: string[] = [];
  const failure = new Error('no');
  const closeLater = (name: string) => async () => {
    happened.push(`${name} begins`);
    await new Promise(setImmediate);
    happened.push(`${name} ends`);
  };
  closing.add('first', closeLater('first'));
  closing.add('second', () => Promise.reject(failure));
  closing.add('third', closeLater('third'));
  await expect(closing.closeTogether()).rejects.toMatchObject({ name: 'AggregateError', errors: [failure] });
  await closing.closeTogether();
  expect(happened).toEqual(['first begins', 'third begins', 'first ends', 'third ends']);
  expect(lines).toHaveLength(1);
});
