import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, test } from 'vitest';
import { WorkQueue } from '../../lib/constructs/work-queue.ts';
import { settings } from '../../lib/settings.ts';

function template() {
  const stack = new Stack(new App(), 'Test');
  new WorkQueue(stack, 'Letters', {
    name: 'letters',
    impact: 'Letters do not arrive.',
    workerTimeoutSeconds: 30,
    settings: settings.prod,
    alarms: new Topic(stack, 'Alarms'),
  });
  return Template.fromStack(stack);
}

describe('WorkQueue', () => {
  test('gives a message six timeouts, and moves it aside after five deliveries', () => {
    template().hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  test('says what users lose at the first dead letter', () => {
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'clientnest-prod-letters-dead-letters',
      AlarmDescription: 'Letters do not arrive. What to do: docs/runbook.md#letters-dead-letters',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmActions: [Match.anyValue()],
      OKActions: [Match.anyValue()],
    });
  });

  test('says so too when messages wait', () => {
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'clientnest-prod-letters-waiting',
      AlarmDescription: Match.stringLikeRegexp('^Letters do not arrive'),
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 300,
    });
  });

  test('keeps dead letters two weeks and refuses calls without TLS', () => {
    template().hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
    template().allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      }),
    });
  });
});
