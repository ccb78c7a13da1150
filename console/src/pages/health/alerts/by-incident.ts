interface Explained {
  readonly incident: { readonly id: string } | null;
}

/** Alerts that one incident explains, and the incident. */
export interface AlertsOfIncident<Row extends Explained> {
  readonly incident: NonNullable<Row['incident']>;
  readonly rows: readonly Row[];
}

/** The alerts that no incident explains, and those of each incident together, in the order in which they are given. */
export function byIncident<Row extends Explained>(
  rows: readonly Row[],
): { readonly alone: readonly Row[]; readonly ofIncidents: readonly AlertsOfIncident<Row>[] } {
  const groups = new Map<string, { incident: NonNullable<Row['incident']>; rows: Row[] }>();
  for (const row of rows) {
    const { incident } = row;
    if (incident === null) continue;
    const group = groups.get(incident.id);
    if (group === undefined) groups.set(incident.id, { incident, rows: [row] });
    else group.rows.push(row);
  }
  return { alone: rows.filter(({ incident }) => incident === null), ofIncidents: [...groups.values()] };
}
