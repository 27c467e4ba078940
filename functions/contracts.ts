import { analyticsContract, analyticsSubscribers, analyticsTimers } from './analytics/contract.ts';
import { auditContract, auditStreamReaders } from './audit/contract.ts';
import {
  connectionFaults,
  connectionsContract,
  connectionsEvents,
  connectionsSubscribers,
  connectionsTimers,
} from './connections/contract.ts';
import { identityAuthorizers, identityContract, identityFaults } from './identity/contract.ts';
import { operationsContract, operationsFaults, operationsStreamReaders } from './operations/contract.ts';
import { platformFaults, platformsContract } from './platforms/contract.ts';
import { postFaults, postsContract, postsEvents, postsTimers } from './posts/contract.ts';
import {
  publicationFaults,
  publishingContract,
  publishingEvents,
  publishingSubscribers,
  publishingTimers,
  publishingWorkers,
} from './publishing/contract.ts';
import type { Domain } from './runtime/contract.ts';
import { recurrenceFaults, schedulingContract, schedulingTimers } from './scheduling/contract.ts';
import { teamFaults, teamsContract, teamsEvents, teamsSubscribers } from './teams/contract.ts';

/** The whole backend. Stacks, local run, OpenAPI, tests and documents are derived from this list. */
export const domains: readonly Domain[] = [
  {
    name: 'identity',
    description: 'Accounts and sign-in: registration, sessions, and who I am.',
    endpoints: identityContract,
    authorizers: identityAuthorizers,
    faults: identityFaults,
  },
  {
    name: 'platforms',
    description: 'The social platforms with their limits and what they can do.',
    endpoints: platformsContract,
    faults: platformFaults,
  },
  {
    name: 'teams',
    description: 'Teams with their members, invitations and API keys.',
    endpoints: teamsContract,
    subscribers: teamsSubscribers,
    events: teamsEvents,
    faults: teamFaults,
  },
  {
    name: 'connections',
    description: 'The accounts of a team on social platforms.',
    endpoints: connectionsContract,
    subscribers: connectionsSubscribers,
    timers: connectionsTimers,
    events: connectionsEvents,
    faults: connectionFaults,
  },
  {
    name: 'posts',
    description: 'Posts from draft to published, on several platforms at once.',
    endpoints: postsContract,
    timers: postsTimers,
    events: postsEvents,
    faults: postFaults,
  },
  {
    name: 'publishing',
    description: 'What becomes of each post on each platform, and how a team publishes: the crisis stop, late posts.',
    endpoints: publishingContract,
    workers: publishingWorkers,
    timers: publishingTimers,
    subscribers: publishingSubscribers,
    events: publishingEvents,
    faults: publicationFaults,
  },
  {
    name: 'scheduling',
    description: 'When posts go out: the weekly slots of connections, and posts that recur.',
    endpoints: schedulingContract,
    timers: schedulingTimers,
    faults: recurrenceFaults,
  },
  {
    name: 'analytics',
    description: 'What published posts have earned.',
    endpoints: analyticsContract,
    subscribers: analyticsSubscribers,
    timers: analyticsTimers,
  },
  {
    name: 'audit',
    description: 'Who did what in a team, in a log that shows when it was tampered with.',
    endpoints: auditContract,
    streamReaders: auditStreamReaders,
  },
  {
    name: 'operations',
    description: 'Health, and this documentation.',
    endpoints: operationsContract,
    streamReaders: operationsStreamReaders,
    faults: operationsFaults,
  },
];
