import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { kebab, type StreamReader } from '../../functions/runtime/contract.ts';
import type { Foundations } from '../foundations.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ImpactAlarm } from './impact-alarm.ts';
import { ServiceFunction } from './service-function.ts';

export type TableStreamReaderProps = Foundations & { entry: StreamReader; table: ITable };

/** A function that runs on rows as they are written, in order within a partition. */
export class TableStreamReader extends Construct {
  constructor(scope: Construct, id: string, { entry, table, ...foundations }: TableStreamReaderProps) {
    super(scope, id);
    const streamArn = table.tableStreamArn;
    if (streamArn === undefined) throw new Error(`${entry.name} reads a stream, but the table has none`);
    const { fn } = new ServiceFunction(this, 'Service', { ...foundations, entry, defaultTimeoutSeconds: 60 });
    const impact = `Did not happen for some: ${entry.summary}.`;
    const name = kebab(entry.name);
    const section = `${name}-behind-and-${name}-dead-letters`;
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { ...foundations, of: name, impact, section }).queue;
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((verb) => `dynamodb:${verb}`),
        resources: [streamArn],
      }),
    );
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: fn,
      eventSourceArn: streamArn,
      // From the oldest row there is: an event written before the first deployment of a reader is not lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      retryAttempts: 10,
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(deadLetters),
      filters: filtersOf(entry),
    });
    mapping.node.addDependency(fn.role ?? fn); // Lambda tries the stream when the mapping is made
    new ImpactAlarm(this, 'AgeAlarm', {
      ...foundations,
      name: `${name}-behind`,
      metric: fn.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      impact: `Happens late: ${entry.summary}.`,
      section,
      threshold: Duration.minutes(1).toMilliseconds(),
      periods: 3,
    });
  }
}

/** Rows that nobody waits for do not wake the function. Whether a state is new, only the function itself can tell. */
const filtersOf = ({ entity, moves = [] }: StreamReader) => [
  FilterCriteria.filter({
    eventName: FilterRule.isEqual('INSERT'),
    dynamodb: { NewImage: { entity: { S: FilterRule.isEqual(entity) } } },
  }),
  ...moves.map(({ entity: moved, into }) =>
    FilterCriteria.filter({
      eventName: FilterRule.isEqual('MODIFY'),
      dynamodb: { NewImage: { entity: { S: FilterRule.isEqual(moved) }, state: { S: FilterRule.or(...into) } } },
    }),
  ),
];
