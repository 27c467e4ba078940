import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import type { VersionedApi } from '../../lib/platform-apis.ts';
import { retirementAlarm } from '../../lib/retirement-alarm.ts';

const api = (version: string, retiresOn: string | null): VersionedApi => ({
  web: 'https://social.example',
  api: 'https://api.social.example',
  version,
  retiresOn,
});

const alarm = retirementAlarm({
  lasting: api('v1', null),
  later: api('v26', '2028-07-29'),
  first: api('202609', '2027-09-15'),
}).PlatformVersionRetires;

/** What CloudWatch makes of the expression at a moment: `EPOCH` is the time of the value in seconds. */
function valueAt(moment: string): number {
  const { expression = '' } = alarm?.metric instanceof MathExpression ? alarm.metric : {};
  const [, ends, day] = /^\(EPOCH\(runs\) - (\d+)\) \/ (\d+)$/.exec(expression) ?? [];
  return (Date.parse(moment) / 1000 - Number(ends)) / Number(day);
}

describe('the alarm before a version retires', () => {
  test.each([
    ['61 days before', '2027-07-16T00:00:00Z', false],
    ['60 days before', '2027-07-17T00:00:00Z', true],
    ['on the day', '2027-09-15T00:00:00Z', true],
    ['ever after', '2028-01-01T00:00:00Z', true],
  ])('%s the first one: %s', (_, moment, isOn) => {
    expect(valueAt(moment) >= (alarm?.threshold ?? 0)).toBe(isOn);
  });

  test('names all that retire, the first one first', () => {
    expect(alarm?.impact).toContain('first 202609 on 2027-09-15, later v26 on 2028-07-29');
  });

  test('is not there where nothing retires', () => {
    expect(retirementAlarm({ lasting: api('v1', null) })).toEqual({});
  });
});
