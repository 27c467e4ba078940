import type { AccountOptions, PlatformProblem } from '../platforms/contract.ts';
import { type AccessFor, accessFor, PlatformRefused, type RefusalKind } from '../platforms/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AccountOpener, accountOpener } from './account-opener.ts';
import { accountProblem } from './account-problem.ts';
import { askedAs, openAccount } from './check-account.ts';
import { connectionsContract } from './contract.ts';

type Tools = { accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>; accessFor: AccessFor };

export async function getPublishOptions(
  { path, caller }: Call<typeof connectionsContract.getPublishOptions>,
  tools: Tools,
) {
  const lane = { teamId: caller.teamId, ...path };
  const opened = await openAccount(lane, tools);
  const { platform } = opened.connection;
  const { publishOptions } = await tools.accessFor(platform);
  const found = publishOptions
    ? await askedAs(lane, { ...tools, ...opened }, () => orProblem(() => publishOptions(opened.account)))
    : { options: {}, problem: null };
  return { connectionId: lane.connectionId, platform, ...found };
}

type Found = { options: AccountOptions; problem: PlatformProblem | null };

/** What keeps the account from posting is an answer. */
const ofAccount: readonly RefusalKind[] = ['rate_limited', 'account_restricted'];

async function orProblem(ask: () => Promise<AccountOptions>): Promise<Found> {
  try {
    return { options: await ask(), problem: null };
  } catch (error) {
    if (!(error instanceof PlatformRefused) || !ofAccount.includes(error.refusal.kind)) throw error;
    return { options: {}, problem: accountProblem(error.refusal) };
  }
}

export const handler = endpoint(connectionsContract.getPublishOptions, getPublishOptions, () => ({
  accounts: accountOpener(),
  accessFor,
}));
