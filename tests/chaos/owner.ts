import { clientNest } from '../../clients/typescript/src/client.ts';
import type { Wish } from './author.ts';
import { connector, type PlatformUrls, type Team } from './scene.ts';

type Lost = { apiUrl: string; platforms: PlatformUrls; teams: readonly Team[]; wishes: readonly Wish[] };

/**
 * What teams do that are told of a lost account, for a token that works once is gone with the answer that brought the next:
 * they connect it again, and let what failed for it go out. Gives how many accounts that were.
 */
export async function connectLostAgain({ apiUrl, platforms, teams, wishes }: Lost): Promise<number> {
  const perTeam = await Promise.all(
    teams.map(async (team) => {
      const lost = await reconnect(team, { apiUrl, platforms });
      const own = wishes.filter((wish) => wish.team === team && wish.connectionIds.some((id) => lost.has(id)));
      for (const { postId } of own) if (postId !== undefined) await retryOn(lost, postId, clientOf(apiUrl, team));
      return lost.size;
    }),
  );
  return perTeam.reduce((sum, count) => sum + count, 0);
}

const clientOf = (apiUrl: string, { id: teamId, apiKey }: Team) =>
  clientNest({ baseUrl: `${apiUrl}/v1`, teamId, apiKey });

/** Gives the ids of those that were lost. */
async function reconnect(team: Team, { apiUrl, platforms }: Pick<Lost, 'apiUrl' | 'platforms'>) {
  const query = { state: 'needs_reconnect', limit: 100 } as const;
  const { data } = await clientOf(apiUrl, team).GET('/connections', { params: { query } });
  const connect = connector(apiUrl, { token: team.apiKey, teamId: team.id });
  for (const { id, platform } of data.items) {
    const again = await connect({ platform, server: platforms[platform], account: team.account });
    if (again !== id) throw new Error(`${id} on ${platform} came back as ${again}`);
  }
  return new Set(data.items.map(({ id }) => id));
}

async function retryOn(lost: ReadonlySet<string>, postId: string, client: ReturnType<typeof clientOf>): Promise<void> {
  const { data } = await client.GET('/posts/{postId}/publications', { params: { path: { postId } } });
  for (const { id: publicationId, connectionId, error } of data.items)
    if (lost.has(connectionId) && error?.code === 'reconnect')
      await client.POST('/publications/{publicationId}/retry', { params: { path: { publicationId } } });
}
