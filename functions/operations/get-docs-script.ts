import { type AssetReader, assetReader } from '../runtime/assets.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { operationsContract } from './contract.ts';

type Tools = { readAsset: AssetReader };

const start = `
window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#docs',
    deepLinking: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
`;

export async function getDocsScript(_: Call<typeof operationsContract.getDocsScript>, { readAsset }: Tools) {
  return `${await readAsset('swagger-ui-bundle.js')}\n${start}`;
}

export const handler = endpoint(operationsContract.getDocsScript, getDocsScript, () => ({ readAsset: assetReader() }));
