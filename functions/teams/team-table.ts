import * as z from 'zod';
import { eventWrite } from '../runtime/events.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { dynamoTable, type Row, type Table, type Write } from '../runtime/table.ts';
import { Plan, teamFaults, teamsEvents } from './contract.ts';
import { guarded, transactGuarded } from './guarded-writes.ts';
import { memberWrites } from './member-table.ts';
import { planOfNewTeams } from './plans.ts';
import { standing } from './team-guards.ts';
import { alive, teamKey } from './team-rows.ts';

export const StoredTeam = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  plan: Plan,
  /** Of a team that has numbers of its own. */
  hourLimit: z.number().optional(),
  dayLimit: z.number().optional(),
  connectionLimit: z.number().optional(),
  /** How many it has; absent where they were not counted yet. */
  connections: z.number().optional(),
  revision: z.number(),
  deletedAt: z.string().optional(),
});
export type StoredTeam = z.infer<typeof StoredTeam>;

type NewTeam = Pick<StoredTeam, 'id' | 'name' | 'createdAt'>;
type Deletion = { teamId: string; name: string; userId: string; at: Date };

/** The writes that make a team with its owner; they belong into one transaction. */
export function newTeamWrites({ id, name, createdAt }: NewTeam, ownerId: string, plan = planOfNewTeams()): Write[] {
  const team: StoredTeam = { id, name, createdAt, plan, revision: 1 };
  return [
    { insert: { ...teamKey(id), entity: 'team', v: 1, ...team, owners: 1, apiKeys: 0, connections: 0 } },
    ...memberWrites({ teamId: id, userId: ownerId, role: 'owner', createdAt, revision: 1 }),
  ];
}

/** The team of a row, unless it is deleted. */
export function livingTeam(row: Row | undefined): StoredTeam | undefined {
  const team = StoredTeam.optional().parse(row);
  return team?.deletedAt === undefined ? team : undefined;
}

export function teamTable(table: Table = dynamoTable()) {
  return {
    async find(id: string): Promise<StoredTeam | undefined> {
      return livingTeam(await table.get(teamKey(id)));
    },

    /** Those that exist among at most 100 ids, in no order. */
    async findMany(ids: readonly string[]): Promise<StoredTeam[]> {
      return (await table.getMany(ids.map(teamKey))).flatMap((row) => livingTeam(row) ?? []);
    },

    insert: (team: NewTeam & { plan: Plan }, ownerId: string): Promise<void> =>
      table.transact(newTeamWrites(team, ownerId, team.plan)),

    async rename(id: string, name: string, expectedRevision?: number): Promise<StoredTeam> {
      const unchanged = expectedRevision !== undefined && { revision: expectedRevision };
      const change = { set: { name }, add: { revision: 1 } };
      const renaming = table.update(teamKey(id), change, { ...alive, ...unchanged });
      return StoredTeam.parse(await guarded(renaming, (row) => notRenamed(livingTeam(row))));
    },

    /** From here on the authorizer lets nobody into the team; what is in it goes by the event. */
    markDeleted: ({ teamId, name, userId, at }: Deletion): Promise<void> =>
      transactGuarded(table, [
        standing(teamId, userId, ['owner']),
        {
          write: {
            update: teamKey(teamId),
            change: { set: { deletedAt: at.toISOString() }, add: { revision: 1 } },
            if: { ...alive, name: { in: [name] } },
          },
          refusal: (row) => new Fault(teamFaults[livingTeam(row) ? 'team.deletion_unconfirmed' : 'team.not_found']),
        },
        { write: eventWrite(teamsEvents['team.deleted'], { teamId, at, data: { deletedBy: userId } }) },
      ]),
  };
}
export type TeamTable = ReturnType<typeof teamTable>;

const notRenamed = (team: StoredTeam | undefined) =>
  new Fault(team ? commonFaults['version.changed'] : teamFaults['team.not_found']);
