import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordings } from '../replay/recordings.ts';
import { Replay } from '../replay/replay.ts';
import { MessageComparison } from '../replay/message-comparison.ts';
import type { StandIn } from '../server/stand-in.ts';
import { builtStandIn, startStandIn } from '../server/stand-in.ts';

// Replays every recorded conversation between the client and a real server. Each continues from the log's state after the previous one, so
// they run in order on one stand-in.

const comparison = new MessageComparison();
let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn(builtStandIn);
});

afterAll(async () => {
  await standIn.close();
});

for (const recording of recordings()) {
  test(`answers as the real server did: ${recording.file}: ${recording.what}`, async () => {
    const replay = new Replay(standIn, comparison);
    try {
      await replay.play(recording);
    } finally {
      replay.close();
    }
  });
}

test('positions grow where those of the real server grew', () => {
  const positions = comparison.positions();
  expect(positions.length).toBeGreaterThan(80);
  expect(positions).toEqual([...new Set(positions)].sort((one, other) => (one < other ? -1 : 1)));
});
