import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Assembly, StackTemplate } from '../../../local/template/assembly.ts';
import { resolveResources } from '../../../local/template/resources.ts';
import { missingHere } from '../../../local/template/supported.ts';

type Template = StackTemplate['template'];
const urls = { awsUrl: 'http://aws', apiUrl: 'http://api' };

const stackOf = (name: string, template: Partial<Template>): StackTemplate => ({
  name,
  region: 'eu-west-1',
  account: '111122223333',
  template: { Parameters: {}, Mappings: {}, Conditions: {}, Resources: {}, Outputs: {}, ...template },
});
const resource = (Type: string, Properties: Record<string, unknown> = {}) => ({ Type, Properties });

/** `<name>` as CloudFormation writes a place for a value. */
const of = (text: string) => text.replaceAll('<', '$' + '{').replaceAll('>', '}');

/** What a template value becomes, beside a queue called `jobs`. */
function evaluated(value: unknown, template: Partial<Template> = {}): unknown {
  const Resources = {
    Jobs: resource('AWS::SQS::Queue', { QueueName: 'jobs' }),
    Probe: resource('AWS::Test::Probe', { value }),
    ...template.Resources,
  };
  const { all } = resolveResources({ stacks: [stackOf('one', { ...template, Resources })] }, urls);
  return z.object({ value: z.unknown() }).parse(all.find(({ id }) => id === 'Probe')?.properties).value;
}

describe('template values', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Jobs' }, 'http://aws/111122223333/jobs'],
    ['an attribute', { 'Fn::GetAtt': ['Jobs', 'Arn'] }, 'arn:aws:sqs:eu-west-1:111122223333:jobs'],
    ['an attribute in one text', { 'Fn::GetAtt': 'Jobs.QueueName' }, 'jobs'],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Join over references', { 'Fn::Join': ['/', ['a', { Ref: 'AWS::AccountId' }]] }, 'a/111122223333'],
    ['Sub', { 'Fn::Sub': of('<AWS::Partition>:<Jobs.QueueName>:<!kept>') }, of('aws:jobs:<kept>')],
    [
      'Sub with variables',
      { 'Fn::Sub': [of('<x>-<Jobs.QueueName>'), { x: { Ref: 'AWS::Region' } }] },
      'eu-west-1-jobs',
    ],
    ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['NoValue in a list', ['a', { Ref: 'AWS::NoValue' }], ['a']],
    ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['an ordinary object with one key', { Effect: 'Allow' }, { Effect: 'Allow' }],
  ])('%s', (_, value, expected) => {
    expect(evaluated(value)).toEqual(expected);
  });

  test('conditions choose values and leave out resources', () => {
    const template = {
      Parameters: { Stage: { Default: 'local' } },
      Conditions: {
        IsLocal: { 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] },
        IsProd: { 'Fn::Not': [{ Condition: 'IsLocal' }] },
      },
      Resources: { Gone: { ...resource('AWS::SQS::Queue'), Condition: 'IsProd' } },
    };
    expect(evaluated({ 'Fn::If': ['IsProd', 'many', 'one'] }, template)).toBe('one');
    const { all } = resolveResources({ stacks: [stackOf('one', template)] }, urls);
    expect(all).toEqual([]);
  });

  test('maps are looked up', () => {
    const Mappings = { Sizes: { 'eu-west-1': { memory: 512 } } };
    expect(evaluated({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, { Mappings })).toBe(512);
  });

  test('one stack reads what another exports', () => {
    const stores = stackOf('stores', {
      Resources: { Jobs: resource('AWS::SQS::Queue') },
      Outputs: { Out: { Value: { Ref: 'Jobs' }, Export: { Name: { 'Fn::Sub': of('<AWS::StackName>:Jobs') } } } },
    });
    const users = stackOf('users', {
      Resources: { Probe: resource('AWS::Test::Probe', { url: { 'Fn::ImportValue': 'stores:Jobs' } }) },
    });
    const { list } = resolveResources({ stacks: [users, stores] }, urls);
    const [probe] = list('AWS::Test::Probe', z.object({ url: z.string() }));
    expect(probe?.properties.url).toBe('http://aws/111122223333/stores-Jobs');
    const lost = { stacks: [users] };
    expect(() => resolveResources(lost, urls)).toThrow('no stack exports stores:Jobs');
  });

  test.each([
    [{ Ref: 'Nobody' }, 'one has no resource Nobody'],
    [{ 'Fn::GetAtt': ['Jobs', 'Colour'] }, 'Colour of one/Jobs (AWS::SQS::Queue) is not known here'],
    [{ 'Fn::Join': ['-', 'text'] }, 'a list was expected'],
    [{ 'Fn::Join': ['-', [{ a: 1 }]] }, 'a text was expected'],
  ])('%j is an error that says where', (value, message) => {
    expect(() => evaluated(value)).toThrow(message);
  });

  test('properties that do not fit name their resource', () => {
    const stacks = [stackOf('one', { Resources: { Jobs: resource('AWS::SQS::Queue', { VisibilityTimeout: [] }) } })];
    const { list } = resolveResources({ stacks }, urls);
    expect(() => list('AWS::SQS::Queue', z.object({ VisibilityTimeout: z.number() }))).toThrow(
      'AWS::SQS::Queue one/Jobs: VisibilityTimeout: ',
    );
  });
});

describe('names that AWS would make up', () => {
  const identify = (Type: string, Properties = {}) => {
    const stacks = [stackOf('one', { Resources: { Thing: resource(Type, Properties) } })];
    const [thing] = resolveResources({ stacks }, urls).all;
    return { ref: thing?.ref ?? '', attributes: thing?.attributes ?? {} };
  };

  test.each([
    ['AWS::Cognito::UserPool', /^eu-west-1_[a-z0-9]{9}$/],
    ['AWS::Cognito::UserPoolClient', /^[a-z0-9]{26}$/],
    ['AWS::KMS::Key', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/],
    ['AWS::ApiGatewayV2::Api', /^[a-z0-9]{10}$/],
    ['AWS::SecretsManager::Secret', /^arn:aws:secretsmanager:eu-west-1:111122223333:secret:one-Thing-[a-z0-9]{6}$/],
  ])('%s has the form that its SDK expects, the same after every start', (type, form) => {
    expect(identify(type).ref).toMatch(form);
    expect(identify(type)).toEqual(identify(type));
  });

  test.each([
    ['AWS::DynamoDB::Table', 'table/one-Thing'],
    ['AWS::Lambda::Function', 'function:one-Thing'],
    ['AWS::Events::EventBus', 'event-bus/one-Thing'],
    ['AWS::Events::Rule', 'rule/one-Thing'],
    ['AWS::Scheduler::Schedule', 'schedule/default/one-Thing'],
    ['AWS::Scheduler::ScheduleGroup', 'schedule-group/one-Thing'],
    ['AWS::Logs::LogGroup', 'log-group:one-Thing:*'],
    ['AWS::Unknown::Thing', 'one-Thing'],
  ])('%s has an ARN', (type, ending) => {
    expect(identify(type).attributes.Arn).toMatch(new RegExp(`:${ending.replace('*', '\\*')}$`));
  });

  test('others by their own rules', () => {
    expect(identify('AWS::IAM::ManagedPolicy').ref).toBe('arn:aws:iam::111122223333:policy/one-Thing');
    expect(identify('AWS::SNS::Topic').ref).toBe('arn:aws:sns:eu-west-1:111122223333:one-Thing');
    expect(identify('AWS::S3::Bucket').attributes.Arn).toBe('arn:aws:s3:::one-thing');
    expect(identify('AWS::KMS::Alias', { AliasName: 'alias/a' }).ref).toBe('alias/a');
    expect(identify('AWS::ApiGatewayV2::Stage', { StageName: '$default' }).ref).toBe('$default');
  });
});

describe('what does not run here', () => {
  const assembly = (Resources: Template['Resources']): Pick<Assembly, 'stacks'> => ({
    stacks: [stackOf('one', { Resources })],
  });

  test('is told, with the functions that lean on it', () => {
    const Resources = {
      Feed: resource('AWS::Kinesis::Stream'),
      Reader: resource('AWS::Lambda::Function', { Environment: { Variables: { FEED: { Ref: 'Feed' } } } }),
      Other: resource('AWS::Lambda::Function'),
    };
    expect(missingHere(assembly(Resources))).toEqual([
      'AWS::Kinesis::Stream one/Feed does not run here; these functions refer to it: Reader',
    ]);
  });

  test('monitoring and the like are no news', () => {
    expect(
      missingHere(assembly({ Alarm: resource('AWS::CloudWatch::Alarm'), Custom: resource('Custom::Anything') })),
    ).toEqual([]);
  });
});
