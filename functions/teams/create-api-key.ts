import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { newId } from '../runtime/ids.ts';
import { newApiKeySecret } from './api-key-secret.ts';
import { type ApiKeyTable, apiKeyOf, apiKeyTable, type StoredApiKey } from './api-key-table.ts';
import { teamFaults, teamsContract } from './contract.ts';
import { digestOf } from './digest.ts';

type Tools = { apiKeys: Pick<ApiKeyTable, 'insert'>; now: Now; newId: () => string };

export async function createApiKey(
  { body, caller }: Call<typeof teamsContract.createApiKey>,
  { apiKeys, now, newId }: Tools,
) {
  const { name, scopes, requestsPerHour = null, expiresAt: validUntil = null } = body;
  const at = now();
  if (validUntil !== null && new Date(validUntil) <= at) throw new Fault(teamFaults['api_key.expiry_in_past']);
  const id = newId();
  const secret = newApiKeySecret(id);
  const apiKey: StoredApiKey = {
    id,
    teamId: caller.teamId,
    name,
    scopes,
    requestsPerHour,
    validUntil,
    secretDigest: digestOf(secret),
    createdBy: caller.userId,
    createdAt: at.toISOString(),
    lastUsedAt: null,
  };
  await apiKeys.insert(apiKey);
  return { ...apiKeyOf(apiKey), secret };
}

export const handler = endpoint(teamsContract.createApiKey, createApiKey, () => ({
  apiKeys: apiKeyTable(),
  now,
  newId: () => newId('key'),
}));
