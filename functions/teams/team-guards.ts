import type { Role } from '../runtime/contract.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import type { Row } from '../runtime/table.ts';
import { teamFaults } from './contract.ts';
import type { GuardedWrite } from './guarded-writes.ts';
import { alive, memberKey, teamKey } from './team-rows.ts';

export const maxApiKeys = 50;

type Counts = { owners?: number; apiKeys?: number };

/**
 * Counts owners and API keys of a team up or down, within their bounds. In the transaction that changes them, it makes
 * changes that would together break a bound come one after the other, and lets nothing into a team that is deleted.
 */
export function countWrite(teamId: string, { owners = 0, apiKeys = 0 }: Counts): GuardedWrite {
  const bounds = {
    ...(owners < 0 && { owners: { atLeast: 1 - owners } }),
    ...(apiKeys > 0 && { apiKeys: { atMost: maxApiKeys - apiKeys } }),
  };
  return {
    write: { update: teamKey(teamId), change: { add: { owners, apiKeys } }, if: { ...alive, ...bounds } },
    refusal: (team) => brokenBound(team, owners),
  };
}

function brokenBound(team: Row | undefined, owners: number): Fault {
  if (!team || team.deletedAt !== undefined) return new Fault(commonFaults['auth.not_a_member']);
  return new Fault(teamFaults[owners < 0 ? 'member.last_owner' : 'api_key.too_many']);
}

/**
 * Holds while the caller has one of these roles in truth. What the authorizer said may be a minute old, and somebody
 * whose role was taken must not use that minute to give it back to themselves, or to somebody else.
 */
export const standing = (teamId: string, userId: string, allowed: readonly Role[]): GuardedWrite => ({
  write: { check: memberKey(teamId, userId), if: { role: { in: allowed } } },
  refusal: notStanding,
});

export const notStanding = (member: Row | undefined) =>
  new Fault(commonFaults[member ? 'auth.role_too_low' : 'auth.not_a_member']);
