import * as z from 'zod';
import type { Account, Figures } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { openTokens } from '../token-session.ts';
import { demanded, isMember, isPost, restCall } from './api.ts';
import { readPost } from './posts.ts';
import { type LinkedinSession, linkedinSession } from './session.ts';

const Count = z.number().int().nonnegative();
const ShareStatistics = z.object({
  elements: z.array(
    z.object({
      share: z.string().optional(),
      ugcPost: z.string().optional(),
      totalShareStatistics: z.object({ likeCount: Count, commentCount: Count, shareCount: Count }).partial(),
    }),
  ),
});
const PostAnalytics = z.object({ elements: z.array(z.object({ count: Count })) });

const notAvailable: Figures = { likes: null, reposts: null, replies: null };

/** Posts of one statistics call: its address must not become too long. */
const postsPerCall = 20;

type Reading = { tools: AppTools; session: LinkedinSession; account: Account };

/** Of members only what an app may read with a permission of its own; without it the figures are not available. */
export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const posts = ids.filter(isPost);
  const reading = { tools, session: linkedinSession(tools, account), account };
  if (!isMember(account.accountId)) return readInGroups(posts, (group) => organizationFigures(reading, group));
  const mayRead = openTokens(account).scopes?.includes('r_member_postAnalytics');
  if (!mayRead) return new Map(posts.map((urn) => [urn, notAvailable]));
  return readInGroups(
    posts,
    async (group) => {
      const found = await Promise.all(group.map((urn) => memberFigures(reading, urn)));
      return group.flatMap((urn, place) => (found[place] ? [[urn, found[place]] as const] : []));
    },
    2,
  );
}

type Found = readonly (readonly [string, Figures])[];

async function readInGroups(
  urns: readonly string[],
  read: (group: readonly string[]) => Promise<Found>,
  size = postsPerCall,
): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (let start = 0; start < urns.length; start += size)
    for (const [urn, found] of await read(urns.slice(start, start + size))) figures.set(urn, found);
  return figures;
}

async function organizationFigures(reading: Reading, urns: readonly string[]): Promise<Found> {
  const { tools, session, account } = reading;
  const query = {
    q: 'organizationalEntity',
    organizationalEntity: encodeURIComponent(account.accountId),
    ...listOf(
      'shares',
      urns.filter((urn) => urn.startsWith('urn:li:share:')),
    ),
    ...listOf(
      'ugcPosts',
      urns.filter((urn) => urn.startsWith('urn:li:ugcPost:')),
    ),
  };
  const answer = await ask(session.send, restCall(tools, 'organizationalEntityShareStatistics', query));
  const { elements } = demanded(ShareStatistics, answer, tools.now());
  const told = new Map(elements.map((one) => [one.share ?? one.ugcPost, one.totalShareStatistics]));
  const found = await Promise.all(urns.map((urn) => figuresOf(reading, urn, told.get(urn))));
  return urns.flatMap((urn, place) => (found[place] ? [[urn, found[place]] as const] : []));
}

const listOf = (name: string, urns: readonly string[]) =>
  urns.length > 0 ? { [name]: `List(${urns.map(encodeURIComponent).join(',')})` } : {};

type Counts = z.infer<typeof ShareStatistics>['elements'][number]['totalShareStatistics'];

/** A post without statistics is either gone or has none yet. */
async function figuresOf({ tools, session }: Reading, urn: string, counts: Counts | undefined) {
  if (!counts) return (await readPost(tools, session, urn)) && notAvailable;
  const { likeCount, shareCount, commentCount } = counts;
  return { likes: likeCount ?? null, reposts: shareCount ?? null, replies: commentCount ?? null };
}

/** One figure a call. */
async function memberFigures(reading: Reading, urn: string): Promise<Figures | undefined> {
  const [likes, reposts, replies] = await Promise.all(
    ['REACTION', 'RESHARE', 'COMMENT'].map((queryType) => memberFigure(reading, urn, queryType)),
  );
  if (likes === undefined || reposts === undefined || replies === undefined) return undefined;
  return { likes, reposts, replies };
}

/** Null where LinkedIn has no number, undefined where it has no such post. */
async function memberFigure({ tools, session }: Reading, urn: string, queryType: string) {
  const kind = urn.startsWith('urn:li:share:') ? 'share' : 'ugc';
  const query = { q: 'entity', entity: `(${kind}:${encodeURIComponent(urn)})`, queryType, aggregation: 'TOTAL' };
  const answer = await ask(session.send, restCall(tools, 'memberCreatorPostAnalytics', query));
  if (answer.status === 404) return undefined;
  return demanded(PostAnalytics, answer, tools.now()).elements[0]?.count ?? null;
}
