import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './foundations.ts';
import type { Settings } from './settings.ts';

export type DataStackProps = StackProps & { settings: Settings };

/** What must never be lost. Construct ids here do not change: another id is another, empty store. */
export class DataStack extends Stack {
  readonly table: Table;
  readonly secretsKey: Key;
  readonly cursorKey: Secret;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: settings.keepsData });
    const removalPolicy = removalPolicyOf(settings);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      // Old images too: who reacts to a change of state needs both, and another view type is another stream.
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.keepsData,
      removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({ ...indexKeys('gsi1'), projectionType: ProjectionType.KEYS_ONLY });
    this.table.addGlobalSecondaryIndex({ ...indexKeys('gsi2'), projectionType: ProjectionType.ALL });
    this.table.addGlobalSecondaryIndex({ ...indexKeys('gsi3'), projectionType: ProjectionType.KEYS_ONLY });

    this.secretsKey = new Key(this, 'SecretsKey', {
      description: 'Seals the tokens of connected accounts',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.cursorKey = new Secret(this, 'CursorKey', {
      description: 'Signs the cursors of lists',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(this.cursorKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new key ends every list being paged through; a leaked one opens nothing, so it changes by hand only.',
    });
  }
}

const indexKeys = (indexName: string) => ({
  indexName,
  partitionKey: { name: `${indexName}pk`, type: AttributeType.STRING },
  sortKey: { name: `${indexName}sk`, type: AttributeType.STRING },
});
