import * as z from 'zod';
import { idOf } from '../runtime/ids.ts';
import { ConditionFailed, dynamoTable, type Row, type Table } from '../runtime/table.ts';
import { offKey } from './lane-switch-table.ts';
import { usualLateness } from './lateness.ts';
import { type LaneRef, Lateness } from './schemas.ts';

/** A team, or one of its connections. */
export type Stopped = { teamId: string; connectionId?: string | undefined };

// Settings and crisis stop of a team   pk TEAM#<team>  sk PUBLISHING
// Crisis stop of a connection          pk TEAM#<team>  sk PAUSE#<connection>
// A connection that is switched off    lane-switch-table.ts
const settingsKey = (teamId: string) => ({ pk: `TEAM#${teamId}`, sk: 'PUBLISHING' });
const pauseKey = (teamId: string, connectionId: string) => ({ pk: `TEAM#${teamId}`, sk: `PAUSE#${connectionId}` });

const StoredPause = z.object({ pausedAt: z.iso.datetime(), pausedBy: idOf('user') });
export type StoredPause = z.infer<typeof StoredPause>;

const StoredSettings = z.object({
  lateness: Lateness.default(usualLateness),
  pause: StoredPause.optional(),
  /** Of the settings; a crisis stop is not one of them. */
  revision: z.number().int().default(0),
});
export type StoredSettings = z.infer<typeof StoredSettings>;

/** What the publisher must know before each publication. */
export type Terms = { lateness: Lateness; isPaused: boolean };

/** Whom a crisis stop holds: the whole team, and connections that were stopped by themselves. */
export type Pauses = { team: StoredPause | undefined; connections: Map<string, StoredPause> };

/** More connections than any team stops one by one. */
const pauseLimit = 1000;
/** A team and two stops each; a read takes 100 keys. */
const lanesPerRead = 33;
/** Who writes without a condition, writes again when somebody was faster. */
const writeTries = 5;

export function publishingSettingsTable(table: Table = dynamoTable()) {
  const find = async (teamId: string): Promise<StoredSettings> =>
    StoredSettings.parse((await table.get(settingsKey(teamId))) ?? {});

  return {
    find,
    /** Of the team and of one of its connections, as they are at this moment. */
    async terms({ teamId, connectionId }: { teamId: string; connectionId: string }): Promise<Terms> {
      const stops = [pauseKey(teamId, connectionId), offKey({ teamId, connectionId })];
      const rows = await table.getMany([settingsKey(teamId), ...stops]);
      const isOfTeam = (row: Row) => row.sk === settingsKey(teamId).sk;
      const { lateness, pause } = StoredSettings.parse(rows.find(isOfTeam) ?? {});
      return { lateness, isPaused: pause !== undefined || rows.some((row) => !isOfTeam(row)) };
    },
    /** Those of many connections that are neither stopped nor switched off. */
    async running<Lane extends LaneRef>(lanes: readonly Lane[]): Promise<Lane[]> {
      const running: Lane[] = [];
      for (let start = 0; start < lanes.length; start += lanesPerRead) {
        const some = lanes.slice(start, start + lanesPerRead);
        const teams = new Set(some.map(({ teamId }) => teamId));
        const pauses = some.map(({ teamId, connectionId }) => pauseKey(teamId, connectionId));
        const rows = await table.getMany([...[...teams].map(settingsKey), ...pauses, ...some.map(offKey)]);
        const held = new Set(rows.filter(isStop).map(nameOf));
        const isHeld = (lane: Lane) =>
          [settingsKey(lane.teamId), pauseKey(lane.teamId, lane.connectionId), offKey(lane)].some((key) =>
            held.has(nameOf(key)),
          );
        running.push(...some.filter((lane) => !isHeld(lane)));
      }
      return running;
    },
    async pauses(teamId: string): Promise<Pauses> {
      const [{ pause }, rows] = await Promise.all([
        find(teamId),
        table.query({ pk: settingsKey(teamId).pk, begins: 'PAUSE#', limit: pauseLimit }),
      ]);
      const connections = new Map(rows.map((row) => [String(row.sk).replace('PAUSE#', ''), StoredPause.parse(row)]));
      return { team: pause, connections };
    },
    /** Undefined when the settings are no longer those of `expectedRevision`. */
    async setLateness(
      teamId: string,
      lateness: Lateness,
      expectedRevision: number | undefined,
    ): Promise<Pick<StoredSettings, 'lateness' | 'revision'> | undefined> {
      for (let tries = writeTries; tries > 0; tries--) {
        const { revision } = await find(teamId);
        if (expectedRevision !== undefined && expectedRevision !== revision) return undefined;
        const set = { lateness, revision: revision + 1 };
        if (await change(teamId, set, { revision })) return set;
      }
      throw new Error(`${teamId}: the settings never held still`);
    },
    /** Stops a team or a connection; who stopped it first stays on record. */
    async pause({ teamId, connectionId }: Stopped, pause: StoredPause): Promise<void> {
      if (connectionId === undefined) return void (await change(teamId, { pause }, { pause: 'absent' }));
      const row = { ...pauseKey(teamId, connectionId), entity: 'publishingPause', v: 1, ...pause };
      await held(table.insert(row));
    },
    async resume({ teamId, connectionId }: Stopped): Promise<void> {
      if (connectionId !== undefined) return table.delete(pauseKey(teamId, connectionId));
      await held(table.update(settingsKey(teamId), { set: { pause: undefined } }));
    },
  };

  /** Makes the row where there is none. False when what must hold does not. */
  async function change(
    teamId: string,
    set: Partial<StoredSettings>,
    holds: { revision: number } | { pause: 'absent' },
  ): Promise<boolean> {
    const first = { ...settingsKey(teamId), entity: 'publishingSettings', v: 1, revision: 0, ...set };
    const update = () => held(table.update(settingsKey(teamId), { set }, holds));
    return (await update()) || (await held(table.insert(first))) || update();
  }
}
export type PublishingSettingsTable = ReturnType<typeof publishingSettingsTable>;

/** The rows of a connection are stops by being there; that of a team has more in it. */
const isStop = (row: Row) => row.sk !== settingsKey('').sk || row.pause !== undefined;
const nameOf = ({ pk, sk }: Row) => `${pk} ${sk}`;

async function held(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
