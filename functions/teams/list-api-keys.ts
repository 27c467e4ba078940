import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type ApiKeyTable, apiKeyOf, apiKeyTable } from './api-key-table.ts';
import { teamsContract } from './contract.ts';

type Tools = { apiKeys: Pick<ApiKeyTable, 'list'>; cursors: Cursors };

export async function listApiKeys({ query, caller }: Call<typeof teamsContract.listApiKeys>, tools: Tools) {
  const { limit, cursor } = query;
  const scope = `${caller.teamId} listApiKeys`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const { apiKeys, next } = await tools.apiKeys.list(caller.teamId, { limit, after });
  return { items: apiKeys.map(apiKeyOf), next: next === undefined ? null : tools.cursors.write(scope, next) };
}

export const handler = endpoint(teamsContract.listApiKeys, listApiKeys, () => ({
  apiKeys: apiKeyTable(),
  cursors: cursors(),
}));
