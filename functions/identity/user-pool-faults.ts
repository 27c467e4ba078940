import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { Fault } from '../runtime/fault.ts';
import { identityFaults } from './contract.ts';

type Code = keyof typeof identityFaults;
type Refusals = Readonly<Record<string, Code>>;

const tooMany: Refusals = {
  LimitExceededException: 'auth.too_many_attempts',
  TooManyRequestsException: 'auth.too_many_attempts',
  TooManyFailedAttemptsException: 'auth.too_many_attempts',
};

/** What Cognito's exceptions mean, by operation: the same name means different things in different ones. */
export const refusals = {
  signUp: {
    ...tooMany,
    UsernameExistsException: 'auth.email_taken',
    InvalidPasswordException: 'auth.password_refused',
    // Everything else of a registration is checked before; what is left are passwords that begin or end with a space.
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
  refresh: {
    ...tooMany,
    NotAuthorizedException: 'auth.refresh_token_invalid',
    UserNotFoundException: 'auth.refresh_token_invalid',
    InvalidParameterException: 'auth.refresh_token_invalid',
  },
} as const satisfies Record<string, Refusals>;

/** Runs a call of the user pool; what it refuses becomes a fault, all else stays what it is. */
export async function asked<Answer>(meanings: Refusals, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    const name = cause instanceof CognitoIdentityProviderServiceException ? cause.name : '';
    const code = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
    if (code === undefined) throw cause;
    throw new Fault(identityFaults[code], { cause });
  }
}
