/**
 * How many messages a second reach a thousand subscribers of one operation, and what does each cost the server? Compares this product,
 * graphql-ws alone, and a broadcast of prepared bytes. Also: how much memory do many subscribers take?
 * Run: npm run bench:fan-out (--rounds N, --seconds N, --subscribers N and --many N make it shorter; --rounds 0 measures only memory, for
 * which --many may be a list, and --operations sets the subscriptions of each subscriber).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchFlags } from './bench-flags.ts';
import { startSubject, type SubjectKind } from './live/subject.ts';
import { startSubscribers } from './live/start-subscribers.ts';
import { otherConnectionsMax } from '../src/connections/limits.ts';
import { fittingConnections, readOpenFilesMax } from '../src/kernel/this-process.ts';
import { line, shorten, spread } from './table.ts';

const flags = benchFlags({
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '5' },
  subscribers: { type: 'string', default: '1000' },
  many: { type: 'string', default: '1000,5000' },
  operations: { type: 'string', default: '1' },
});
const [rounds, subscribers, operations] = [flags.rounds, flags.subscribers, flags.operations].map(Number) as [
  number,
  number,
  number,
];
const many = flags.many.split(',').map(Number);
const ms = Number(flags.seconds) * 1_000;
const warmUpMs = 1_000;

/** The other servers have one subscription per connection. */
const kinds: readonly SubjectKind[] = operations > 1 ? ['ours'] : ['ours', 'graphql-ws', 'raw'];
/** Callbacks on their way to all subscribers at a time. */
const onTheirWay = [1, 8, 64] as const;

interface Sent {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly bytes: number;
}

/** Memory growth in MB, compared with one subscriber. */
interface Grown {
  readonly subscribers: number;
  readonly quietMb: number;
  readonly busyMb: number;
}

interface MemoryOf {
  readonly idleMb: number;
  readonly grown: readonly Grown[];
}

const connectionsMax = fittingConnections(Math.max(...many), readOpenFilesMax(), otherConnectionsMax);
if (connectionsMax < Math.max(...many)) {
  throw new Error(
    `The limit of open files (ulimit -n) allows ${connectionsMax} subscribers at most here: --many can't be more. ` +
      'More subscriptions can be measured with --operations, several on each connection.',
  );
}

async function measureSending(kind: SubjectKind, folder: string): Promise<Map<number, Sent>> {
  const sent = new Map<number, Sent>();
  const subject = await startSubject(kind, folder);
  const all = startSubscribers();
  try {
    const { port } = subject;
    await all.open({ port, count: subscribers, readFully: 0 });
    await all.drive({ port, ms: warmUpMs, pace: { onTheirWay: 2 } });
    for (const at of onTheirWay) {
      const beforeMs = subject.cpuMs();
      const { messages, bytes, elapsedMs } = await all.drive({ port, ms, pace: { onTheirWay: at } });
      sent.set(at, {
        perSecond: (messages * 1_000) / elapsedMs,
        cpuUs: ((subject.cpuMs() - beforeMs) * 1_000) / messages,
        bytes: bytes / messages,
      });
    }
    return sent;
  } finally {
    await all.end();
    await subject.end();
  }
}

/** Measures growth against the server with one subscriber that has taken some callbacks. */
async function measureMemory(kind: SubjectKind, folder: string): Promise<MemoryOf> {
  const subject = await startSubject(kind, folder, { LIVE_CONNECTIONS_MAX: String(connectionsMax) });
  const all = startSubscribers();
  const memory = () => subject.memory().ownMb + subject.memory().filesMb;
  try {
    const { port } = subject;
    await all.open({ port, count: 1, readFully: 0 });
    await all.drive({ port, ms: warmUpMs, pace: { onTheirWay: 4 } });
    const idleMb = memory();
    const grown: Grown[] = [];
    let connections = 1;
    for (const wanted of many) {
      await all.open({ port, count: wanted - connections, operations, readFully: 0 });
      connections = wanted;
      const quietMb = memory() - idleMb;
      let busyMb = 0;
      const sampling = setInterval(() => (busyMb = Math.max(busyMb, memory() - idleMb)), 100);
      await all.drive({ port, ms, pace: { onTheirWay: 4 } });
      clearInterval(sampling);
      grown.push({ subscribers: wanted * operations, quietMb, busyMb });
    }
    return { idleMb, grown };
  } finally {
    await all.end();
    await subject.end();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const sent = new Map<SubjectKind, Map<number, Sent>[]>(kinds.map((kind) => [kind, []]));
const memories = new Map<SubjectKind, MemoryOf>();
try {
  for (let round = 0; round < rounds; round += 1) {
    // The first server measured runs on a colder machine, so the order alternates.
    for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) {
      sent.get(kind)?.push(await measureSending(kind, folder));
    }
  }
  for (const kind of kinds) memories.set(kind, await measureMemory(kind, folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (rounds > 0) {
  line(
    ['on their way', 12],
    ['server', 10],
    ['messages/s', 24],
    ['to graphql-ws', 16],
    ['to raw', 18],
    ['CPU µs each', 16],
    ['bytes', 5],
  );
  for (const at of onTheirWay) {
    const of = (kind: SubjectKind, pick: (one: Sent) => number) =>
      (sent.get(kind) ?? []).flatMap((round) => round.get(at) ?? []).map(pick);
    const rate = ({ perSecond }: Sent) => perSecond;
    const ratio = (kind: SubjectKind, peer: SubjectKind) => {
      const ofPeer = of(peer, rate);
      return spread(of(kind, rate).map((one, round) => one / (ofPeer[round] ?? NaN)));
    };
    for (const kind of kinds) {
      line(
        [String(at), 12],
        [kind, 10],
        [spread(of(kind, rate)), 24],
        [ratio(kind, 'graphql-ws'), 16],
        [ratio(kind, 'raw'), 18],
        [spread(of(kind, ({ cpuUs }) => cpuUs)), 16],
        [Math.round(of(kind, ({ bytes }) => bytes)[0] ?? NaN).toString(), 5],
      );
    }
  }
}
line(['\nMemory of the server, MB', 0]);
line(
  ['server', 10],
  ['with one', 8],
  ['subscribers', 11],
  ['more once connected', 19],
  ['peak while receiving', 20],
  ['KB each', 7],
);
for (const [kind, { idleMb, grown }] of memories) {
  for (const { subscribers: count, quietMb, busyMb } of grown) {
    const kbEach = (Math.max(quietMb, busyMb) * 1_024) / count;
    const cells = [idleMb, count, quietMb, busyMb].map((one) => Math.round(one).toString());
    const widths = [8, 11, 19, 20];
    line([kind, 10], ...cells.map((cell, index) => [cell, widths[index] ?? 0] as const), [shorten(kbEach), 7]);
  }
}
