import { Duration } from 'aws-cdk-lib';
import type { WatchedAlarm } from './constructs/impact-alarm.ts';
import { ownMetric } from './own-metrics.ts';

/** Of posts on their way: measured by the timer each minute, and by the publisher with each post. */
export const publishingMetrics = {
  oldestDue: ownMetric('hintDueLanes', 'oldestDue', { statistic: 'Maximum' }),
  inFlightTooLong: ownMetric('hintDueLanes', 'inFlightTooLong'),
  heldByPlatform: ownMetric('hintDueLanes', 'heldByPlatform', { statistic: 'Maximum' }),
  lateness: (statistic: string) => ownMetric('publishLane', 'lateness', { statistic }),
  ended: (state: 'published' | 'failed' | 'unconfirmed' | 'missed', period = Duration.minutes(1)) =>
    ownMetric('publishLane', state, { period }),
};

const { oldestDue, inFlightTooLong, lateness, ended } = publishingMetrics;
/** Single ones are the business of their users, who are told. */
const several = { threshold: 5 };
const quarterHour = Duration.minutes(15);

export const publishingAlarms: Record<string, WatchedAlarm> = {
  OccurrencesMissed: {
    name: 'occurrences-missed',
    metric: ownMetric('makeOccurrences', 'missed'),
    impact: 'Recurring posts were not made before their time, and do not go out.',
  },
  PublishingLate: {
    name: 'publishing-late',
    metric: oldestDue,
    impact: 'Posts go out minutes after the time that users chose.',
    threshold: Duration.minutes(5).toMilliseconds(),
    periods: 3,
  },
  PublishingSlow: {
    name: 'publishing-slow',
    metric: lateness('p99'),
    impact: 'One post in a hundred goes out half a minute late or more.',
    threshold: Duration.seconds(30).toMilliseconds(),
    periods: 5,
    atLeast: 3,
  },
  // A lease is longer than a minute: what a publisher dies over again and again is seen every other time.
  PublishingInFlight: {
    name: 'publishing-in-flight-too-long',
    metric: inFlightTooLong,
    impact: 'Publishers die over some posts: users see "publishing" for minutes and do not know whether they are out.',
    periods: 10,
    atLeast: 3,
  },
  PublishingUnconfirmed: {
    name: 'publishing-unconfirmed',
    metric: ended('unconfirmed', quarterHour),
    impact: 'Users must look at their accounts themselves: for some posts nobody can tell whether they are out.',
    ...several,
  },
  PublishingMissed: {
    name: 'publishing-missed',
    metric: ended('missed', quarterHour),
    impact: "Posts did not go out at all: they were too late by their teams' own rules.",
    ...several,
  },
};
