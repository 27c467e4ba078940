import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { WatchedAlarm } from './constructs/impact-alarm.ts';
import { ownMetric } from './own-metrics.ts';
import type { VersionedApi } from './platform-apis.ts';

/** Enough to read what changes, to try the next version and to roll it out. */
const noticeDays = 60;
const period = Duration.hours(1);

/**
 * Goes off before the first version of a platform's API retires. CloudWatch counts the days itself, from the times of a
 * metric that is always there, so that no function has to.
 */
export function retirementAlarm(apis: Readonly<Record<string, VersionedApi>>): Record<string, WatchedAlarm> {
  const ends = Object.entries(apis)
    .flatMap(([platform, { version, retiresOn }]) => (retiresOn === null ? [] : [{ platform, version, retiresOn }]))
    .toSorted((one, other) => one.retiresOn.localeCompare(other.retiresOn));
  const [first] = ends;
  if (!first) return {};
  const said = ends.map(({ platform, version, retiresOn }) => `${platform} ${version} on ${retiresOn}`);
  return {
    PlatformVersionRetires: {
      name: 'platform-version-retires',
      metric: new MathExpression({
        label: 'days since the first version retired',
        expression: `(EPOCH(runs) - ${Date.parse(first.retiresOn) / 1000}) / 86400`,
        usingMetrics: { runs: ownMetric('refreshDueTokens', 'runs', { period }) },
        period,
      }),
      impact: `Posts will not go out on a platform that stops to serve the version we call: ${said.join(', ')}.`,
      threshold: -noticeDays,
    },
  };
}
