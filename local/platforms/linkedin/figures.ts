import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid, missing, roleMissing } from './refusals.ts';
import type { Post } from './state.ts';
import { callerOf, checkHeaders, isPostingFor, type LinkedinStore, memberUrn } from './store.ts';

/** Statistics of an organization's posts, several at once, and of a member's, one figure a call. */
export function addFigures(app: SandboxApp, store: LinkedinStore) {
  const { current } = store.state;

  app.get('/rest/organizationalEntityShareStatistics', (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, ['rw_organization_admin']);
    const { q, organizationalEntity = '', shares = 'List()', ugcPosts = 'List()' } = c.req.query();
    if (q !== 'organizationalEntity') throw invalid('Unknown finder');
    if (!isPostingFor(store, caller, organizationalEntity)) throw roleMissing();
    const urns = [...urnsIn(shares, 'share'), ...urnsIn(ugcPosts, 'ugcPost')];
    const posts = urns.flatMap((urn) => current.posts[urn] ?? []);
    const elements = posts.filter(({ author }) => author === organizationalEntity).map(statistics);
    return c.json({ paging: { start: 0, count: 10, links: [] }, elements });
  });

  app.get('/rest/memberCreatorPostAnalytics', (c) => {
    checkHeaders(c);
    const { member } = callerOf(c, store, ['r_member_postAnalytics']);
    const { q, entity = '', queryType = '', aggregation } = c.req.query();
    if (q !== 'entity' || aggregation !== 'TOTAL') throw invalid('The sandbox knows q=entity with TOTAL only');
    const urn = /^\((?:share|ugc):(urn:li:(?:share|ugcPost):\d+)\)$/.exec(entity)?.[1] ?? '';
    const post = current.posts[urn];
    const count = memberFigures[queryType];
    if (!count) throw invalid(`queryType ${queryType} is not one that the sandbox counts`);
    if (post?.author !== memberUrn(member)) throw missing(`post ${urn}`);
    const element = { count: count(post), metricType: queryType, targetEntity: { share: urn } };
    return c.json({ paging: { start: 0, count: 10, links: [] }, elements: [element] });
  });
}

/** A list in the form of Rest.li: `List(a,b)`. */
function urnsIn(list: string, kind: string): string[] {
  const inside = /^List\((.*)\)$/.exec(list)?.[1];
  if (inside === undefined) throw invalid(`${list} is no list`);
  const urns = inside.split(',').filter(Boolean);
  if (!urns.every((urn) => new RegExp(`^urn:li:${kind}:\\d+$`).test(urn))) throw invalid(`${list} has other things`);
  return urns;
}

const statistics = ({ id, author, likes, reposts, replies }: Post) => ({
  organizationalEntity: author,
  share: id,
  totalShareStatistics: {
    likeCount: likes,
    commentCount: replies,
    shareCount: reposts,
    clickCount: 0,
    impressionCount: 0,
    uniqueImpressionsCount: 0,
    engagement: 0,
  },
});

const memberFigures: Readonly<Record<string, (post: Post) => number>> = {
  REACTION: ({ likes }) => likes,
  RESHARE: ({ reposts }) => reposts,
  COMMENT: ({ replies }) => replies,
};
