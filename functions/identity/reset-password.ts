import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type MailedCodes, mailedCodes } from './mailed-codes.ts';

type Tools = { codes: Pick<MailedCodes, 'resetPassword'> };

export const resetPassword = ({ body }: Call<typeof identityContract.resetPassword>, { codes }: Tools) =>
  codes.resetPassword(body);

export const handler = endpoint(identityContract.resetPassword, resetPassword, () => ({ codes: mailedCodes() }));
