import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { identityFaults } from './contract.ts';

const faults = { ...identityFaults, 'auth.token_invalid': commonFaults['auth.token_invalid'] };
type Refusals = Readonly<Record<string, keyof typeof faults>>;

/** Of the whole pool. */
const busy: Refusals = { TooManyRequestsException: 'auth.too_many_attempts' };

const tooMany: Refusals = {
  ...busy,
  LimitExceededException: 'auth.too_many_attempts',
  TooManyFailedAttemptsException: 'auth.too_many_attempts',
};

/** What Cognito's exceptions mean, by operation: the same name means different things in different ones. */
export const refusals = {
  signUp: {
    ...tooMany,
    UsernameExistsException: 'auth.email_taken',
    InvalidPasswordException: 'auth.password_refused',
    // Everything else of a registration is checked before.
    InvalidParameterException: 'auth.password_refused',
  },
  confirm: {
    ...tooMany,
    CodeMismatchException: 'auth.code_wrong',
    ExpiredCodeException: 'auth.code_expired',
    NotAuthorizedException: 'auth.code_wrong',
    UserNotFoundException: 'auth.code_wrong',
  },
  signIn: {
    ...tooMany,
    NotAuthorizedException: 'auth.credentials_wrong',
    InvalidPasswordException: 'auth.credentials_wrong',
    UserNotFoundException: 'auth.credentials_wrong',
    PasswordResetRequiredException: 'auth.credentials_wrong',
    UserNotConfirmedException: 'auth.not_confirmed',
  },
  answerChallenge: {
    ...tooMany,
    CodeMismatchException: 'auth.mfa_code_wrong',
    ExpiredCodeException: 'auth.mfa_code_wrong',
    NotAuthorizedException: 'auth.session_expired',
    InvalidParameterException: 'auth.session_expired',
    SoftwareTokenMFANotFoundException: 'auth.session_expired',
    UserNotFoundException: 'auth.session_expired',
    PasswordResetRequiredException: 'auth.session_expired',
  },
  refresh: {
    ...tooMany,
    NotAuthorizedException: 'auth.refresh_token_invalid',
    UserNotFoundException: 'auth.refresh_token_invalid',
    InvalidParameterException: 'auth.refresh_token_invalid',
  },
  revoke: busy,
  mail: busy,
  // One word for all that is about the account: who asks learns nothing of whether there is one.
  resetPassword: {
    ...busy,
    CodeMismatchException: 'auth.code_wrong',
    ExpiredCodeException: 'auth.code_wrong',
    LimitExceededException: 'auth.code_wrong',
    TooManyFailedAttemptsException: 'auth.code_wrong',
    NotAuthorizedException: 'auth.code_wrong',
    InvalidParameterException: 'auth.code_wrong',
    UserNotFoundException: 'auth.code_wrong',
    UserNotConfirmedException: 'auth.code_wrong',
    InvalidPasswordException: 'auth.password_refused',
    PasswordHistoryPolicyViolationException: 'auth.password_refused',
  },
  changePassword: {
    ...tooMany,
    NotAuthorizedException: 'auth.password_wrong',
    // The new one was checked before, so it is the present one that no account could have.
    InvalidParameterException: 'auth.password_wrong',
    InvalidPasswordException: 'auth.password_refused',
    PasswordHistoryPolicyViolationException: 'auth.password_refused',
    UserNotFoundException: 'auth.token_invalid',
  },
  checkPassword: {
    ...tooMany,
    NotAuthorizedException: 'auth.password_wrong',
    InvalidParameterException: 'auth.password_wrong',
  },
  verifyTotp: {
    ...tooMany,
    EnableSoftwareTokenMFAException: 'auth.mfa_code_wrong',
    CodeMismatchException: 'auth.mfa_code_wrong',
    ExpiredCodeException: 'auth.mfa_code_wrong',
    SoftwareTokenMFANotFoundException: 'auth.mfa_not_enrolled',
    InvalidParameterException: 'auth.mfa_not_enrolled',
    NotAuthorizedException: 'auth.token_invalid',
    UserNotFoundException: 'auth.token_invalid',
  },
  ownAccount: {
    ...tooMany,
    NotAuthorizedException: 'auth.token_invalid',
    UserNotFoundException: 'auth.token_invalid',
  },
} as const satisfies Record<string, Refusals>;

/** Runs a call of the user pool; what it refuses becomes a fault, all else stays what it is. */
export async function asked<Answer>(meanings: Refusals, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    const code = cause instanceof CognitoIdentityProviderServiceException ? meaning(cause, meanings) : undefined;
    if (code === undefined) throw cause;
    throw new Fault(faults[code], { cause });
  }
}

/** A session that was ended leaves access tokens which only the pool refuses, under the name of a wrong password. */
function meaning({ name, message }: CognitoIdentityProviderServiceException, meanings: Refusals) {
  if (name === 'NotAuthorizedException' && /access token/i.test(message)) return 'auth.token_invalid';
  return Object.hasOwn(meanings, name) ? meanings[name] : undefined;
}
