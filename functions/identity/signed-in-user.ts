import {
  AssociateSoftwareTokenCommand,
  ChangePasswordCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { deployedClient } from './pool-client.ts';
import { asked, refusals } from './user-pool-faults.ts';

type PasswordChange = { currentPassword: string; newPassword: string };

/** What users do to their account at the user pool, each with the access token they came with. */
export function signedInUser(cognito = deployedClient()) {
  return {
    async find(AccessToken: string): Promise<{ email: string; hasTotp: boolean }> {
      const user = await asked(refusals.ownAccount, () => cognito.send(new GetUserCommand({ AccessToken })));
      const email = user.UserAttributes?.find(({ Name }) => Name === 'email')?.Value;
      if (!email) throw new Error('the user pool gave a user without e-mail');
      return { email, hasTotp: user.UserMFASettingList?.includes('SOFTWARE_TOKEN_MFA') ?? false };
    },

    async changePassword(AccessToken: string, { currentPassword, newPassword }: PasswordChange): Promise<void> {
      const passwords = { PreviousPassword: currentPassword, ProposedPassword: newPassword };
      const command = new ChangePasswordCommand({ AccessToken, ...passwords });
      await asked(refusals.changePassword, () => cognito.send(command));
    },

    /** A new secret for an authenticator app; an app that was in use is out of use from here on. */
    async newTotpSecret(AccessToken: string): Promise<string> {
      const command = new AssociateSoftwareTokenCommand({ AccessToken });
      const { SecretCode } = await asked(refusals.ownAccount, () => cognito.send(command));
      if (!SecretCode) throw new Error('the user pool gave no secret');
      return SecretCode;
    },

    async verifyTotp(AccessToken: string, UserCode: string): Promise<void> {
      const command = new VerifySoftwareTokenCommand({ AccessToken, UserCode });
      const { Status } = await asked(refusals.verifyTotp, () => cognito.send(command));
      if (Status !== 'SUCCESS') throw new Error(`the user pool answered a code with ${Status}`);
    },

    async turnTotp(AccessToken: string, to: 'on' | 'off'): Promise<void> {
      const SoftwareTokenMfaSettings = { Enabled: to === 'on', PreferredMfa: to === 'on' };
      const command = new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings });
      await asked(refusals.ownAccount, () => cognito.send(command));
    },
  };
}
export type SignedInUser = ReturnType<typeof signedInUser>;
