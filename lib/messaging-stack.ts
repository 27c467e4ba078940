import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type Domain, type QueueName, queues } from '../functions/runtime/contract.ts';
import { defaultWorkerTimeoutSeconds } from './constructs/queue-worker.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import { stageName } from './foundations.ts';
import type { Settings } from './settings.ts';

export type MessagingStackProps = StackProps & { settings: Settings; domains: readonly Domain[] };

/** How one part tells another, and how the whole tells people: work queues, the event bus, the topic of alarms. */
export class MessagingStack extends Stack {
  readonly queues: Readonly<Record<QueueName, WorkQueue>>;
  readonly eventBus: EventBus;
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, { settings, domains, ...props }: MessagingStackProps) {
    super(scope, id, props);
    this.alarms = this.alarmTopic(settings);
    this.eventBus = new EventBus(this, 'EventBus', { eventBusName: stageName(settings) });
    const workQueue = (name: QueueName) =>
      new WorkQueue(this, `${name}Queue`, {
        name,
        impact: queues[name],
        workerTimeoutSeconds: slowestWorker(domains, name),
        settings,
        alarms: this.alarms,
      });
    this.queues = { publish: workQueue('publish') };
  }

  private alarmTopic({ alarmEmail }: Settings): Topic {
    const topic = new Topic(this, 'Alarms', { displayName: 'ClientNest alarms', enforceSSL: true });
    // A topic with a policy of its own has lost the default one, by which CloudWatch could publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    if (alarmEmail) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }
}

function slowestWorker(domains: readonly Domain[], queue: QueueName): number {
  const workers = domains.flatMap((domain) => Object.values(domain.workers ?? {})).filter((w) => w.queue === queue);
  return Math.max(...workers.map(({ timeoutSeconds }) => timeoutSeconds ?? defaultWorkerTimeoutSeconds), 1);
}
