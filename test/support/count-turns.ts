/** Counts the turns of the event loop while it runs. */
export async function countTurns<Result>(work: (turns: () => number) => Promise<Result>): Promise<Result> {
  let [turns, isDone] = [0, false];
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  try {
    return await work(() => turns);
  } finally {
    isDone = true;
  }
}
