import { expect, test } from '@jest/globals';
import 'reflect-metadata';
import { StoreOverloaded, StoreUnavailable } from '../../../src/log/event-store.ts';
import type { GraphqlContext } from '../../../src/api/context.ts';
import { writeNodeId } from '../../../src/api/node-id.ts';
import { OperatorFactResolver } from '../../../src/facts/operator-fact-resolver.ts';
import { createFactRecorder } from '../../../src/facts/operator-fact-events.ts';

test.each<[name: string, failure: Error, message: RegExp]>([
  ['unavailable', new StoreUnavailable('Full.'), /nothing was changed/],
  ['overloaded', new StoreOverloaded('Too many.'), /nothing was changed/],
  [
    'late',
    new StoreUnavailable('Late.', { mayBeStored: true }),
    /may be stored, or not\. Look whether operatorFacts has it, and repeat it if not/,
  ],
])('a fact that the log did not confirm (%s) says whether it may be stored', async (_name, failure, message) => {
  const context = {
    role: 'operator',
    request: { callerName: null },
    readModel: { streamSessionsBySequence: () => [{}], operatorFacts: { countOf: () => 0 } },
    ports: {
      clock: () => 0,
      operatorFacts: createFactRecorder(
        () => Promise.reject(failure),
        () => Promise.resolve(),
      ),
    },
  } as unknown as GraphqlContext;
  const id = writeNodeId({ type: 'StreamSession', appId: '1', sequence: '2' });
  await expect(new OperatorFactResolver().addNote(context, id, 'off')).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(message) as unknown,
  });
});
