import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

export const getDocs = (_: Call<typeof operationsContract.getDocs>, { readAsset }: Tools) => readAsset('page.html');

export const handler = endpoint(operationsContract.getDocs, getDocs, () => ({ readAsset: assetReader() }));
