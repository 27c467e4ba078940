import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

/** The style of Swagger UI, and of our own bar above it. */
export async function getDocsStyle(_: Call<typeof operationsContract.getDocsStyle>, { readAsset }: Tools) {
  const [swaggerUi, page] = await Promise.all([readAsset('swagger-ui.css'), readAsset('page.css')]);
  return `${swaggerUi}\n${page}`;
}

export const handler = plainEndpoint(operationsContract.getDocsStyle, getDocsStyle, () => ({
  readAsset: assetReader(),
}));
