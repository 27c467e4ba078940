import { addSeconds } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { ConditionFailed, dynamoTable, type Row, type Table } from '../runtime/table.ts';
import { apiKeyIdOf } from './api-key-secret.ts';
import { StoredApiKey } from './api-key-table.ts';
import { isDigestOf } from './digest.ts';
import { StoredMember } from './member-table.ts';
import { limitsOf, type RequestLimits } from './plan-limits.ts';
import { apiKeyKey, memberKey, teamKey } from './team-rows.ts';
import { livingTeam } from './team-table.ts';

/** How old "last used" may get before it is written again. */
const lastUsedSeconds = 3600;

export type MemberAccess = RequestLimits & Pick<StoredMember, 'role'>;
export type KeyAccess = RequestLimits & Pick<StoredApiKey, 'id' | 'scopes' | 'createdBy' | 'requestsPerHour'>;

/** What the authorizer asks of a team on every call that it has no answer for: one round trip, the team's row included. */
export function teamAccess(table: Table = dynamoTable()) {
  async function readWithTeam(teamId: string, key: { pk: string; sk: string }) {
    const rows = await table.getMany([teamKey(teamId), key]);
    const rowAt = ({ sk }: { sk: string }): Row | undefined => rows.find((row) => row.sk === sk);
    const team = livingTeam(rowAt(teamKey(teamId)));
    return { limits: team && limitsOf(team), row: rowAt(key) };
  }

  /** False when the key was revoked since it was read. */
  async function keepLastUsed({ teamId, id, lastUsedAt }: StoredApiKey, at: Date): Promise<boolean> {
    if (lastUsedAt !== null && new Date(lastUsedAt) > addSeconds(at, -lastUsedSeconds)) return true;
    try {
      await table.update(apiKeyKey(teamId, id), { set: { lastUsedAt: at.toISOString() } });
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      log.warn('api_key.last_use_lost', { teamId, apiKeyId: id, error: error as Error });
    }
    return true;
  }

  return {
    async ofMember(teamId: string, userId: string): Promise<MemberAccess | undefined> {
      const { limits, row } = await readWithTeam(teamId, memberKey(teamId, userId));
      const member = StoredMember.optional().parse(row);
      return limits && member && { ...limits, role: member.role };
    },

    /** Undefined for a key that is unknown, revoked, expired, or of another team. */
    async ofKey(teamId: string, secret: string, at: Date): Promise<KeyAccess | undefined> {
      const id = apiKeyIdOf(secret);
      if (id === undefined) return undefined;
      const { limits, row } = await readWithTeam(teamId, apiKeyKey(teamId, id));
      const key = StoredApiKey.optional().parse(row);
      if (!limits || !key || !isDigestOf(key.secretDigest, secret)) return undefined;
      if (key.validUntil !== null && new Date(key.validUntil) <= at) return undefined;
      return (await keepLastUsed(key, at)) ? { ...limits, ...key } : undefined;
    },
  };
}
export type TeamAccess = ReturnType<typeof teamAccess>;
