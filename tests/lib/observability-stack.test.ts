import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectionsTimers } from '../../functions/connections/contract.ts';
import { publishingTimers, publishingWorkers } from '../../functions/publishing/contract.ts';
import { schedulingTimers } from '../../functions/scheduling/contract.ts';
import { settings } from '../../lib/settings.ts';
import { sampleDomain } from '../support/sample-domain.ts';
import { ofType, resourcesOf, sampleTemplates } from '../support/stacks.ts';

const resources = resourcesOf(sampleTemplates({ domains: [sampleDomain] }), 'clientnest-dev-observability');
const alarm = (name: string) =>
  ofType(resources, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => Properties.AlarmName === `clientnest-dev-${name}`,
  )?.Properties;

describe('observability', () => {
  test.each([
    ['api-failing', 'Users see'],
    ['api-slow', 'takes users more than three seconds'],
    ['publishing-late', 'Posts go out minutes after'],
    ['publishing-slow', 'half a minute late'],
    ['publishing-in-flight-too-long', 'do not know whether they are out'],
    ['publishing-unconfirmed', 'look at their accounts themselves'],
    ['publishing-missed', 'did not go out at all'],
    ['tokens-late', 'about to lose their access'],
    ['tokens-refused', 'lose their access at once'],
    ['occurrences-missed', 'were not made before their time'],
    ['reply-lost', 'told for a day that it still runs'],
    ['platform-version-retires', 'linkedin 202609 on 2027-09-15'],
    ['functions-throttled', 'Requests are turned away'],
    ['table-throttled', 'pages fail to load'],
  ])('%s says what users lose, and tells when it is over', (name, words) => {
    expect(alarm(name)).toMatchObject({
      AlarmDescription: expect.stringContaining(words),
      AlarmActions: [expect.anything()],
      OKActions: [expect.anything()],
      TreatMissingData: 'notBreaching',
    });
  });

  test.each([
    ['publishing-late', 'oldestDue', publishingTimers.hintDueLanes, 'functions/publishing/hint-due-lanes.ts'],
    [
      'publishing-in-flight-too-long',
      'inFlightTooLong',
      publishingTimers.hintDueLanes,
      'functions/publishing/hint-due-lanes.ts',
    ],
    ['occurrences-missed', 'missed', schedulingTimers.makeOccurrences, 'functions/scheduling/advance.ts'],
    ['reply-lost', 'lost', { name: 'idempotency' }, 'functions/runtime/http-endpoint.ts'],
    ['tokens-refused', 'lost', connectionsTimers.refreshDueTokens, 'functions/connections/refresh-due-tokens.ts'],
    ['tokens-late', 'oldestDue', connectionsTimers.refreshDueTokens, 'functions/connections/refresh-due-tokens.ts'],
    ['publishing-slow', 'lateness', publishingWorkers.publishLane, 'functions/publishing/conclude.ts'],
    ['publishing-unconfirmed', 'unconfirmed', publishingWorkers.publishLane, 'functions/publishing/conclude.ts'],
    ['publishing-missed', 'missed', publishingWorkers.publishLane, 'functions/publishing/conclude.ts'],
  ])('%s watches a figure that is measured', (alarmName, metric, entry, file) => {
    expect(alarm(alarmName)).toMatchObject({
      Namespace: 'ClientNest',
      MetricName: metric,
      Dimensions: [
        { Name: 'operation', Value: entry.name },
        { Name: 'service', Value: 'clientnest' },
      ],
    });
    const source = readFileSync(file, 'utf8');
    expect(source).toContain(`measure('${entry.name}', {`);
    expect(source).toMatch(new RegExp(`\\b${metric}\\b`));
  });

  test('the hundredth part of posts is watched, not their mean', () => {
    expect(alarm('publishing-slow')).toMatchObject({ ExtendedStatistic: 'p99', Threshold: 30_000 });
  });

  test('shows no function by reference: one that goes away must not wait for this stack', () => {
    expect(JSON.stringify(resources)).not.toContain('-functions:');
    expect(ofType(resources, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });
});

describe('the topic of alarms', () => {
  test('mails who is named in the settings', () => {
    const named = { ...settings.dev, alarmEmail: 'ops@example.com' };
    const messaging = (stage: typeof named) =>
      resourcesOf(sampleTemplates({ settings: stage, domains: [sampleDomain] }), 'clientnest-dev-messaging');
    expect(ofType(messaging(named), 'AWS::SNS::Subscription')[0]?.Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    expect(ofType(messaging({ ...named, alarmEmail: '' }), 'AWS::SNS::Subscription')).toEqual([]);
  });
});
