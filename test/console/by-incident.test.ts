import { expect, test } from '@jest/globals';
import { byIncident } from '../../console/src/pages/health/alerts/by-incident.ts';

const alert = (name: string, incident: string | null) => ({
  name,
  incident: incident === null ? null : { id: incident },
});

test('alerts that an incident explains are together, in their order, and the others alone', () => {
  const rows = [alert('a', 'one'), alert('b', null), alert('c', 'other'), alert('d', 'one')];
  expect(byIncident(rows)).toEqual({
    alone: [alert('b', null)],
    ofIncidents: [
      { incident: { id: 'one' }, rows: [alert('a', 'one'), alert('d', 'one')] },
      { incident: { id: 'other' }, rows: [alert('c', 'other')] },
    ],
  });
});
