import { describe, expect, test } from 'vitest';
import { type Stage, settings } from '../../lib/settings.ts';
import { sampleDomain } from '../support/sample-domain.ts';
import { ofType, type Resource, resourcesOf, sampleTemplates } from '../support/stacks.ts';

const templates = (stage: Stage) => sampleTemplates({ settings: settings[stage], domains: [sampleDomain] });
const ids = (template: unknown, types: string[]) => {
  const { Resources } = template as { Resources: Record<string, Resource> };
  return Object.keys(Resources).filter((id) => types.includes(Resources[id]?.Type ?? ''));
};

describe('stores', () => {
  test('keep their logical ids: another one would be another, empty store', () => {
    const prod = templates('prod');
    expect(ids(prod.get('clientnest-prod-data'), ['AWS::DynamoDB::Table', 'AWS::KMS::Key'])).toEqual([
      'TableCD117FA1',
      'SecretsKey317DCF94',
    ]);
    const pool = ['AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient'];
    expect(ids(prod.get('clientnest-prod-identity'), pool)).toEqual(['UserPool6BA7E5F2', 'UserPoolApi28702B7A']);
    expect(ids(prod.get('clientnest-prod-messaging'), ['AWS::Events::EventBus'])).toEqual(['EventBus7B8748AA']);
  });

  test.each([
    ['prod', 'Retain', true],
    ['staging', 'Retain', true],
    ['dev', 'Delete', false],
    ['local', 'Delete', false],
  ] as const)('of %s are kept as its settings say: %s', (stage, deletionPolicy, isProtected) => {
    const resources = resourcesOf(templates(stage));
    const [table] = ofType(resources, 'AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      DeletionPolicy: deletionPolicy,
      Properties: { DeletionProtectionEnabled: isProtected },
    });
    const [pool] = ofType(resources, 'AWS::Cognito::UserPool');
    expect(pool).toMatchObject({
      DeletionPolicy: deletionPolicy,
      Properties: { DeletionProtection: isProtected ? 'ACTIVE' : 'INACTIVE' },
    });
    expect(ofType(resources, 'AWS::KMS::Key')[0]).toMatchObject({ DeletionPolicy: deletionPolicy });
  });

  test('the table can be wound back, forgets by itself and tells of changes', () => {
    const [table] = ofType(resourcesOf(templates('prod')), 'AWS::DynamoDB::Table');
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      GlobalSecondaryIndexes: [
        { IndexName: 'gsi1', Projection: { ProjectionType: 'KEYS_ONLY' } },
        { IndexName: 'gsi2', Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'gsi3', Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    });
  });

  test('the user pool signs in by e-mail, and tells nobody who has an account', () => {
    const resources = resourcesOf(templates('prod'), 'clientnest-prod-identity');
    expect(ofType(resources, 'AWS::Cognito::UserPool')[0]?.Properties).toMatchObject({
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: { PasswordPolicy: { MinimumLength: 8, RequireSymbols: false } },
    });
    expect(ofType(resources, 'AWS::Cognito::UserPoolClient')[0]?.Properties).toMatchObject({
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });
});
