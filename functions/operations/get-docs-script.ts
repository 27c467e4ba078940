import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

/** Swagger UI and what starts it, as one file. */
export async function getDocsScript(_: Call<typeof operationsContract.getDocsScript>, { readAsset }: Tools) {
  const [swaggerUi, page] = await Promise.all([readAsset('swagger-ui-bundle.js'), readAsset('page.js')]);
  return `${swaggerUi}\n${page}`;
}

export const handler = plainEndpoint(operationsContract.getDocsScript, getDocsScript, () => ({
  readAsset: assetReader(),
}));
