import type { NumberedRun, RelayTaskReader } from '../relay/relay-task-rows.ts';
import { innerListMax } from '../api/cost.ts';

/** The runs of tasks that are shown together: when those of one task are asked for, they are read for all tasks at once. */
export class RunsTogether {
  private readonly taskRows: number[] = [];
  private read: ReturnType<RelayTaskReader['runs']> | null = null;

  /** Call it for each of the tasks before any runs are asked for. */
  add(taskRow: number): void {
    this.taskRows.push(taskRow);
  }

  /** Newest first. */
  of(taskRow: number, relay: Pick<RelayTaskReader, 'runs'>): readonly NumberedRun[] {
    this.read ??= relay.runs(this.taskRows, innerListMax);
    return this.read.get(taskRow) ?? [];
  }
}
