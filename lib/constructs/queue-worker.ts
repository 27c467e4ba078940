import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Worker } from '../../functions/runtime/contract.ts';
import type { Foundations } from '../foundations.ts';
import type { Settings } from '../settings.ts';
import { ServiceFunction } from './service-function.ts';

export type QueueWorkerProps = Foundations & { entry: Worker; queue: IQueue };

export const defaultWorkerTimeoutSeconds = 60;

/** A function that works off a queue and gives back only the messages that failed. */
export class QueueWorker extends Construct {
  constructor(scope: Construct, id: string, { entry, queue, ...foundations }: QueueWorkerProps) {
    super(scope, id);
    const { fn } = new ServiceFunction(this, 'Service', {
      ...foundations,
      entry,
      defaultTimeoutSeconds: defaultWorkerTimeoutSeconds,
    });
    fn.addEventSource(
      new SqsEventSource(queue, {
        batchSize: entry.batchSize ?? 10,
        ...pace(entry, foundations.settings),
        reportBatchItemFailures: true,
      }),
    );
  }
}

/** Lambda takes one or the other. */
const pace = ({ concurrency = 50 }: Worker, { workerConcurrency, workerPollers }: Settings) =>
  workerPollers
    ? {
        provisionedPollerConfig: {
          minimumPollers: workerPollers.minimum,
          maximumPollers: workerPollers.maximum,
        },
      }
    : { maxConcurrency: Math.min(concurrency, workerConcurrency) };
