import { type Border, deployedBorder } from './border.ts';
import type { Call, Endpoint, Reply } from './contract.ts';
import { httpEndpoint } from './http-endpoint.ts';

/**
 * The way to make an HTTP `handler`: everything that `httpEndpoint` does, with the limits, keys and audit log that are
 * deployed. Tools are made on the first request.
 */
export const endpoint = <E extends Endpoint, Tools>(
  entry: E,
  run: (call: Call<E>, tools: Tools) => Promise<Reply<E>> | Reply<E>,
  makeTools: () => Tools,
  border: () => Border = deployedBorder,
) => httpEndpoint(entry, run, { makeTools, border });
