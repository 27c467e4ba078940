import { describe, expect, test } from 'vitest';
import { readRoles } from '../../../local/front-door/roles.ts';
import { type Demand, decide, readStatements } from '../../../local/front-door/statements.ts';
import { resourcesOf } from '../resources-of.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/t';
const read: Demand = { action: 'dynamodb:GetItem', resource: table };

const decided = (statements: object | object[], demand = read) =>
  decide(readStatements({ Statement: statements }), demand);
const allow = (more: object) => ({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table, ...more });

describe('policies', () => {
  test.each<[string, object, string]>([
    ['the action on the resource', allow({}), 'allowed'],
    [
      'a list of either',
      allow({ Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: ['x', table] }),
      'allowed',
    ],
    ['an action in other case', allow({ Action: 'DynamoDB:getitem' }), 'allowed'],
    ['a wildcard in the action', allow({ Action: 'dynamodb:Get*' }), 'allowed'],
    ['a wildcard for one letter', allow({ Action: 'dynamodb:GetIte?' }), 'allowed'],
    ['a wildcard in the resource', allow({ Resource: '*:table/*' }), 'allowed'],
    ['another action', allow({ Action: 'dynamodb:PutItem' }), 'not allowed'],
    ['another resource', allow({ Resource: `${table}2` }), 'not allowed'],
    ['an index instead of the table', allow({ Resource: `${table}/index/*` }), 'not allowed'],
    ['a resource in other case', allow({ Resource: table.toUpperCase() }), 'not allowed'],
    ['everything but another action', allow({ Action: undefined, NotAction: 'dynamodb:PutItem' }), 'allowed'],
    ['everything but this action', allow({ Action: undefined, NotAction: 'dynamodb:GetItem' }), 'not allowed'],
    ['everywhere but here', allow({ Resource: undefined, NotResource: table }), 'not allowed'],
  ])('Allow of %s', (_, statement, expected) => {
    expect(decided(JSON.parse(JSON.stringify(statement)))).toBe(expected);
  });

  test('a Deny that fits ends it', () => {
    expect(decided([allow({}), { ...allow({}), Effect: 'Deny' }])).toBe('denied');
    expect(decided([allow({}), { ...allow({ Resource: 'elsewhere' }), Effect: 'Deny' }])).toBe('allowed');
  });

  const key = 'kms:EncryptionContext:owner';
  const withOwner = (owner: string): Demand => ({ ...read, context: { [key]: [owner] } });

  test.each<[string, object, string, string]>([
    ['StringEquals', { StringEquals: { [key]: ['ada', 'bob'] } }, 'ada', 'allowed'],
    ['StringEquals of another', { StringEquals: { [key]: 'ada' } }, 'eve', 'not allowed'],
    ['StringNotEquals', { StringNotEquals: { [key]: 'ada' } }, 'eve', 'allowed'],
    ['StringLike', { StringLike: { [key]: 'a*' } }, 'ada', 'allowed'],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { [key]: 'ADA' } }, 'ada', 'allowed'],
    ['ArnLike', { ArnLike: { [key]: 'a?a' } }, 'ada', 'allowed'],
    ['a key that the call does not have', { StringEquals: { 'aws:SourceVpc': 'x' } }, 'ada', 'not allowed'],
    ['the same, if it exists', { StringEqualsIfExists: { 'aws:SourceVpc': 'x' } }, 'ada', 'allowed'],
    ['Null', { Null: { 'aws:SourceVpc': 'true' } }, 'ada', 'allowed'],
    ['an operator unknown here', { NumericNotEquals: { [key]: '1' } }, 'ada', 'not allowed'],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { [key]: 'ada' } }, 'ada', 'allowed'],
    ['ForAllValues without the key', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'x' } }, 'ada', 'allowed'],
  ])('condition %s', (_, Condition, owner, expected) => {
    expect(decided(allow({ Condition }), withOwner(owner))).toBe(expected);
  });
});

describe('roles', () => {
  test('may do what inline, attached and managed policies of the template allow', () => {
    const policyFor = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    const resources = resourcesOf({
      Role: {
        type: 'AWS::IAM::Role',
        properties: { Policies: [{ PolicyDocument: policyFor('a:Inline') }], ManagedPolicyArns: [{ Ref: 'Managed' }] },
      },
      Attached: {
        type: 'AWS::IAM::Policy',
        properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: policyFor('a:Attached') },
      },
      Managed: { type: 'AWS::IAM::ManagedPolicy', properties: { PolicyDocument: policyFor('a:Managed') } },
      Stranger: { type: 'AWS::IAM::Policy', properties: { Roles: ['other'], PolicyDocument: policyFor('a:Stranger') } },
    });
    const [statements = []] = readRoles(resources).values();
    const decisions = ['Inline', 'Attached', 'Managed', 'Stranger'].map((name) =>
      decide(statements, { action: `a:${name}`, resource: 'x' }),
    );
    expect(decisions).toEqual(['allowed', 'allowed', 'allowed', 'not allowed']);
  });
});
