import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type ApiKeyTable, apiKeyTable } from './api-key-table.ts';
import { teamsContract } from './contract.ts';

type Tools = { apiKeys: Pick<ApiKeyTable, 'delete'> };

export const deleteApiKey = ({ path, caller }: Call<typeof teamsContract.deleteApiKey>, { apiKeys }: Tools) =>
  apiKeys.delete(caller.teamId, path.apiKeyId);

export const handler = endpoint(teamsContract.deleteApiKey, deleteApiKey, () => ({ apiKeys: apiKeyTable() }));
