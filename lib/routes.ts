import type { Endpoint } from '../functions/runtime/contract.ts';

/** In front of every path of the API; a breaking change would open the next one beside it. */
export const pathPrefix = '/v1';

/** Method and path of an endpoint, the path without the prefix. */
export function routeOf({ route }: Pick<Endpoint, 'route'>) {
  const [method = '', path = ''] = route.split(' ');
  return { method, path };
}
