import { endpoint } from '../runtime/endpoint.ts';
import { catalogue } from './catalogue.ts';
import { platformsContract } from './contract.ts';

export const listPlatforms = () => ({ items: Object.values(catalogue) });

export const handler = endpoint(platformsContract.listPlatforms, listPlatforms, () => undefined);
