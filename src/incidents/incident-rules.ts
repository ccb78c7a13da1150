/*
 * The numbers by which failures become incidents. docs/incidents.md says what was measured with them.
 */

/** Milliseconds within which failures count as together: CSS notices dead connections within minutes of each other. */
export const windowMs = 5 * 60_000;

/** Milliseconds in which most faults take all that they take: in so short a time, a group's habit hides few streams. */
export const burstMs = 60_000;

/**
 * Milliseconds that are added to the time in which failures came, before it is compared with the habit: CSS’s times are whole seconds of
 * several clocks, and one failure takes no time at all.
 */
export const resolutionMs = 10_000;

/** Streams that must fail together: fewer are explained by one pusher, or by chance. */
export const streamsMin = 5;

/** Fewer streams suffice if they fail that often in all: small groups have no five streams, and a fault makes them fail again and again. */
export const fewStreamsMin = 3;
export const failuresMin = 5;

/**
 * The chance that a group fails so much by habit, for each look at it. A week of 500 streams is some 16,000 failures in about ten groups each,
 * looked at with and without unsteady streams, in two windows: this leaves a false incident in two weeks (docs/incidents.md).
 */
export const chanceMax = 2e-7;

/** Milliseconds of an hour: failures are counted by the hours of UTC. */
export const hourMs = 3_600_000;

/** Hours of a group's own failures that are its habit: a week has all its days. */
export const habitHours = 7 * 24;

/** Failures of a group that are assumed before the record began: without a habit nothing would be unusual, or everything. */
export const assumedFailures = 10;

/**
 * A stream is unsteady in an hour if it failed in so many of the hours before: another failure of it says little, and those of all such
 * streams hide a fault that takes others. So each group is also looked at without them.
 */
export const unsteadyHoursMin = 8;
/** The hours that decide on it: a day has all its hours, and a stream that is mended is steady again the day after. */
export const steadyHours = 24;

/** Hours from the beginning of the record in which the failures so far are the habit: hours before there are none, or too few. */
export const youngHours = 2;

/** Failures that are added to those so far: none in the first minutes says little. */
export const unseenFailures = 3;

/** An incident goes on with a failure that the habit explains with less than this chance, by the time since the one before. */
export const growthChanceMax = 0.1;

/** The part of the failures of overlapping groups that one of them must have to be what they have in common. */
export const explainedMin = 0.9;

/** The part of an incident's failures that must have a value for it to be what they have in common. */
export const sharedMin = 0.9;

/** What is left of a group besides an incident belongs to it, unless chance explains it more often than this. */
export const leftOverChanceMax = 0.01;

/** Milliseconds that a return is waited for. A push a day later is the next broadcast. */
export const returnMsMax = 24 * 3_600_000;

/** Milliseconds that an incident takes failures: what goes on longer is another one, so that none grows without end. */
export const incidentMsMax = 12 * 3_600_000;

/** Failures that are looked at together, some 100 ms of work: what is beyond becomes another incident. */
export const failuresMax = 20_000;

/** Milliseconds by which attempts of one stream count as one failure: a refused encoder tries again every few seconds. */
export const attemptsWithinMs = 60_000;
