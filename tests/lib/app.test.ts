import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import { deployedFunctions } from '../../lib/deployed-functions.ts';
import { type Stage, settings } from '../../lib/settings.ts';
import { ofType, resourcesOf, sampleApp, sampleTemplates, templatesOf } from '../support/stacks.ts';

const all = <Entry>(entries: (domain: (typeof domains)[number]) => Readonly<Record<string, Entry>> | undefined) =>
  domains.flatMap((domain) => Object.values(entries(domain) ?? {}));

describe('the app', () => {
  let templates: ReadonlyMap<string, unknown>;
  beforeAll(() => {
    templates = sampleTemplates();
  });

  test('has a stack for each kind of store, one for each domain, and the api', () => {
    const ofDomains = domains.map(({ name }) => `clientnest-dev-${name}-functions`);
    const others = ['data', 'identity', 'messaging', 'api', 'observability'].map((name) => `clientnest-dev-${name}`);
    expect([...templates.keys()].sort()).toEqual([...ofDomains, ...others].sort());
  });

  test('makes of the contracts what they say, once', () => {
    const count = (type: string) => ofType(resourcesOf(templates), type).length;
    expect(count('AWS::Lambda::Function')).toBe(deployedFunctions(domains).length);
    expect(count('AWS::ApiGatewayV2::Route')).toBe(all(({ endpoints }) => endpoints).length);
    expect(count('AWS::ApiGatewayV2::Integration')).toBe(all(({ endpoints }) => endpoints).length);
    expect(count('AWS::Scheduler::Schedule')).toBe(all(({ timers }) => timers).length);
    expect(count('AWS::Events::Rule')).toBe(all(({ subscribers }) => subscribers).length);
    expect(count('AWS::Lambda::EventSourceMapping')).toBe(
      all(({ workers }) => workers).length + all(({ streamReaders }) => streamReaders).length,
    );
  });

  test('stays far from the 500 resources that a stack may have', () => {
    for (const name of templates.keys()) expect(resourcesOf(templates, name).length, name).toBeLessThan(350);
  });

  test('gives every function its own log group with an end, the same runtime and tracing', () => {
    const functions = ofType(resourcesOf(templates), 'AWS::Lambda::Function');
    for (const { Properties } of functions)
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
        TracingConfig: { Mode: 'Active' },
      });
    const logGroups = ofType(resourcesOf(templates), 'AWS::Logs::LogGroup');
    expect(logGroups.length).toBe(functions.length + 1);
    for (const { Properties } of logGroups) expect(Properties).toMatchObject({ RetentionInDays: 14 });
  });

  test('comes out the same whenever and wherever it is synthesized', () => {
    expect(Object.fromEntries(templatesOf(sampleApp()))).toEqual(Object.fromEntries(templates));
    const text = JSON.stringify([...templates]);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/\/tmp\/|\/home\/|\/Users\//);
  });

  test('tells by each alarm what users lose', () => {
    const alarms = ofType(resourcesOf(templates), 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      z.object({ AlarmName: z.string(), AlarmDescription: z.string().min(20) }).parse(Properties),
    );
    const names = alarms.map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('clientnest-dev-publishing-late');
  });
});

const deployed = (Object.keys(settings) as Stage[]).filter((stage) => stage !== 'local');

describe.each(deployed)('stage %s', (stage) => {
  test('passes the AwsSolutions rules', () => {
    const app = sampleApp({ settings: settings[stage] });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(violationsIn(app.outdir, () => app.synth())).toEqual([]);
  }, 60_000);
});

const Report = z.object({
  pluginReports: z.array(
    z.object({
      violations: z.array(
        z.object({
          ruleName: z.string(),
          severity: z.string(),
          violatingConstructs: z.array(z.object({ constructPath: z.string() })),
        }),
      ),
    }),
  ),
});

function violationsIn(outdir: string, synthesize: () => void): string[] {
  try {
    synthesize();
  } catch {
    // synthesis throws on a violation; the report says which
  }
  const report = Report.parse(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')));
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    ),
  );
}
