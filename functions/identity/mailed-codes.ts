import {
  CognitoIdentityProviderServiceException,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { log } from '../runtime/log.ts';
import { deployedClient, deployedNames } from './pool-client.ts';
import { asked, refusals } from './user-pool-faults.ts';

type Reset = { email: string; code: string; password: string };

/** The codes that the user pool mails. Its answers tell nobody whether there is an account. */
export function mailedCodes(cognito = deployedClient(), { clientId } = deployedNames) {
  return {
    async resendConfirmation(email: string): Promise<void> {
      const command = new ResendConfirmationCodeCommand({ ClientId: clientId(), Username: email });
      await quietly(() => cognito.send(command));
    },

    async sendReset(email: string): Promise<void> {
      const command = new ForgotPasswordCommand({ ClientId: clientId(), Username: email });
      await quietly(() => cognito.send(command));
    },

    async resetPassword({ email, code, password }: Reset): Promise<void> {
      const names = { ClientId: clientId(), Username: email };
      const command = new ConfirmForgotPasswordCommand({ ...names, ConfirmationCode: code, Password: password });
      await asked(refusals.resetPassword, () => cognito.send(command));
    },
  };
}
export type MailedCodes = ReturnType<typeof mailedCodes>;

/** What Cognito refuses because of the one account that was named: an account there is, then. */
const aboutAccount: ReadonlySet<string> = new Set([
  'UserNotFoundException',
  'NotAuthorizedException',
  'InvalidParameterException',
  'LimitExceededException',
  'CodeDeliveryFailureException',
]);

async function quietly(send: () => Promise<unknown>): Promise<void> {
  try {
    await asked(refusals.mail, send);
  } catch (error) {
    const name = error instanceof CognitoIdentityProviderServiceException ? error.name : '';
    if (!aboutAccount.has(name)) throw error;
    log.warn('code.not_mailed', { reason: name });
  }
}
