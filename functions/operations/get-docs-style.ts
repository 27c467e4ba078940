import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

export const getDocsStyle = (_: Call<typeof operationsContract.getDocsStyle>, { readAsset }: Tools) =>
  readAsset('swagger-ui.css');

export const handler = endpoint(operationsContract.getDocsStyle, getDocsStyle, () => ({ readAsset: assetReader() }));
