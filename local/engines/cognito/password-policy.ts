import { ServiceError } from '../json-rpc.ts';
import type { PasswordPolicy } from './user-pools.ts';

/** Refuses a password as Cognito does, naming the first thing it lacks. */
export function refuseWeakPassword(password: string, policy: PasswordPolicy) {
  const lacks = [
    password.length < policy.MinimumLength && 'Password not long enough',
    policy.RequireLowercase && !/[a-z]/.test(password) && 'Password must have lowercase characters',
    policy.RequireUppercase && !/[A-Z]/.test(password) && 'Password must have uppercase characters',
    policy.RequireNumbers && !/[0-9]/.test(password) && 'Password must have numeric characters',
    policy.RequireSymbols &&
      !/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/.test(password) &&
      'Password must have symbol characters',
  ].find((lack) => lack !== false);
  if (lacks !== undefined)
    throw new ServiceError('InvalidPasswordException', `Password did not conform with policy: ${lacks}`);
}
