import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordings } from '../replay/recordings.ts';
import { Replay } from '../replay/replay.ts';
import { MessageComparison } from '../replay/message-comparison.ts';
import type { StandIn } from '../server/stand-in.ts';
import { startStandIn } from '../server/stand-in.ts';

// Every conversation that was recorded between the client and a real server, with the stand-in in the server's place.
// Each goes on where the one before has left the log, so they are played in their order on one stand-in.

const sameness = new MessageComparison();
let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn();
});

afterAll(async () => {
  await standIn.close();
});

for (const recording of recordings()) {
  test(`the stand-in answers as the real server did: ${recording.file}: ${recording.what}`, async () => {
    const replay = new Replay(standIn, sameness);
    try {
      await replay.play(recording);
    } finally {
      replay.close();
    }
  });
}

test('positions grow where those of the real server grew', () => {
  const positions = sameness.positions();
  expect(positions.length).toBeGreaterThan(80);
  expect(positions).toEqual([...new Set(positions)].sort((one, other) => (one < other ? -1 : 1)));
});
