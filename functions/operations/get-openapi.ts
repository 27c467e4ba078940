import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

export const getOpenapi = (_: Call<typeof operationsContract.getOpenapi>, { readAsset }: Tools) =>
  readAsset('openapi.json');

export const handler = plainEndpoint(operationsContract.getOpenapi, getOpenapi, () => ({ readAsset: assetReader() }));
