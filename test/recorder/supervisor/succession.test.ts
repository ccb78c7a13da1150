import { expect, test } from '@jest/globals';
import { silentLogger } from '../../../src/kernel/logger.ts';
import type { ToSupervisor } from '../../../src/recorder/process-messages.ts';
import { Succession, type RecorderEvents, type RecorderProcess } from '../../../src/recorder/supervisor/succession.ts';

type Message = Exclude<ToSupervisor, { kind: 'connection' }>;
const loaded: Message = { kind: 'loaded', logLevel: 'info' };
const readerLoaded: Message = { kind: 'readerLoaded' };

/** A succession whose processes do nothing by themselves: what each was sent is listed. */
function openSuccession() {
  const started: { sent: string[]; say: (message: Message) => void; exit: (status: number | null) => void }[] = [];
  const ended: number[] = [];
  const connectionsTo: (number | null)[] = [];
  const startRecorder = ({ onMessage, onExit }: RecorderEvents): RecorderProcess => {
    const sent: string[] = [];
    const recorder: RecorderProcess = {
      pid: started.length,
      send: (message) => sent.push(message.kind === 'signal' ? message.signal : message.kind),
      sendConnection: () => undefined,
    };
    const say = (message: Message) => onMessage(message, recorder);
    started.push({ sent, say, exit: (status) => onExit(status, recorder) });
    return recorder;
  };
  const succession = new Succession({
    startRecorder,
    connectionsTo: (recorder) => connectionsTo.push(recorder?.pid ?? null),
    onLoaded: () => undefined,
    listen: () => Promise.resolve('http://127.0.0.1'),
    closePort: () => undefined,
    onEnded: (status) => ended.push(status),
    logger: silentLogger,
  });
  const of = (index: number) => {
    const process = started[index];
    if (process === undefined) throw new Error('It was not started.');
    return process;
  };
  succession.start();
  of(0).say(loaded);
  of(0).say({ kind: 'ready' });
  return { succession, of, started, ended, connectionsTo };
}

test('one that is to be replaced goes on until the next one and its reader are loaded; then it has released DATA_DIR before the next one opens it', () => {
  const { succession, of, connectionsTo } = openSuccession();
  succession.replace();
  of(1).say(loaded);
  expect([of(0).sent, of(1).sent]).toEqual([['open'], []]);
  of(1).say(readerLoaded);
  expect([of(0).sent, of(1).sent]).toEqual([['open', 'leave'], []]);
  of(0).say({ kind: 'released' });
  expect(of(1).sent).toEqual(['open']);
  of(1).say({ kind: 'ready' });
  of(0).exit(0);
  expect(connectionsTo).toEqual([0, null, null, 1]);
});

test('one that is stopping is not signalled again, which would end it at once, by one that is loaded meanwhile', () => {
  const { succession, of, ended } = openSuccession();
  succession.replace();
  succession.stop('SIGTERM');
  // Sent before its own signal came.
  of(1).say(loaded);
  of(1).say(readerLoaded);
  expect(of(0).sent).toEqual(['open', 'SIGTERM']);
  of(1).exit(0);
  of(0).exit(0);
  expect(ended).toEqual([0]);
});

test('nor by a second replacement, after the first has ended before its turn', () => {
  const { succession, of } = openSuccession();
  succession.replace();
  of(1).say(loaded);
  of(1).say(readerLoaded);
  of(1).exit(1);
  succession.replace();
  of(2).say(loaded);
  of(2).say(readerLoaded);
  expect(of(0).sent).toEqual(['open', 'leave']);
  of(0).say({ kind: 'released' });
  expect(of(2).sent).toEqual(['open']);
});

test('one that is killed is started again at once; one that is being loaded as a replacement takes over instead, without its reader', () => {
  const { succession, of, started } = openSuccession();
  succession.replace();
  of(0).exit(null);
  expect(started).toHaveLength(2);
  of(1).say(loaded);
  expect(of(1).sent).toEqual(['open']);
});

test('stopped while it is replaced, the next one answers what waits and is then stopped; the service ends once all have ended', () => {
  const { succession, of, ended } = openSuccession();
  succession.replace();
  of(1).say(loaded);
  of(1).say(readerLoaded);
  succession.stop('SIGTERM');
  of(0).say({ kind: 'released' });
  of(1).say({ kind: 'ready' });
  expect(of(1).sent).toEqual(['open', 'SIGTERM']);
  of(1).exit(0);
  expect(ended).toEqual([]);
  of(0).exit(0);
  expect(ended).toEqual([0]);
});

test('a first start that fails ends the service with its status', () => {
  const ended: number[] = [];
  let exit: (status: number) => void = () => undefined;
  const succession = new Succession({
    startRecorder({ onExit }) {
      const recorder = { pid: 1, send: () => undefined, sendConnection: () => undefined };
      exit = (status) => onExit(status, recorder);
      return recorder;
    },
    connectionsTo: () => undefined,
    onLoaded: () => undefined,
    listen: () => Promise.resolve(''),
    closePort: () => undefined,
    onEnded: (status) => ended.push(status),
    logger: silentLogger,
  });
  succession.start();
  // `next` is known only after `start`.
  exit(2);
  expect(ended).toEqual([2]);
});
