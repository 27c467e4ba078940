import * as z from 'zod';
import { idOf } from '../runtime/ids.ts';
import { ConditionFailed, dynamoTable, type Row, type Table } from '../runtime/table.ts';
import { Lateness, usualLateness } from './lateness.ts';

type LaneRef = { teamId: string; connectionId: string };

// Settings and crisis stop of a team   pk TEAM#<team>  sk PUBLISHING
// Crisis stop of a connection          pk TEAM#<team>  sk PAUSE#<connection>
const settingsKey = (teamId: string) => ({ pk: `TEAM#${teamId}`, sk: 'PUBLISHING' });
const pauseKey = ({ teamId, connectionId }: LaneRef) => ({ pk: `TEAM#${teamId}`, sk: `PAUSE#${connectionId}` });

const Pause = z.object({ pausedAt: z.iso.datetime(), pausedBy: idOf('user') });
/** A crisis stop: since when, and who ordered it. */
export type Pause = z.infer<typeof Pause>;

/** How a team publishes, as stored. */
export const PublishingSettings = z.object({
  lateness: Lateness.default(usualLateness),
  pause: Pause.optional(),
  revision: z.number().int().default(0),
});
export type PublishingSettings = z.infer<typeof PublishingSettings>;

/** What the publisher must know before each publication. */
export type Terms = { lateness: Lateness; isPaused: boolean };

export function publishingSettingsTable(table: Table = dynamoTable()) {
  const read = async (teamId: string): Promise<PublishingSettings> =>
    PublishingSettings.parse((await table.get(settingsKey(teamId))) ?? {});

  return {
    read,
    /** Of the team and of one of its connections, as they are at this moment. */
    async terms(ref: LaneRef): Promise<Terms> {
      const rows = await table.getMany([settingsKey(ref.teamId), pauseKey(ref)]);
      const isOfTeam = (row: Row) => row.sk === settingsKey(ref.teamId).sk;
      const { lateness, pause } = PublishingSettings.parse(rows.find(isOfTeam) ?? {});
      return { lateness, isPaused: pause !== undefined || rows.some((row) => !isOfTeam(row)) };
    },
    /** Which connections of the team are stopped by themselves. */
    async pausedConnections(teamId: string): Promise<Map<string, Pause>> {
      const rows = await table.query({ pk: `TEAM#${teamId}`, begins: 'PAUSE#', limit: 1000 });
      return new Map(rows.map((row) => [String(row.sk).replace('PAUSE#', ''), Pause.parse(row)]));
    },
    /** Undefined when the settings are no longer those of `expectedRevision`. */
    async setLateness(
      teamId: string,
      lateness: Lateness,
      expectedRevision: number | undefined,
    ): Promise<PublishingSettings | undefined> {
      const before = await read(teamId);
      if (expectedRevision !== undefined && expectedRevision !== before.revision) return undefined;
      const after = { ...before, lateness, revision: before.revision + 1 };
      return (await write(teamId, before, after)) ? after : undefined;
    },
    /** Stops the team, or lets it go on; false if its settings changed at the same moment. */
    async setPause(teamId: string, pause: Pause | undefined): Promise<boolean> {
      const before = await read(teamId);
      return write(teamId, before, { ...before, pause, revision: before.revision + 1 });
    },
    async pauseConnection(ref: LaneRef, pause: Pause): Promise<void> {
      await table.put({ ...pauseKey(ref), entity: 'publishingPause', v: 1, ...pause });
    },
    async resumeConnection(ref: LaneRef): Promise<void> {
      await table.delete(pauseKey(ref));
    },
  };

  async function write(teamId: string, before: PublishingSettings, after: PublishingSettings): Promise<boolean> {
    const row = { ...settingsKey(teamId), entity: 'publishingSettings', v: 1, ...after };
    try {
      if (before.revision === 0) await table.insert(row);
      else await table.put(row, { revision: before.revision });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}
export type PublishingSettingsTable = ReturnType<typeof publishingSettingsTable>;
