import type { EventReader } from '../../event-store/event-store.ts';
import type { Logger } from '../../kernel/logger.ts';
import { assertSameLog } from '../../projections/projector.ts';
import { ReadModelDamaged } from '../../read-models/read-model-writer.ts';
import {
  readableVersionLeast,
  readModelVersion,
  removeReadModel,
} from '../../read-models/sqlite/file/read-model-file.ts';
import {
  inspectReadModel,
  readModelsIn,
  type InspectedReadModel,
  type ReadModelOnDisk,
} from '../../read-models/sqlite/file/read-models-on-disk.ts';

/** A file that can be used, and how far it is. */
export interface FoundReadModel extends ReadModelOnDisk {
  readonly checkpoint: bigint | null;
}

/** What a node does with the read models that it finds at its start. */
export interface ReadModelChoice {
  /** It answers from now on. Null: there is none. */
  readonly serve: FoundReadModel | null;
  /** One that an earlier process began to build. */
  readonly begun: FoundReadModel | null;
  /** Why one is to be built, in words for the operator; null: none is. */
  readonly buildBecause: string | null;
  /** Of this version; 0 where there was none. The next one has another name than any that may still be open. */
  readonly lastBuild: number;
}

type Log = Pick<EventReader, 'logId' | 'endPosition'>;

/**
 * The newest complete file of this version answers, else the newest of an older version that can still be read. Files of this
 * version that are of no use are removed.
 * @throws ReadModelUnusable - the file that would answer was built from another log, or from more of it than there is
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

/** The newest file of an older version that answers rightly until one of this version is built. */
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
