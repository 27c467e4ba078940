import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type MailedCodes, mailedCodes } from './mailed-codes.ts';

type Tools = { codes: Pick<MailedCodes, 'sendReset'> };

export const forgotPassword = ({ body }: Call<typeof identityContract.forgotPassword>, { codes }: Tools) =>
  codes.sendReset(body.email);

export const handler = endpoint(identityContract.forgotPassword, forgotPassword, () => ({ codes: mailedCodes() }));
