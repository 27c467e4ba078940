import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { identityContract, identityFaults } from './contract.ts';
import { createAccount } from './new-account.ts';
import { type UserPool, userPool } from './user-pool.ts';
import { type UserTable, userTable } from './user-table.ts';

type Tools = { pool: Pick<UserPool, 'confirm' | 'findUser'>; users: Pick<UserTable, 'create'>; now: Now };

/**
 * A run may have died between the pool's confirmation and the user's rows; confirming again then makes them. Where they
 * are there, a confirmed user is answered like a wrong code, so that nobody can ask who has an account.
 */
export async function confirm({ body: { email, code } }: Call<typeof identityContract.confirm>, tools: Tools) {
  const refusal = await codeRefusal(tools.pool.confirm(email, code));
  const user = await tools.pool.findUser(email);
  if (user?.isConfirmed) {
    const isNew = await createAccount(user, tools);
    if (isNew || !refusal) return;
  }
  const isExpired = user?.isConfirmed === false && refusal?.entry.code === 'auth.code_expired';
  throw isExpired ? refusal : new Fault(identityFaults['auth.code_wrong'], { cause: refusal });
}

/** Why the code is not taken; other refusals end the request. */
async function codeRefusal(confirming: Promise<void>): Promise<Fault | undefined> {
  try {
    await confirming;
    return undefined;
  } catch (error) {
    const isAboutCode = error instanceof Fault && codeFaults.has(error.entry.code);
    if (!isAboutCode) throw error;
    return error;
  }
}

const codeFaults: ReadonlySet<string> = new Set(['auth.code_wrong', 'auth.code_expired']);

export const handler = endpoint(identityContract.confirm, confirm, () => ({
  pool: userPool(),
  users: userTable(),
  now,
}));
