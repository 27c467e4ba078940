import { join, resolve } from 'node:path';
import type {
  Authorizer,
  Domain,
  Endpoint,
  StreamReader,
  Subscriber,
  Timer,
  Worker,
} from '../functions/runtime/contract.ts';

/** A contract entry that becomes a Lambda function. */
export type DeployedFunction = Endpoint | Worker | Timer | Subscriber | StreamReader | Authorizer;

/** Every function of the given domains, in the order of their contracts. */
export const deployedFunctions = (domains: readonly Domain[]): DeployedFunction[] =>
  domains.flatMap(({ authorizers, endpoints, workers, timers, subscribers, streamReaders }) =>
    [authorizers, endpoints, workers, timers, subscribers, streamReaders].flatMap((entries) =>
      Object.values<DeployedFunction>(entries ?? {}),
    ),
  );

/** Where the bundles lie from which the stacks take their code. */
export const bundlesDirectory = resolve(import.meta.dirname, '../.build/functions');

export const bundleDirectory = ({ domain, name }: DeployedFunction, bundles = bundlesDirectory) =>
  join(bundles, domain, name);
