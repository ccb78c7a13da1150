import {
  groupsOf,
  readTraits,
  scopeOf,
  scopes,
  type Failure,
  type Outcome,
  type FailureTraits,
  type Scope,
} from './failure.ts';
import { episodesOf, isMany, Numbered, type Episode, type Habits, chanceOf, evidenceOf } from './episodes.ts';
import { chanceMax, explainedMin, failuresMin, leftOverChanceMax, sharedMin, returnMsMax } from './incident-rules.ts';

/** Failures that one fault explains, as found from failures alone. */
export interface FoundIncident {
  /** In the order of time. */
  readonly failures: readonly Failure[];
  readonly startedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly common: CommonTraits;
  /** Streams that would have failed meanwhile by the habit of what they have in common. */
  readonly usual: number;
  /** From the first failure that was looked at together with these to the last: a change within it decides again on all of them. */
  readonly spanFromMs: number;
  readonly spanToMs: number;
}

/** What the failures of an incident have in common; null where they differ. */
type CommonTraits = Pick<FailureTraits, 'kind' | 'side' | 'code'> & Readonly<Record<Scope, string | null>>;

/**
 * The incidents among failures, which are all that there are in a time; `failures` are in the order of `compareFailures`. The result depends
 * on nothing else: not on the order in which they arrived, and not on the present time.
 */
export function incidentsOf(failures: readonly Failure[], habits: Habits): FoundIncident[] {
  const groups = new Map<string, number[]>();
  const known = new Map<string, number[][]>();
  failures.forEach(({ traits, subject, atMs }, index) => {
    const isSteady = habits.isSteady(subject, atMs);
    const key = `${isSteady} ${traits}`;
    let lists = known.get(key);
    if (lists === undefined) {
      lists = groupsOf(readTraits(traits), isSteady).map((name) => listIn(groups, name));
      known.set(key, lists);
    }
    for (const list of lists) list.push(index);
  });
  const numbered = new Numbered(failures);
  const episodes = [...groups].flatMap(([group, members]) =>
    members.length < failuresMin ? [] : episodesOf(group, members, numbered, habits),
  );
  return componentsOf(episodes, failures.length).flatMap((component) => explain(component, numbered));
}

function listIn(lists: Map<string, number[]>, name: string): number[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

/** By time, then by what failed: not by the row, which is another in each file. */
export function compareFailures(one: Failure, other: Failure): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.subject !== other.subject) return one.subject < other.subject ? -1 : 1;
  return one.traits < other.traits ? -1 : Number(one.traits > other.traits);
}

/** Episodes that have failures in common, directly or through others. */
function componentsOf(episodes: readonly Episode[], failures: number): Episode[][] {
  const parents = episodes.map((_episode, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (at(parents, root) !== root) root = at(parents, root);
    parents[index] = root;
    return root;
  };
  const none = -1;
  const ofFailure = new Int32Array(failures).fill(none);
  episodes.forEach(({ members }, episode) => {
    for (const index of members) {
      const other = ofFailure[index] ?? none;
      if (other === none) ofFailure[index] = episode;
      else if (parents[other] !== parents[episode]) parents[rootOf(episode)] = rootOf(other);
    }
  });
  const components = new Map<number, Episode[]>();
  episodes.forEach((episode, index) => {
    const root = rootOf(index);
    components.set(root, [...(components.get(root) ?? []), episode]);
  });
  return [...components.values()];
}

/** The incidents of overlapping groups: as few as explain them. */
function explain(component: readonly Episode[], numbered: Numbered): FoundIncident[] {
  const { failures } = numbered;
  const ends = component.flatMap(({ members }) => [at(members, 0), at(members, -1)]);
  const span = { spanFromMs: at(failures, Math.min(...ends)).atMs, spanToMs: at(failures, Math.max(...ends)).atMs };
  const taken = new Uint8Array(failures.length);
  const found: FoundIncident[] = [];
  for (;;) {
    const chosen = choose(component, numbered, taken);
    if (chosen === null) return found;
    const members = new Uint8Array(failures.length);
    for (const index of chosen.left) taken[index] = members[index] = 1;
    addLeftOvers(component, numbered, members, taken);
    const own = failures.filter((_failure, index) => members[index] === 1);
    found.push({
      failures: own,
      startedAtMs: at(own, 0).atMs,
      lastFailedAtMs: at(own, -1).atMs,
      common: commonOf(own),
      usual: chosen.episode.usual,
      ...span,
    });
  }
}

interface Candidate {
  readonly episode: Episode;
  /** Its failures that no incident explains yet. */
  readonly left: readonly number[];
  readonly streams: number;
}

/** Of the groups that explain nearly as much as the one that explains most, the one whose habit explains it least; null if none is left. */
function choose(component: readonly Episode[], numbered: Numbered, taken: Uint8Array): Candidate | null {
  const candidates = component.flatMap((episode): Candidate[] => {
    const left = episode.members.filter((index) => taken[index] === 0);
    const streams = numbered.streamsOf(left);
    const isUnusual = isMany(streams, left.length) && chanceOf(streams, episode.usualMeanwhile) <= chanceMax;
    return isUnusual ? [{ episode, left, streams }] : [];
  });
  const most = Math.max(...candidates.map(({ streams }) => streams));
  let best: (Candidate & { readonly evidence: number }) | null = null;
  for (const candidate of candidates) {
    if (candidate.streams < most * explainedMin) continue;
    const evidence = evidenceOf(candidate.streams, candidate.episode.usual);
    if (best === null || evidence > best.evidence || (evidence === best.evidence && isBefore(candidate, best))) {
      best = { ...candidate, evidence };
    }
  }
  return best;
}

/** Any order will do, as long as it is the same everywhere. */
function isBefore(one: Candidate, other: Candidate): boolean {
  if (one.left.length !== other.left.length) return one.left.length > other.left.length;
  return one.episode.group < other.episode.group;
}

/** Groups that an incident explains nearly whole fail for the same reason: what is left of them belongs to it, if it is more than chance. */
function addLeftOvers(component: readonly Episode[], numbered: Numbered, members: Uint8Array, taken: Uint8Array): void {
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    for (const episode of component) {
      const left = episode.members.filter((index) => taken[index] === 0);
      if (left.length === 0) continue;
      const shared = episode.members.filter((index) => members[index] === 1).length;
      if (shared < episode.members.length * explainedMin) continue;
      if (chanceOf(numbered.streamsOf(left), episode.usual) > leftOverChanceMax) continue;
      for (const index of left) taken[index] = members[index] = 1;
      hasGrown = true;
    }
  }
}

/** What nine in ten have in common; a stream that fails again and again counts once. */
function commonOf(failures: readonly Failure[]): CommonTraits {
  const streams = new Map<string, Set<string>>();
  for (const { traits, subject } of failures) streams.set(traits, (streams.get(traits) ?? new Set()).add(subject));
  const weighted = [...streams].map(([text, { size }]) => {
    const traits = readTraits(text);
    const { kind, side, code } = traits;
    return { values: { kind, side, code, ...scopeOf(traits) }, size };
  });
  const all = weighted.reduce((sum, { size }) => sum + size, 0);
  const most = <Name extends keyof CommonTraits>(name: Name) => {
    const sizes = new Map<CommonTraits[Name], number>();
    for (const { values, size } of weighted) sizes.set(values[name], (sizes.get(values[name]) ?? 0) + size);
    const [value, size] = [...sizes].reduce((one, other) => (other[1] > one[1] ? other : one));
    return { value, isShared: size >= all * sharedMin };
  };
  const shared = <Name extends keyof CommonTraits>(name: Name) => {
    const { value, isShared } = most(name);
    return isShared ? value : null;
  };
  const values = Object.fromEntries(scopes.map((scope) => [scope, shared(scope)])) as Record<Scope, string | null>;
  return { ...values, kind: most('kind').value, side: shared('side') ?? 'UNKNOWN', code: shared('code') };
}

/** ONGOING: nothing has come back since the newest failure. OVER: all are back, or no longer waited for. */
export type IncidentState = 'ONGOING' | 'RECOVERING' | 'OVER';

/** How far an incident goes, and whether it is over. */
export interface IncidentProgress {
  readonly state: IncidentState;
  /** Streams, or relay tasks whose stream is unknown: each once, however often it failed. */
  readonly affected: number;
  readonly back: number;
  readonly notBack: number;
  readonly failures: number;
  readonly newestEvidenceAtMs: number;
  readonly overSinceMs: number | null;
}

/** The progress by all failures of an incident, of which there is one at least. `knownToMs`: when the newest callback of the record arrived. */
export function progressOf(outcomes: readonly Outcome[], knownToMs: number): IncidentProgress {
  /** The last failure of each; of several at one moment, the one that is back last. */
  const last = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const other = last.get(outcome.subject);
    if (other === undefined || isLater(outcome, other)) last.set(outcome.subject, outcome);
  }
  const all = [...last.values()];
  const returns = all.flatMap(({ backAtMs }) => backAtMs ?? []);
  const [lastFailedAtMs, lastBackAtMs] = [greatest(all.map(({ atMs }) => atMs)), greatest(returns)];
  const newestEvidenceAtMs = Math.max(lastFailedAtMs, lastBackAtMs);
  const [affected, back] = [all.length, returns.length];
  const isOver = back === affected || knownToMs >= lastFailedAtMs + returnMsMax;
  const isRecovering = back > 0 && lastBackAtMs >= lastFailedAtMs;
  return {
    state: isOver ? 'OVER' : isRecovering ? 'RECOVERING' : 'ONGOING',
    affected,
    back,
    notBack: affected - back,
    failures: outcomes.length,
    newestEvidenceAtMs,
    overSinceMs: isOver ? newestEvidenceAtMs : null,
  };
}

function isLater(one: Outcome, other: Outcome): boolean {
  if (one.atMs !== other.atMs) return one.atMs > other.atMs;
  return (one.backAtMs ?? Infinity) > (other.backAtMs ?? Infinity);
}

/** Not by spreading: there may be more than a call can have arguments. */
function greatest(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other), -Infinity);
}

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values.at(index);
  if (value === undefined) throw new RangeError('No value is there.');
  return value;
}
