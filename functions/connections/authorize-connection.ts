import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { beginConsent, type ConsentTools, consentTools } from './begin-consent.ts';
import { connectionsContract } from './contract.ts';

export const authorizeConnection = (
  { body, caller }: Call<typeof connectionsContract.authorizeConnection>,
  tools: ConsentTools,
) => beginConsent({ request: body, caller }, tools);

export const handler = endpoint(connectionsContract.authorizeConnection, authorizeConnection, consentTools);
