import fc from 'fast-check';
import { postsContract } from '../../../functions/posts/contract.ts';
import { deletePost } from '../../../functions/posts/delete-post.ts';
import { publicationIdOf } from '../../../functions/posts/publication-id.ts';
import { updatePost } from '../../../functions/posts/update-post.ts';
import { cancelPublication } from '../../../functions/publishing/cancel-publication.ts';
import { confirmPublication } from '../../../functions/publishing/confirm-publication.ts';
import { publishingContract } from '../../../functions/publishing/contract.ts';
import { pausePublishing } from '../../../functions/publishing/pause-publishing.ts';
import { resumePublishing } from '../../../functions/publishing/resume-publishing.ts';
import { retryPublication } from '../../../functions/publishing/retry-publication.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import { testTeamId } from '../../support/request.ts';
import type { Actor, Fate } from './actor.ts';
import type { Answer } from './memory-platform.ts';
import { followUpOf, published, textOf } from './memory-platform.ts';
import type { Watch } from './watch.ts';
import type { World, WrittenPost } from './world.ts';

const index = fc.nat({ max: 7 });
const lane = fc.nat({ max: 1 });
const isWhole = fc.boolean();
/** Goes on until it is about to make this call, or for a number of calls. */
const to = fc.constantFrom('table update', 'platform publish', null);
/** What the platform says to the next publication. */
const answer = fc.constantFrom<Answer>('accepted', 'lost', 'dropped', 'late', 'late', 'busy', 'limited', 'rejected');
/** Of the last call; who lives on stays where it is. */
const fate = fc.constantFrom<Fate | 'waits'>(
  'made',
  'made',
  'waits',
  'waits',
  'dies before',
  'dies after',
  'sent twice',
);

/** All that can happen, as data: numbers count the things there are, round and round. */
const moves = {
  plan: fc.record({
    lanes: fc.integer({ min: 1, max: 2 }),
    inSeconds: fc.constantFrom(0, 0, 2, 8, 60),
    isThread: fc.boolean(),
  }),
  edit: fc.record({ post: index, what: fc.constantFrom('text', 'time', 'draft'), isWhole }),
  delete: fc.record({ post: index, isWhole }),
  retry: fc.record({ post: index, lane, isWhole }),
  cancel: fc.record({ post: index, lane, isWhole }),
  confirm: fc.record({ post: index, lane, isKnown: fc.boolean() }),
  pause: fc.record({ lane: fc.option(lane), isWhole }),
  resume: fc.record({ lane: fc.option(lane), isWhole }),
  hint: fc.record({ lane, calls: fc.nat({ max: 14 }), to, fate, answer }),
  step: fc.record({ actor: index, calls: fc.nat({ max: 8 }), to, fate }),
  pass: fc.record({ seconds: fc.constantFrom(2, 20, 75, 75, 100, 1000) }),
  see: fc.record({ isBlind: fc.boolean() }),
} as const;
type Moves = { [Name in keyof typeof moves]: (typeof moves)[Name] extends fc.Arbitrary<infer Move> ? Move : never };

type Making = { [Name in keyof Moves]: (move: Moves[Name], world: World, watch: Watch) => Promise<void> };

const making: Making = {
  plan: ({ lanes, inSeconds, isThread }, world) => world.plan(lanes, inSeconds, isThread),
  edit: async ({ post: place, what, isWhole }, world, watch) => {
    const post = of(world.posts, place);
    if (!post) return;
    const text = textOf(post.number, post.editions++);
    const publishAt = what === 'draft' ? null : addSeconds(world.clock, 20).toISOString();
    const body = what === 'text' ? { text } : { text, publishAt };
    await run(
      await world.ask(postsContract.updatePost, updatePost, { path: { postId: post.id }, body }),
      isWhole,
      watch,
    );
  },
  delete: async ({ post: place, isWhole }, world, watch) => {
    const post = of(world.posts, place);
    if (!post) return;
    await run(await world.ask(postsContract.deletePost, deletePost, { path: { postId: post.id } }), isWhole, watch);
  },
  retry: async ({ isWhole, ...which }, world, watch) => {
    const path = pathOf(which, world);
    if (path)
      await run(await world.ask(publishingContract.retryPublication, retryPublication, { path }), isWhole, watch);
  },
  cancel: async ({ isWhole, ...which }, world, watch) => {
    const path = pathOf(which, world);
    if (path)
      await run(await world.ask(publishingContract.cancelPublication, cancelPublication, { path }), isWhole, watch);
  },
  /** Who confirms has looked, and does not while a call is still at work. */
  confirm: async ({ isKnown, ...which }, world, watch) => {
    const [post, connection] = [of(world.posts, which.post), world.connections[which.lane]];
    const path = pathOf(which, world);
    if (!path || !post || !connection) return;
    const ref = { teamId: testTeamId, postId: post.id, connectionId: connection.id };
    const isOutInPart = (await world.direct.publications.find(ref))?.parts !== undefined;
    const number = isOutInPart ? followUpOf(post.number) : post.number;
    if (world.platform.isAtWorkOn(connection.id, number)) return;
    const [shown] = world.platform.of(connection.id, number);
    const { url, platformPostId } = shown ? published(shown) : {};
    const body = url ? { url, ...(isKnown && { platformPostId }) } : { published: false };
    await run(await world.ask(publishingContract.confirmPublication, confirmPublication, { path, body }), true, watch);
  },
  pause: async ({ lane: which, isWhole }, world, watch) => {
    const connectionId = which === null ? undefined : world.connections[which]?.id;
    const onReply = watch.stopBegins(connectionId);
    const body = connectionId === undefined ? {} : { connectionId };
    await run(await world.ask(publishingContract.pausePublishing, pausePublishing, { body, onReply }), isWhole, watch);
  },
  resume: async ({ lane: which, isWhole }, world, watch) => {
    watch.stopsEnd();
    const body = which === null ? {} : { connectionId: world.connections[which]?.id };
    await run(await world.ask(publishingContract.resumePublishing, resumePublishing, { body }), isWhole, watch);
  },
  hint: async ({ lane: which, answer, ...extent }, world, watch) => {
    world.platform.answers = [answer];
    await steps(await world.hint(which), extent, watch);
  },
  step: async ({ actor: place, ...extent }, world, watch) => {
    world.actors = world.actors.filter(({ isAlive }) => isAlive);
    const actor = of(world.actors, place);
    if (actor) await steps(actor, extent, watch);
  },
  pass: async ({ seconds }, world) => world.pass(seconds),
  see: async ({ isBlind }, { platform }) => {
    platform.isBlind = isBlind;
  },
};

/** Most of what happens is that publishers go on. */
const weights: Partial<Record<keyof Moves, number>> = { hint: 8, step: 4, pass: 4, pause: 2 };

type Run = { world: World; watch: Watch };

const commandOf = <Name extends keyof Moves>(name: Name, move: Moves[Name]): fc.AsyncCommand<object, Run> => ({
  check: () => true,
  run: async (_, { world, watch }) => {
    await making[name](move, world, watch);
    await watch.look();
  },
  toString: () => `${name} ${JSON.stringify(move)}`,
});

const arbitraryOf = <Name extends keyof Moves>(name: Name) => {
  const arbitrary: fc.Arbitrary<Moves[Name]> = moves[name] as never;
  return Array.from({ length: weights[name] ?? 1 }, () => arbitrary.map((move) => commandOf(name, move)));
};

export const arbitraryMoves = (Object.keys(moves) as (keyof Moves)[]).flatMap((name) => arbitraryOf(name));

const of = <Thing>(things: readonly Thing[], place: number): Thing | undefined => things[place % things.length];

function pathOf({ post: place, lane: which }: { post: number; lane: number }, { posts, connections }: World) {
  const post: WrittenPost | undefined = of(posts, place);
  const connectionId = connections[which]?.id;
  return post && connectionId ? { publicationId: publicationIdOf({ postId: post.id, connectionId }) } : undefined;
}

type Extent = { calls: number; to?: string | null; fate?: Fate | 'waits' };

async function steps(actor: Actor, { calls, to = null, fate = 'made' }: Extent, watch: Watch): Promise<void> {
  for (let made = 0; actor.isAlive; made++) {
    const isLast = to === null ? made === calls : actor.next === to;
    const now = isLast ? fate : 'made';
    if (now === 'waits') return;
    if (await actor.step(now)) await watch.look();
    if (isLast) return;
  }
}

/** More calls than any request makes. */
const untilDone = 1000;
const run = (actor: Actor, isWhole: boolean, watch: Watch) =>
  isWhole ? steps(actor, { calls: untilDone }, watch) : undefined;
