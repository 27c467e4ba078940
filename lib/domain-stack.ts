import { Stack, type StackProps } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Domain, QueueName } from '../functions/runtime/contract.ts';
import { type ApiRef, EndpointRoute } from './constructs/endpoint-route.ts';
import { EventSubscriber } from './constructs/event-subscriber.ts';
import { QueueWorker } from './constructs/queue-worker.ts';
import { ScheduledFunction } from './constructs/scheduled-function.ts';
import { TableStreamReader } from './constructs/table-stream-reader.ts';
import type { Foundations } from './foundations.ts';

export type DomainStackProps = StackProps & {
  domain: Domain;
  foundations: Foundations;
  api: ApiRef;
  /** Where workers, subscribers and stream readers are fed from. */
  queues: Readonly<Record<QueueName, IQueue>>;
  eventBus: IEventBus;
  table: ITable;
};

/** The functions of one domain with their routes, triggers and grants, all read from its contract. */
export class DomainStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { domain, foundations, api, queues, eventBus, table, ...props }: DomainStackProps,
  ) {
    super(scope, id, props);
    const { endpoints = {}, workers = {}, timers = {}, subscribers = {}, streamReaders = {} } = domain;
    for (const entry of Object.values(endpoints)) new EndpointRoute(this, entry.name, { ...foundations, entry, api });
    for (const entry of Object.values(workers))
      new QueueWorker(this, entry.name, { ...foundations, entry, queue: queues[entry.queue] });
    for (const entry of Object.values(timers)) new ScheduledFunction(this, entry.name, { ...foundations, entry });
    for (const entry of Object.values(subscribers))
      new EventSubscriber(this, entry.name, { ...foundations, entry, eventBus });
    for (const entry of Object.values(streamReaders))
      new TableStreamReader(this, entry.name, { ...foundations, entry, table });
  }
}
