import { nobody } from '../../../src/log/author.ts';
import { expect, test } from '@jest/globals';
import 'reflect-metadata';
import { StoreOverloaded, StoreUnavailable } from '../../../src/log/event-store.ts';
import type { GraphqlContext } from '../../../src/api/context.ts';
import { writeNodeId } from '../../../src/api/node-id.ts';
import { OperatorFactResolver } from '../../../src/facts/operator-fact-resolver.ts';
import { createFactRecorder } from '../../../src/facts/operator-fact-events.ts';

async function* noEvents(): AsyncGenerator<never> {
  // Nothing was recorded with the key.
}

const failures: readonly (readonly [name: string, failure: Error, message: RegExp])[] = [
  ['unavailable', new StoreUnavailable('Full.'), /nothing was changed/],
  ['overloaded', new StoreOverloaded('Too many.'), /nothing was changed/],
  [
    'late',
    new StoreUnavailable('Late.', { mayBeStored: true }),
    /may be stored, or not\. Look whether operatorFacts has it, and repeat it if not/,
  ],
];

test.each(
  failures.flatMap(([name, failure, message]) => [null, 'a key'].map((key) => [name, key, failure, message] as const)),
)('a fact that the log did not confirm (%s, key %s) says whether it may be stored', async (...given) => {
  const [, key, failure, message] = given;
  const context = {
    role: 'operator',
    request: { author: nobody },
    readModel: { streamSessionsBySequence: () => [{}], operatorFacts: { countOf: () => 0 } },
    ports: {
      clock: () => 0,
      operatorFacts: createFactRecorder({ append: () => Promise.reject(failure), readStream: noEvents }, () =>
        Promise.resolve(),
      ),
    },
  } as unknown as GraphqlContext;
  const id = writeNodeId({ type: 'StreamSession', appId: '1', sequence: '2' });
  await expect(new OperatorFactResolver().addNote(context, id, 'off', key)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(message) as unknown,
  });
});
