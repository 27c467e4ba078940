import { Duration } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { kebab, type Subscriber } from '../../functions/runtime/contract.ts';
import type { Foundations } from '../foundations.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ServiceFunction } from './service-function.ts';

export type EventSubscriberProps = Foundations & { entry: Subscriber; eventBus: IEventBus };

/** An event that nobody could take for this long is a dead letter. */
const keptFor = Duration.hours(6);

/** A function that runs on one type of domain event. What it fails at ends in its dead-letter queue, either way. */
export class EventSubscriber extends Construct {
  constructor(scope: Construct, id: string, { entry, eventBus, ...foundations }: EventSubscriberProps) {
    super(scope, id);
    const { fn } = new ServiceFunction(this, 'Service', { ...foundations, entry, defaultTimeoutSeconds: 60 });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      ...foundations,
      of: kebab(entry.name),
      impact: `Did not happen for some: ${entry.summary}.`,
    }).queue;
    // The rule hands over and is done; Lambda itself runs, and retries, asynchronously.
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: keptFor, onFailure: new SqsDestination(deadLetters) });
    new Rule(this, 'Rule', {
      description: entry.summary,
      eventBus,
      eventPattern: { detailType: [entry.on.type] },
      targets: [new LambdaTarget(fn, { deadLetterQueue: deadLetters, retryAttempts: 10, maxEventAge: keptFor })],
    });
  }
}
