import * as z from 'zod';
import { matches } from '../engines/event-pattern.ts';
import { decide, type Statement } from '../front-door/statements.ts';
import { flag } from '../template/flag.ts';
import type { Resources } from '../template/resources.ts';

const Mapping = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: z.coerce.number().optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number() }).optional(),
  StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP']).default('LATEST'),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

/** An event source mapping: what reads a queue or a stream and invokes a function with what it finds. */
export type Mapping = {
  id: string;
  sourceArn: string;
  functionArn: string;
  batchSize: number;
  concurrency: number;
  reportsItems: boolean;
  startsAt: 'LATEST' | 'TRIM_HORIZON';
  bisects: boolean;
  /** Below zero: for ever. */
  retries: number;
  failureArn: string | undefined;
  accepts: (record: unknown) => boolean;
};

/** Lambda's own limit on a queue is higher; here one thread takes them all. */
const defaultConcurrency = 5;
const maxConcurrency = 100;

export function readMappings(resources: Resources, functionArn: (name: string) => string): Mapping[] {
  return resources
    .list('AWS::Lambda::EventSourceMapping', Mapping)
    .filter(({ properties }) => properties.Enabled)
    .map(({ stack, id, properties }) => ({
      id: `${stack}/${id}`,
      sourceArn: properties.EventSourceArn,
      functionArn: functionArn(properties.FunctionName),
      batchSize: properties.BatchSize ?? (properties.EventSourceArn.includes(':sqs:') ? 10 : 100),
      concurrency: Math.min(properties.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency, maxConcurrency),
      reportsItems: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      startsAt: properties.StartingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
      bisects: properties.BisectBatchOnFunctionError,
      retries: properties.MaximumRetryAttempts,
      failureArn: properties.DestinationConfig?.OnFailure?.Destination,
      accepts: filterOf(properties.FilterCriteria?.Filters ?? []),
    }));
}

function filterOf(filters: readonly { Pattern: string }[]) {
  const patterns = filters.map(({ Pattern }): unknown => JSON.parse(Pattern));
  return (record: unknown) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, record));
}

/** What the function's role must allow before Lambda takes a mapping. */
export function lackingForMapping({ sourceArn }: Mapping, statements: readonly Statement[]): string[] {
  const actions = sourceArn.includes(':sqs:')
    ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
    : ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'];
  return actions.filter((action) => decide(statements, { action, resource: sourceArn }) !== 'allowed');
}

const BatchResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) });

/** The ids that a function reported as failed: none, some, or `all` when its answer cannot be read so. */
export function failedItems(result: string, ids: readonly string[]): readonly string[] | 'all' {
  const parsed = BatchResponse.nullable().safeParse(JSON.parse(result));
  if (!parsed.success) return 'all';
  const failed = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => ids.includes(id)) ? failed : 'all';
}
