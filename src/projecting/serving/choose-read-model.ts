import type { EventReader } from '../../log/event-store.ts';
import type { Logger } from '../../kernel/logger.ts';
import { assertSameLog } from '../projector.ts';
import { readableVersionLeast, readModelVersion, removeReadModel, ReadModelDamaged } from '../file/read-model-file.ts';
import {
  inspectReadModel,
  readModelsIn,
  type InspectedReadModel,
  type ReadModelOnDisk,
} from '../file/read-models-on-disk.ts';

/** A file that can be used, and the position up to which it is projected. */
export interface FoundReadModel extends ReadModelOnDisk {
  readonly checkpoint: bigint | null;
}

/** What a node does with the read models that it finds when it starts. */
export interface ReadModelChoice {
  /** The file that answers from now on; null if there is none. */
  readonly serve: FoundReadModel | null;
  /** A file that an earlier process began to build. */
  readonly begun: FoundReadModel | null;
  /** Why a file must be built, in words for the operator; null if none must. */
  readonly buildBecause: string | null;
  /** The newest build of this version; 0 if there was none. The next one gets a name that no open file can have. */
  readonly lastBuild: number;
}

type Log = Pick<EventReader, 'logId' | 'endPosition'>;

/**
 * Chooses the newest complete file of this version, else the newest of an older version that can still be read. Removes files of
 * this version that cannot be used.
 * @throws ReadModelUnusable - the file that would answer was built from another log, or from more events than the log has
 */
export async function chooseReadModel(folder: string, log: Log, logger: Logger): Promise<ReadModelChoice> {
  let begun: FoundReadModel | null = null;
  let buildBecause = 'there is none of this version';
  const ofThisVersion = readModelsIn(folder).filter(({ version }) => version === readModelVersion);
  const lastBuild = ofThisVersion[0]?.build ?? 0;
  for (const found of ofThisVersion) {
    const inspected = inspectOrNull(found, (damage) => {
      logger.error(
        { file: found.file, reason: damage.message },
        'a read model is damaged: it is removed, and built again',
      );
      buildBecause = `its file was damaged: ${damage.message}`;
    });
    if (inspected?.isComplete === true) {
      await assertSameLog(log, rowsOf(inspected));
      return {
        serve: { ...found, ...inspected },
        begun,
        buildBecause: begun && 'an earlier process began to',
        lastBuild,
      };
    }
    if (inspected !== null && begun === null && (await isOfLog(log, inspected))) begun = { ...found, ...inspected };
    else removeReadModel(found.file);
  }
  return { serve: await olderVersion(folder, log), begun, buildBecause, lastBuild };
}

/** The newest file of an older version that can answer correctly until one of this version is built. */
async function olderVersion(folder: string, log: Log): Promise<FoundReadModel | null> {
  for (const found of readModelsIn(folder)) {
    if (found.version >= readModelVersion || found.version < readableVersionLeast) continue;
    const inspected = inspectOrNull(found, () => undefined);
    if (inspected?.isComplete !== true || !inspected.hasPresentTables) continue;
    await assertSameLog(log, rowsOf(inspected));
    return { ...found, ...inspected };
  }
  return null;
}

function inspectOrNull(
  found: ReadModelOnDisk,
  onDamaged: (damage: ReadModelDamaged) => void,
): InspectedReadModel | null {
  try {
    return inspectReadModel(found);
  } catch (error) {
    if (!(error instanceof ReadModelDamaged)) throw error;
    onDamaged(error);
    return null;
  }
}

async function isOfLog(log: Log, inspected: InspectedReadModel): Promise<boolean> {
  return assertSameLog(log, rowsOf(inspected)).then(
    () => true,
    () => false,
  );
}

function rowsOf({ logId, checkpoint }: InspectedReadModel) {
  return { logId, checkpoint: () => checkpoint };
}
