import { App, Lazy, Tags } from 'aws-cdk-lib';
import { domains as allDomains } from '../functions/contracts.ts';
import type { Domain } from '../functions/runtime/contract.ts';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import { bundlesDirectory } from './deployed-functions.ts';
import { DomainStack } from './domain-stack.ts';
import { type Foundations, stageName } from './foundations.ts';
import { grantsOver } from './grants.ts';
import { IdentityStack } from './identity-stack.ts';
import { MessagingStack } from './messaging-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import type { Settings } from './settings.ts';

/**
 * Choices of the CDK itself. They are made here and not in cdk.json, so that whoever synthesizes gets the same
 * templates: the command line, the local run, the tests.
 */
const context = {
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
  '@aws-cdk/aws-events:requireEventBusPolicySid': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:aspectPrioritiesMutating': true,
  '@aws-cdk/core:checkSecretUsage': true,
  // What others stand on (table, queues, API) can't be taken away under them; single functions are never referred to.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:explicitStackTags': true,
  '@aws-cdk/core:target-partitions': ['aws'],
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': true,
};

type Options = {
  outdir?: string;
  domains?: readonly Domain[];
  /** Directory of the built functions. */
  bundles?: string;
};

/** The whole backend of one stage. Needs the built functions, no credentials, and looks nothing up. */
export function clientNest(
  settings: Settings,
  { outdir, domains = allDomains, bundles = bundlesDirectory }: Options = {},
): App {
  const app = new App({ outdir, context, analyticsReporting: false });
  Tags.of(app).add('app', 'clientnest');
  Tags.of(app).add('stage', settings.stage);
  const named = (name: string) => stageName(settings, name);
  const env = { region: settings.region };

  const { table, secretsKey, cursorKey } = new DataStack(app, named('data'), { env, settings });
  const { userPool, userPoolClient } = new IdentityStack(app, named('identity'), { env, settings });
  const messaging = new MessagingStack(app, named('messaging'), { env, settings, domains });
  const { eventBus, alarms } = messaging;
  const queues = { publish: messaging.queues.publish.queue };
  // The API's own authorizer has grants, too, so its address is asked for when all is made.
  const apiUrl = Lazy.string({ produce: () => api.url });
  const users = { userPool, userPoolClient };
  const grants = grantsOver({ table, secretsKey, cursorKey, ...users, queues, eventBus, apiUrl, settings });
  const foundations: Foundations = { settings, alarms, grants, bundles };
  const api = new ApiStack(app, named('api'), { env, foundations, authorizer: onlyAuthorizer(domains) });
  for (const domain of domains)
    new DomainStack(app, named(`${domain.name}-functions`), { env, domain, foundations, api, queues, eventBus, table });
  new ObservabilityStack(app, named('observability'), {
    env,
    alarmSetup: { settings, alarms },
    api: api.api,
    table,
    queues: messaging.queues,
  });
  return app;
}

function onlyAuthorizer(domains: readonly Domain[]) {
  const [authorizer, ...others] = domains.flatMap((domain) => Object.values(domain.authorizers ?? {}));
  if (!authorizer || others.length > 0) throw new Error('the contracts must have exactly one authorizer');
  return authorizer;
}
