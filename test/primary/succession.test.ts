import { expect, test } from '@jest/globals';
import { silentLogger } from '../../src/kernel/logger.ts';
import type { ToPrimary, ToServing } from '../../src/primary/messages.ts';
import type { ServingEvents, ServingProcess } from '../../src/primary/serving-process.ts';
import { Succession } from '../../src/primary/succession.ts';

const loaded: ToPrimary = { kind: 'loaded', trustProxy: [], logLevel: 'info', takesCallbacks: true };

/** A succession whose processes do nothing by themselves: what each was sent is listed. */
function openSuccession() {
  const started: { sent: string[]; say: (message: ToPrimary) => void; exit: (status: number) => void }[] = [];
  const ended: number[] = [];
  const startServing = ({ onMessage, onExit }: ServingEvents): ServingProcess => {
    const sent: string[] = [];
    const nothing = () => undefined;
    const serving: ServingProcess = {
      pid: started.length,
      passOnPath: '',
      link: { send: nothing, end: nothing },
      send: (message: ToServing) => sent.push(message.kind === 'signal' ? message.signal : message.kind),
    };
    const say = (message: ToPrimary) => onMessage(message, serving);
    started.push({ sent, say, exit: (status) => onExit(status, serving) });
    return serving;
  };
  const succession = new Succession({
    startServing,
    callbacksTo: () => undefined,
    connectionsTo: () => undefined,
    onOutcome: () => undefined,
    onLoaded: () => undefined,
    listen: () => Promise.resolve('http://127.0.0.1'),
    drain: () => Promise.resolve(),
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
  return { succession, of, ended };
}

test('a process that stops is not signalled again, which would end it at once, by one that is loaded meanwhile', async () => {
  const { succession, of, ended } = openSuccession();
  succession.replace();
  succession.stop('SIGTERM');
  // Sent before its own signal came.
  of(1).say(loaded);
  expect(of(0).sent).toEqual(['open', 'SIGTERM']);
  of(1).exit(0);
  of(0).exit(0);
  await new Promise(setImmediate);
  expect(ended).toEqual([0]);
});

test('nor by a second replacement, after the first has ended before its turn', () => {
  const { succession, of } = openSuccession();
  succession.replace();
  of(1).say(loaded);
  of(1).exit(1);
  succession.replace();
  of(2).say(loaded);
  expect(of(0).sent).toEqual(['open', 'SIGTERM']);
  of(0).exit(0);
  expect(of(2).sent).toEqual(['open']);
});
