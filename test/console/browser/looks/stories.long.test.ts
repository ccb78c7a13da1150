import { expect } from '@jest/globals';
import { stories } from '../../../../simulator/scenario/scenario-context.ts';
import { askUntil } from '../../../support/ask-until.ts';
import { axeFindings, cutOff, goWithin } from '../../../support/browser.ts';
import { startConsoleServer } from '../../../support/console-server.ts';
import { useConsole } from '../../../support/console-suite.ts';

/** Every view with the data of all stories: incidents of each kind, hundreds of streams, names of usual length. */

/** One of each story but the quiet one; stories that happen at the same time may have more together. */
const incidentsOfStories = 4;

interface Known {
  readonly incidents: { readonly nodes: readonly { readonly incidentId: string }[] };
  readonly streamSessions: {
    readonly nodes: readonly { sequence: string; domain: string; path: string; streamId: string }[];
  };
  readonly relayTasks: { readonly nodes: readonly { readonly taskId: string }[] };
}

/** Each view with something that is there once it is complete. */
let views: readonly (readonly [view: string, shown: string])[] = [];
const suite = useConsole('all stories', async () => {
  const server = await startConsoleServer();
  for (const story of stories) await server.simulate('--story', story, '--seed', story, '--losses', '0');
  const ask = () =>
    server.ask<Known>(`{
      incidents { nodes { incidentId } }
      streamSessions(filter: { endCode: { eq: 5 } }, first: 1) { nodes { sequence domain path streamId } }
      relayTasks(filter: { state: { eq: EXITED } }, first: 1) { nodes { taskId } }
    }`);
  // Incidents are decided on after what they follow from is shown.
  const { incidents, streamSessions, relayTasks } = await askUntil(
    ask,
    ({ incidents: { nodes } }) => nodes.length >= incidentsOfStories,
  );
  views = [
    ['/', '.live-table tbody .row-link'],
    ['/?hours=24&group=domain', '.live-table .domain-line'],
    ['/incidents', '.words .row-link'],
    ['/search', '.notice'],
    ['/search?q=stream', '.sessions-table tbody tr'],
    ['/search?q=20%20min%20ago', '.missing-table tbody tr'],
    ['/relays', '.tasks-table tbody tr'],
    ['/endings', '.endings-table tbody tr'],
    ['/endings?shows=notBack', '.sessions-table tbody tr'],
    ['/endings?shows=refused', '.table-scroll tbody tr'],
    ['/health', '#quarantine'],
    ['/set-up', '#at-css'],
    ['/no-such-page', '.notice'],
    ...incidents.nodes.map(({ incidentId }) => [`/incidents/${incidentId}`, '.incident-text'] as const),
    ...streamSessions.nodes.flatMap(
      ({ sequence, streamId, domain, path }) =>
        [
          [`/sessions/${sequence}`, '.timeline li'],
          [`/streams/${streamId}?domain=${domain}&path=${path}`, '.day-strip .bar'],
        ] as const,
    ),
    ...relayTasks.nodes.map(({ taskId }) => [`/tasks/${taskId}`, '.lanes svg'] as const),
  ];
  return server;
});
const { browserTest, openView } = suite;

/** Each width and each scheme, but not each pair: what is cut off is so in both schemes, and the phone has elements of its own in both. */
for (const [colorScheme, width, height] of [
  ['light', 390, 844],
  ['dark', 390, 844],
  ['light', 1024, 768],
  ['dark', 1440, 900],
] as const) {
  browserTest(`axe finds nothing, and nothing is cut off: ${colorScheme}, ${width} pixels wide`, async () => {
    const { page, complaints } = await openView('/search', null, { viewport: { width, height }, colorScheme });
    expect(views.length).toBeGreaterThanOrEqual(13 + incidentsOfStories + 2 + 1);
    for (const [view, shown] of views) {
      await goWithin(page, view);
      await page.locator(shown).first().waitFor();
      await page.locator('.skeleton, .skeleton-waiting').first().waitFor({ state: 'detached' });
      expect([view, await axeFindings(page), await cutOff(page)]).toEqual([view, [], []]);
      expect((await page.locator('.top-bar').boundingBox())?.height).toBeLessThan(64);
    }
    expect(complaints).toEqual([]);
  });
}
