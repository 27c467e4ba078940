import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** Structured log lines. Facts by stable name (`post.published`), never prose, never bodies or tokens. */
export const log = new Logger({ serviceName: 'clientnest' });

/** Metrics of one invocation, written to the log in CloudWatch's embedded format. */
export const metrics = () => new Metrics({ namespace: 'ClientNest', serviceName: 'clientnest' });
