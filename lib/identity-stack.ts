import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccountRecovery, Mfa, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { removalPolicyOf, stageName } from './foundations.ts';
import type { Settings } from './settings.ts';

export type IdentityStackProps = StackProps & { settings: Settings };

/** Who signs in. Construct ids here do not change: another id is another, empty user pool. */
export class IdentityStack extends Stack {
  readonly userPool: UserPool;
  readonly userPoolClient: UserPoolClient;

  constructor(scope: Construct, id: string, { settings, ...props }: IdentityStackProps) {
    super(scope, id, { ...props, terminationProtection: settings.keepsData });
    this.userPool = new UserPool(this, 'UserPool', {
      userPoolName: stageName(settings),
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      userVerification: {
        emailSubject: 'Your ClientNest code',
        emailBody: 'Your confirmation code is {####}. If you did not ask for it, ignore this message.',
      },
      keepOriginal: { email: true },
      // What is required can never be changed, so only the sign-in name is.
      standardAttributes: {
        email: { required: true, mutable: true },
        fullname: { required: false, mutable: true },
        timezone: { required: false, mutable: true },
      },
      passwordPolicy: {
        minLength: 8,
        requireDigits: false,
        requireLowercase: false,
        requireSymbols: false,
        requireUppercase: false,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: settings.keepsData,
      removalPolicy: removalPolicyOf(settings),
    });
    this.userPoolClient = this.userPool.addClient('Api', {
      authFlows: { userPassword: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
    this.acknowledgeRules();
    new CfnOutput(this, 'UserPoolId', { value: this.userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.userPoolClient.userPoolClientId });
  }

  private acknowledgeRules() {
    Validations.of(this.userPool).acknowledge(
      {
        id: 'AwsSolutions-COG1',
        reason: 'Length makes a password strong, composition rules do not (NIST SP 800-63B, 3.1.1.2).',
      },
      {
        id: 'AwsSolutions-COG2',
        reason: 'A second factor is offered to everyone; demanding it is the decision of a team.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason: 'The Plus plan costs per user; sign-in is throttled by Cognito on every plan.',
      },
    );
  }
}
