import type { Call, Endpoint, Reply } from './contract.ts';
import { httpEndpoint } from './http-endpoint.ts';

/** Reads that are neither counted nor audited and take no `Idempotency-Key`. */
type PlainEndpoint = Endpoint & {
  route: `GET /${string}`;
  auth: 'none' | 'user';
  throttle?: undefined;
  audit?: undefined;
};

/** `endpoint()` for operations that keep nothing at the border: their bundles come without the table. */
export const plainEndpoint = <E extends PlainEndpoint, Tools>(
  entry: E,
  run: (call: Call<E>, tools: Tools) => Promise<Reply<E>> | Reply<E>,
  makeTools: () => Tools,
) => httpEndpoint(entry, run, { makeTools, border: noBorder });

function noBorder(): never {
  throw new Error('a plain endpoint has no border');
}
