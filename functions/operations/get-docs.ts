import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

export const getDocs = (_: Call<typeof operationsContract.getDocs>, { readAsset }: Tools) => readAsset('page.html');

export const handler = plainEndpoint(operationsContract.getDocs, getDocs, () => ({ readAsset: assetReader() }));
