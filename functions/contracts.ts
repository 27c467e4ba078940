import { analyticsContract, analyticsSubscribers, analyticsTimers } from './analytics/contract.ts';
import { auditContract, auditStreamReaders } from './audit/contract.ts';
import { connectionFaults, connectionsContract } from './connections/contract.ts';
import { identityAuthorizers, identityContract, identityFaults } from './identity/contract.ts';
import { operationsContract, operationsFaults, operationsStreamReaders } from './operations/contract.ts';
import { platformsContract } from './platforms/contract.ts';
import { postFaults, postsContract } from './posts/contract.ts';
import { publishingEvents, publishingTimers, publishingWorkers } from './publishing/contract.ts';
import type { Domain } from './runtime/contract.ts';

/** The whole backend. Stacks, local run, OpenAPI, tests and documents are derived from this list. */
export const domains: readonly Domain[] = [
  { name: 'identity', endpoints: identityContract, authorizers: identityAuthorizers, faults: identityFaults },
  { name: 'platforms', endpoints: platformsContract },
  { name: 'connections', endpoints: connectionsContract, faults: connectionFaults },
  { name: 'posts', endpoints: postsContract, faults: postFaults },
  { name: 'publishing', workers: publishingWorkers, timers: publishingTimers, events: publishingEvents },
  {
    name: 'analytics',
    endpoints: analyticsContract,
    subscribers: analyticsSubscribers,
    timers: analyticsTimers,
  },
  { name: 'audit', endpoints: auditContract, streamReaders: auditStreamReaders },
  {
    name: 'operations',
    endpoints: operationsContract,
    streamReaders: operationsStreamReaders,
    faults: operationsFaults,
  },
];
