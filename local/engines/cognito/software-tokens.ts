import * as z from 'zod';
import { ServiceError } from '../json-rpc.ts';
import { keptFile } from '../kept-file.ts';
import { newSecret, stepOfCode } from './totp.ts';

const SoftwareToken = z.object({
  secret: z.string(),
  isVerified: z.boolean(),
  isOn: z.boolean(),
  /** Of the last code that was taken: no code is taken twice. */
  usedStep: z.number(),
});

/** The authenticator apps of users. The engine has them too, but gives no refresh token after their challenge. */
export function softwareTokens(path: string) {
  const file = keptFile(path, z.record(z.string(), SoftwareToken), {});
  const find = (username: string) => file.get()[username];
  const change = (username: string, token: z.infer<typeof SoftwareToken>) =>
    file.set({ ...file.get(), [username]: token });

  /** Takes a code once; false for a wrong one. */
  function take(username: string, code: string): boolean {
    const token = loaded(find(username));
    const step = stepOfCode(token.secret, code);
    if (step === undefined) return false;
    if (step <= token.usedStep)
      throw new ServiceError('ExpiredCodeException', 'Your software token has already been used once.');
    change(username, { ...token, usedStep: step });
    return true;
  }

  return {
    /** As on AWS, a new secret puts the old one out of use at once, even though the user's settings still name it. */
    associate(username: string): string {
      const secret = newSecret();
      change(username, { secret, isVerified: false, isOn: find(username)?.isOn ?? false, usedStep: 0 });
      return secret;
    },
    verify(username: string, code: string): void {
      if (!take(username, code))
        throw new ServiceError('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA');
      change(username, { ...loaded(find(username)), isVerified: true });
    },
    check(username: string, code: string): void {
      if (!take(username, code)) throw new ServiceError('CodeMismatchException', 'Invalid code received for user');
    },
    turn(username: string, isOn: boolean): void {
      const token = find(username);
      if (token?.isVerified) change(username, { ...token, isOn });
      else if (isOn) {
        const reason = 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA';
        throw new ServiceError('InvalidParameterException', reason);
      }
    },
    isNamed: (username: string) => find(username)?.isOn === true,
    /** Whether signing in asks for a code. */
    isAsked: (username: string) => find(username)?.isOn === true && find(username)?.isVerified === true,
  };
}
export type SoftwareTokens = ReturnType<typeof softwareTokens>;

function loaded(token: z.infer<typeof SoftwareToken> | undefined) {
  if (token !== undefined) return token;
  const reason = 'Software Token MFA does not exist for the user.';
  throw new ServiceError('SoftwareTokenMFANotFoundException', reason);
}
