import { Duration } from 'aws-cdk-lib';
import type { WatchedAlarm } from './constructs/impact-alarm.ts';
import { ownMetric } from './own-metrics.ts';

/** Of the access to accounts: measured by the timer that keeps it alive. */
export const connectionAlarms: Record<string, WatchedAlarm> = {
  TokensRefused: {
    name: 'tokens-refused',
    metric: ownMetric('refreshDueTokens', 'lost', { period: Duration.minutes(15) }),
    impact:
      'Many accounts lose their access at once: nothing goes out on them until it is back, or their users connect them again.',
    threshold: 10,
  },
  TokensLate: {
    name: 'tokens-late',
    metric: ownMetric('refreshDueTokens', 'oldestDue', { statistic: 'Maximum' }),
    impact: 'Accounts are about to lose their access: it is not renewed as fast as it comes due.',
    threshold: Duration.minutes(10).toMilliseconds(),
    periods: 5,
    atLeast: 3,
  },
};
