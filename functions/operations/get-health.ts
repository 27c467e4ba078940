import { endpoint } from '../runtime/endpoint.ts';
import { operationsContract } from './contract.ts';

export const getHealth = () => ({ status: 'ok' }) as const;

export const handler = endpoint(operationsContract.getHealth, getHealth, () => undefined);
