/** A relay task, or an exit that names no task and belongs to none. */
export interface RelayMember {
  /** From its first callback to its last, by both clocks, so that the range covers whichever clock orders them. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Its sources, as far as an exit without a task id names them too. */
  readonly sourceKeys: readonly string[];
}

/**
 * Groups members that may decide which task an exit belongs to: members with a common source at the same time, and
 * everything linked through them. A group expires as a whole or not at all: without its other candidates, an exit would
 * be attributed to the one that is left.
 */
export function relayGroups<Member extends RelayMember>(members: readonly Member[]): Member[][] {
  const parents = members.map((_member, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] ?? root;
    parents[index] = root;
    return root;
  };
  const bySource = new Map<string, number[]>();
  for (const [index, { sourceKeys }] of members.entries()) {
    for (const key of sourceKeys) {
      const indexes = bySource.get(key);
      if (indexes === undefined) bySource.set(key, [index]);
      else indexes.push(index);
    }
  }
  const fromOf = (index: number) => members[index]?.fromMs ?? 0;
  for (const indexes of bySource.values()) {
    let [untilMs, before] = [-Infinity, -1];
    for (const index of indexes.sort((one, other) => fromOf(one) - fromOf(other))) {
      if (fromOf(index) <= untilMs) parents[rootOf(index)] = rootOf(before);
      untilMs = Math.max(untilMs, members[index]?.untilMs ?? 0);
      before = index;
    }
  }
  const groups = new Map<number, Member[]>();
  for (const [index, member] of members.entries()) {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [member]);
    else group.push(member);
  }
  return [...groups.values()];
}
