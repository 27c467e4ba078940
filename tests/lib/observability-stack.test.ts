import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publishingTimers } from '../../functions/publishing/contract.ts';
import { settings } from '../../lib/settings.ts';
import { sampleDomain } from '../support/sample-domain.ts';
import { ofType, resourcesOf, sampleApp, templatesOf } from '../support/stacks.ts';

const resources = resourcesOf(templatesOf(sampleApp({ domains: [sampleDomain] })), 'clientnest-dev-observability');
const alarm = (name: string) =>
  ofType(resources, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => Properties.AlarmName === `clientnest-dev-${name}`,
  )?.Properties;

describe('observability', () => {
  test.each([
    ['api-failing', 'Users see'],
    ['api-slow', 'takes users more than three seconds'],
    ['publishing-late', 'Posts go out minutes after'],
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

  test('watches the lateness that the publishing timer measures', () => {
    expect(alarm('publishing-late')).toMatchObject({
      Namespace: 'ClientNest',
      MetricName: 'oldestDue',
      Dimensions: [
        { Name: 'operation', Value: publishingTimers.hintDueLanes.name },
        { Name: 'service', Value: 'clientnest' },
      ],
    });
    const { name, file } = publishingTimers.hintDueLanes;
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`measure\\('${name}', \\{.*oldestDue`));
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
      resourcesOf(templatesOf(sampleApp({ settings: stage, domains: [sampleDomain] })), 'clientnest-dev-messaging');
    expect(ofType(messaging(named), 'AWS::SNS::Subscription')[0]?.Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    expect(ofType(messaging({ ...named, alarmEmail: '' }), 'AWS::SNS::Subscription')).toEqual([]);
  });
});
