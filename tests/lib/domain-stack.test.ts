import { describe, expect, test } from 'vitest';
import { settings as stages } from '../../lib/settings.ts';
import { sampleDomain } from '../support/sample-domain.ts';
import { ofType, resourcesOf, sampleTemplates } from '../support/stacks.ts';

const templates = sampleTemplates({ domains: [sampleDomain] });
const resources = resourcesOf(templates, 'clientnest-dev-notes-functions');
const only = (type: string) => {
  const [first, ...others] = ofType(resources, type);
  expect(others).toEqual([]);
  return first?.Properties;
};

describe('the stack of a domain', () => {
  test('is what its contract says', () => {
    expect(templates.get('clientnest-dev-notes-functions')).toMatchSnapshot();
  });

  test('leads a route to its function, behind the authorizer of its kind of caller', () => {
    expect(only('AWS::ApiGatewayV2::Route')).toMatchObject({
      RouteKey: 'GET /v1/notes/{noteId}',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { 'Fn::ImportValue': expect.stringContaining('teamAuthorizer') },
    });
    expect(only('AWS::ApiGatewayV2::Integration')).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 5_000,
    });
    const permissions = ofType(resources, 'AWS::Lambda::Permission').map(({ Properties }) =>
      JSON.stringify(Properties),
    );
    expect(permissions.filter((text) => text.includes('/*/GET/v1/notes/*'))).toHaveLength(1);
  });

  test('takes time and memory of a function from its entry', () => {
    const functions = ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) => Properties);
    const described = (Description: string) => functions.find((properties) => properties.Description === Description);
    expect(described('One note')).toMatchObject({ Timeout: 5, MemorySize: 256 });
    expect(described('Prints a note')).toMatchObject({ Timeout: 60, MemorySize: 512 });
  });

  test('feeds a worker from its queue and takes back only what failed', () => {
    const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    expect(mappings).toContainEqual(
      expect.objectContaining({
        EventSourceArn: { 'Fn::ImportValue': expect.stringContaining('publishQueue') },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
      }),
    );
  });

  test('keeps pollers ready for a queue where the stage asks for them', () => {
    const settings = { ...stages.prod, workerPollers: { minimum: 20, maximum: 200 } };
    const prod = resourcesOf(sampleTemplates({ settings, domains: [sampleDomain] }));
    const mappings = ofType(prod, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    const polled = mappings.find(({ ProvisionedPollerConfig }) => ProvisionedPollerConfig);
    expect(polled?.ProvisionedPollerConfig).toEqual({ MinimumPollers: 20, MaximumPollers: 200 });
    expect(polled).not.toHaveProperty('ScalingConfig');
  });

  test('shows a stream reader only the rows that it waits for', () => {
    const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    expect(mappings).toContainEqual(
      expect.objectContaining({
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
        FilterCriteria: {
          Filters: [
            {
              Pattern: JSON.stringify({
                eventName: ['INSERT'],
                dynamodb: { NewImage: { entity: { S: ['note'] } } },
              }),
            },
            {
              Pattern: JSON.stringify({
                eventName: ['MODIFY'],
                dynamodb: { NewImage: { entity: { S: ['letter'] }, state: { S: ['sent', 'lost'] } } },
              }),
            },
          ],
        },
      }),
    );
  });

  test('runs a timer by the clock and not a second time', () => {
    expect(only('AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Target: {
        DeadLetterConfig: { Arn: expect.anything() },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      },
    });
  });

  test('subscribes to one type of event, and loses none that fails', () => {
    expect(only('AWS::Events::Rule')).toMatchObject({
      EventPattern: { 'detail-type': ['note.written'] },
      Targets: [{ DeadLetterConfig: { Arn: expect.anything() } }],
    });
    const invocations = ofType(resources, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties);
    expect(invocations).toContainEqual(
      expect.objectContaining({
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
      }),
    );
  });

  test('names each function in the alarm of what it leaves undone', () => {
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms).toContainEqual(
      expect.objectContaining({
        AlarmName: 'clientnest-dev-drop-old-notes-failing',
        AlarmDescription: expect.stringMatching(
          /^Does not happen while this is on: Drops old notes\. What to do: docs\/runbook\.md#drop/,
        ),
      }),
    );
  });
});
