/** The simulation could not be done, for a reason that whoever runs it can mend; the message says it in words. */
export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
}
