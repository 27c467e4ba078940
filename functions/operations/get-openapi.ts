import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

export const getOpenapi = (_: Call<typeof operationsContract.getOpenapi>, { readAsset }: Tools) =>
  readAsset('openapi.json');

export const handler = endpoint(operationsContract.getOpenapi, getOpenapi, () => ({ readAsset: assetReader() }));
