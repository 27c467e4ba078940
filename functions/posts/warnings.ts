import type { TargetConnection } from '../connections/public.ts';
import { missingScopes } from '../platforms/public.ts';
import type { Post, PostTarget, PostWarning } from './schemas.ts';
import { isSettled } from './transitions.ts';

/** What waits for its time. */
export const waitingTargets = ({ targets }: Pick<Post, 'targets'>): PostTarget[] =>
  targets.filter(({ state }) => state !== 'draft' && !isSettled(state));

/** What will keep targets that are planned from going out, as their connections are now. */
export function warningsOf(post: Warned, connections: readonly TargetConnection[]) {
  return waitingTargets(post).flatMap((target): PostWarning[] => {
    const { connectionId, publishAt = post.publishAt ?? '' } = target;
    const connection = connections.find(({ id }) => id === connectionId);
    const problems = [...problemsOf(connection, publishAt), ...missingOption(target, post)];
    return problems.map((problem) => ({ connectionId, ...problem }));
  });
}

type Warned = Pick<Post, 'targets' | 'publishAt'> & Partial<Pick<Post, 'overrides'>>;

/** What only the user may choose, and a platform takes no post without. */
function missingOption({ platform }: PostTarget, { overrides = {} }: Warned): Problem[] {
  if (platform !== 'tiktok' || overrides.tiktok?.privacy !== undefined) return [];
  const message =
    'TikTok wants to be told who sees a post (`overrides.tiktok.privacy`), unless the account allows one only.';
  return [{ code: 'option_missing', message, action: 'edit' }];
}

export type Problem = Omit<PostWarning, 'connectionId'>;

/** A lost access hides what else is wrong with it: connecting the account again mends all of it. */
export function problemsOf(connection: TargetConnection | undefined, publishAt: string): Problem[] {
  if (!connection) return [{ code: 'connection_removed', message: 'The account was disconnected.', action: 'edit' }];
  return [...switchedOff(connection), ...accessProblem(connection, publishAt)];
}

const switchedOff = ({ isEnabled, accountName }: TargetConnection): Problem[] =>
  isEnabled ? [] : [{ code: 'disabled', message: `${accountName} is switched off.`, action: 'enable' }];

function accessProblem(connection: TargetConnection, publishAt: string): Problem[] {
  const { state, accountName, tokenExpiresAt, tokenIsRenewable } = connection;
  if (state !== 'active')
    return [{ code: 'needs_reconnect', message: `Our access to ${accountName} is lost.`, action: 'reconnect' }];
  const problems: Problem[] = [];
  if (tokenExpiresAt !== null && !tokenIsRenewable && tokenExpiresAt <= publishAt) {
    const message = `Our access to ${accountName} ends at ${tokenExpiresAt}, before the post goes out, and only its user can renew it.`;
    problems.push({ code: 'token_expires', message, action: 'reconnect' });
  }
  const missing = missingScopes(connection);
  if (missing.length > 0) {
    const message = `${accountName} has not granted ${missing.join(', ')}.`;
    problems.push({ code: 'scope_missing', message, action: 'reconnect' });
  }
  return problems;
}
