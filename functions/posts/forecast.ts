import type { TargetConnection } from '../connections/public.ts';
import type { PlatformId, PostLimit } from '../platforms/contract.ts';
import { catalogue } from '../platforms/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { LaneTable } from './lane-table.ts';
import type { Post, PostWarning } from './schemas.ts';
import { type Problem, waitingTargets, warningsOf } from './warnings.ts';

export type ForecastTools = { lanes: Pick<LaneTable, 'countAround'> };
type Forecast = Pick<Post, 'id' | 'targets' | 'publishAt'> & Partial<Pick<Post, 'overrides'>> & { teamId: string };

/** What will keep targets that are planned from going out: their connections as they are now, and what else is planned on them. */
export async function forecast(
  post: Forecast,
  connections: readonly TargetConnection[],
  { lanes }: ForecastTools,
): Promise<PostWarning[]> {
  const used = await Promise.all(
    waitingTargets(post).map((target) => {
      const connection = connections.find(({ id }) => id === target.connectionId);
      return quotaWarning(post, { ...target, limit: connection?.postLimit }, lanes).catch(noForecast);
    }),
  );
  return [...warningsOf(post, connections), ...used.filter((warning) => warning !== undefined)];
}

/** What cannot be foretold is no reason to refuse what was asked for. */
function noForecast(error: unknown): undefined {
  log.warn('quota.not_foretold', { error });
}

type Waiting = {
  connectionId: string;
  platform: PlatformId;
  publishAt?: string | undefined;
  limit: PostLimit | undefined;
};

/**
 * By the limit that the platform names for the account, or publishes for all, and the posts of ours within it: those
 * planned, and those out where we count them. What the account posts elsewhere nobody tells us.
 */
async function quotaWarning(
  post: Forecast,
  { connectionId, platform, publishAt = post.publishAt ?? '', limit }: Waiting,
  lanes: ForecastTools['lanes'],
): Promise<PostWarning | undefined> {
  const posts = limit ?? catalogue[platform].limits.posts;
  if (!posts) return undefined;
  const until = new Date(publishAt);
  const range = { after: addSeconds(until, -posts.windowSeconds), until, limit: posts.max };
  const others = await lanes.countAround({ teamId: post.teamId, connectionId }, { ...range, except: post.id });
  return others < posts.max ? undefined : { connectionId, ...quotaProblem(platform, posts) };
}

export function quotaProblem(platform: PlatformId, { max, windowSeconds }: PostLimit): Problem {
  const message = `${catalogue[platform].name} takes ${max} posts of an account in ${inWords(windowSeconds)}, and more are planned.`;
  return { code: 'quota_used_up', message, action: 'reschedule' };
}

const hour = 3600;
const inWords = (seconds: number) => (seconds < hour ? `${seconds / 60} minutes` : `${seconds / hour} hours`);
