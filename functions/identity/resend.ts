import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type MailedCodes, mailedCodes } from './mailed-codes.ts';

type Tools = { codes: Pick<MailedCodes, 'resendConfirmation'> };

export const resend = ({ body }: Call<typeof identityContract.resend>, { codes }: Tools) =>
  codes.resendConfirmation(body.email);

export const handler = endpoint(identityContract.resend, resend, () => ({ codes: mailedCodes() }));
