import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { operationsContract } from './contract.ts';

export const getHealth = () => ({ status: 'ok' }) as const;

export const handler = plainEndpoint(operationsContract.getHealth, getHealth, () => undefined);
