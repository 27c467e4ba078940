import type { Write } from '../runtime/table.ts';

// One team             pk TEAM#<team>  sk TEAM            also counts owners, API keys and connections
// One member           pk TEAM#<team>  sk MEMBER#<user>   read by the authorizer, with the team
// Members of a team    pk TEAM#<team>  sk begins MEMBER#
// Teams of a user      pk USER#<user>  sk begins TEAM#    the same membership, from the user's side
// Open invitations     pk TEAM#<team>  sk begins INVITE#  ids are time-ordered, so newest first is a reverse read
// API keys             pk TEAM#<team>  sk begins KEY#     the same; one is read by the authorizer, with the team

export const teamKey = (id: string) => ({ pk: `TEAM#${id}`, sk: 'TEAM' });
export const memberKey = (teamId: string, userId: string) => ({ pk: `TEAM#${teamId}`, sk: `MEMBER#${userId}` });
export const membershipKey = (teamId: string, userId: string) => ({ pk: `USER#${userId}`, sk: `TEAM#${teamId}` });
export const invitationKey = (teamId: string, id: string) => ({ pk: `TEAM#${teamId}`, sk: `INVITE#${id}` });
export const apiKeyKey = (teamId: string, id: string) => ({ pk: `TEAM#${teamId}`, sk: `KEY#${id}` });

/** Of a team that is there and not deleted. */
export const alive = { pk: 'present', deletedAt: 'absent' } as const;

/** Lets the other writes of a transaction into a team only while it is not deleted. */
export const notDeleted = (teamId: string): Write => ({ check: teamKey(teamId), if: { deletedAt: 'absent' } });

/** Of every list: how many, and the id that the page before ended with. */
export type Page = { limit: number; after?: string | undefined };
