import type { RelayAlarm, RelayFile } from '../../../domain/relay-task/relay-activity.ts';
import { cacheKey } from './cached-rows.ts';
import type { RelayTaskTables } from '../relay-tasks/relay-task-tables.ts';

/** A file or an alarm of one run. */
interface HeldSign<Sign> {
  readonly taskRow: number;
  readonly runNumber: number;
  sign: Sign;
  isDirty: boolean;
}

/** Where one kind of signs stands in the file. */
interface SignTable<Sign> {
  find(taskRow: number, runNumber: number, key: string): Sign | null;
  put(taskRow: number, runNumber: number, sign: Sign): void;
  /** Of a run and all after it. */
  removeFrom(taskRow: number, runNumber: number): void;
  keyOf(sign: Sign): string;
}

/** Files of runs as the projector sees them within one transaction: folded in memory and written once by `flush`. */
export function cacheFiles(tables: RelayTaskTables) {
  return holdSigns<RelayFile>({
    find: tables.findFile,
    put: tables.putFile,
    removeFrom: tables.removeFilesFrom,
    keyOf: ({ key }) => key,
  });
}

/** The same for alarms. */
export function cacheAlarms(tables: RelayTaskTables) {
  return holdSigns<RelayAlarm>({
    find: tables.findAlarm,
    put: tables.putAlarm,
    removeFrom: tables.removeAlarmsFrom,
    keyOf: ({ type }) => type,
  });
}

function holdSigns<Sign>(table: SignTable<Sign>) {
  /** By task, then by run and key. */
  const signs = new Map<number, Map<string, HeldSign<Sign>>>();

  function signsOf(taskRow: number): Map<string, HeldSign<Sign>> {
    const known = signs.get(taskRow);
    if (known !== undefined) return known;
    const none = new Map<string, HeldSign<Sign>>();
    signs.set(taskRow, none);
    return none;
  }

  return {
    find: (taskRow: number, runNumber: number, key: string): Sign | null => {
      const ofTask = signsOf(taskRow);
      const held = ofTask.get(cacheKey(runNumber, key));
      if (held !== undefined) return held.sign;
      const sign = table.find(taskRow, runNumber, key);
      if (sign !== null) ofTask.set(cacheKey(runNumber, key), { taskRow, runNumber, sign, isDirty: false });
      return sign;
    },

    put: (taskRow: number, runNumber: number, sign: Sign): void => {
      const key = cacheKey(runNumber, table.keyOf(sign));
      signsOf(taskRow).set(key, { taskRow, runNumber, sign, isDirty: true });
    },

    removeFrom: (taskRow: number, runNumber: number): void => {
      table.removeFrom(taskRow, runNumber);
      const ofTask = signsOf(taskRow);
      for (const [key, held] of ofTask) if (held.runNumber >= runNumber) ofTask.delete(key);
    },

    flush(): void {
      for (const ofTask of signs.values()) {
        for (const held of ofTask.values()) {
          if (held.isDirty) table.put(held.taskRow, held.runNumber, held.sign);
          held.isDirty = false;
        }
      }
    },

    forget(): void {
      signs.clear();
    },
  };
}
