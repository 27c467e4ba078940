import { type ClientNest, clientNest } from '../../clients/typescript/src/client.ts';
import type { Fates } from '../../local/faults/fates.ts';
import type { Team } from './scene.ts';

/** A post that somebody wants; `postId` once the API has it for sure. */
export type Wish = {
  text: string;
  firstComment?: string;
  team: Team;
  connectionIds: string[];
  delaySeconds: number;
  postId?: string;
};
type Writing = Wish & { mayBeThere?: boolean };

const atOnce = 4;
/** Posts that are followed by a first comment. */
const commentedShare = 0.2;
const longestDelaySeconds = 6;

type Authored = { first: number; count: number; teams: readonly Team[]; fates: Fates };

/** Who writes so many posts, each for some of its team's accounts, all with a text of their own. */
export function author({ first, count, teams, fates }: Authored) {
  const wishes: Writing[] = Array.from({ length: count }, (_, place) => wish(first + place, teams, fates));
  const open = () => wishes.filter(({ postId }) => postId === undefined);

  return {
    wishes: wishes as readonly Wish[],
    /** Publications that are still to be written. */
    left: () => publicationsOf(open()),
    /** Goes on where it was interrupted, until all is written or the signal says stop. */
    async write(apiUrl: string, signal: AbortSignal): Promise<void> {
      const clients = new Map(teams.map((team) => [team, clientAt(apiUrl, team)]));
      const queue = open();
      const work = async () => {
        for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
          const client = clients.get(next.team);
          const isWritten = client !== undefined && (await tryToWrite(next, client).catch(() => false));
          if (!isWritten) queue.push(next);
          if (!isWritten) await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
  };
}

const publicationsOf = (wishes: readonly Wish[]): number =>
  wishes.reduce((sum, { connectionIds }) => sum + connectionIds.length, 0);

function wish(number: number, teams: readonly Team[], fates: Fates): Wish {
  const pick = <Each>(from: readonly Each[], place: string): Each => {
    const picked = from[Math.floor(fates.share(place) * from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
  const team = pick(teams, 'team');
  const first = pick(team.connections, 'connection').id;
  const others = team.connections.filter(({ id }) => id !== first && fates.share('other connection') < 0.2);
  return {
    text: `Post number ${number} of a bad day`,
    ...(fates.share('first comment') < commentedShare && { firstComment: `More on number ${number}` }),
    team,
    connectionIds: [first, ...others.map(({ id }) => id)],
    delaySeconds: 1 + fates.share('delay') * longestDelaySeconds,
  };
}

const clientAt = (apiUrl: string, { id: teamId, apiKey }: Team): ClientNest =>
  clientNest({ baseUrl: `${apiUrl}/v1`, teamId, apiKey, retries: { attempts: 2, longestWaitSeconds: 1 } });

/** Where an earlier request may have done it, looks first: as a careful client does when it got no answer. */
async function tryToWrite(writing: Writing, client: ClientNest): Promise<boolean> {
  const { text, firstComment, connectionIds, delaySeconds, mayBeThere } = writing;
  const found = mayBeThere ? await find(client, text) : undefined;
  if (found === undefined) {
    const publishAt = new Date(Date.now() + delaySeconds * 1000).toISOString();
    writing.mayBeThere = true;
    const { data } = await client.POST('/posts', { body: { text, firstComment, connectionIds, publishAt } });
    writing.postId = data.id;
  } else writing.postId = found;
  return true;
}

async function find(client: ClientNest, text: string): Promise<string | undefined> {
  let cursor: string | undefined;
  do {
    const { data } = await client.GET('/posts', { params: { query: { limit: 100, ...(cursor && { cursor }) } } });
    const found = data.items.find((post) => post.text === text);
    if (found) return found.id;
    cursor = data.next ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}
