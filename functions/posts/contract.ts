import * as z from 'zod';
import { connectionFaults } from '../connections/contract.ts';
import { endpoints, events, timers } from '../runtime/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { PageQuery, pageOf, UtcInstant } from '../runtime/shapes.ts';
import { postFaults } from './faults.ts';
import { NewPost, Post, PostPatch, PostPlan, PostState, PostWarning } from './schemas.ts';

export { ConnectionIds, ContentPatch, NewContent, PostContent, StoredContent } from './content-schemas.ts';
/** What other domains and the document see of the files beside this one. */
export { postFaults } from './faults.ts';
export {
  LatenessPolicy,
  NewPost,
  Post,
  PostPatch,
  PostState,
  PostTarget,
  PostWarning,
  PublicationError,
  PublicationId,
  PublicationState,
} from './schemas.ts';

/** How the content of a post may be refused. */
export const contentFaults = [
  'post.text_too_long',
  'post.media_refused',
  'post.thread_refused',
  'post.too_large',
] as const;
/** What it takes to give a post another content or time. */
const replanning = [
  'table:get',
  'table:getMany',
  'table:query',
  'table:query:gsi3',
  'table:put',
  'table:delete',
  'queue:publish',
] as const;

const PostPath = z.object({ postId: idOf('post') });

export const postsContract = /* @__PURE__ */ endpoints(
  { domain: 'posts', faults: () => ({ ...postFaults, ...connectionFaults }) },
  () => ({
    createPost: {
      route: 'POST /posts',
      summary: 'Store a draft, or a scheduled post when `publishAt` is given',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      role: 'editor',
      body: NewPost,
      reply: { status: 201, body: Post },
      faults: ['connection.not_found', 'post.in_past', 'post.no_targets', ...contentFaults],
      needs: ['table:getMany', 'table:put', 'table:query:gsi3', 'queue:publish'],
    },
    listPosts: {
      route: 'GET /posts',
      summary: 'Posts of the team, newest first',
      auth: 'team',
      scope: 'posts:read',
      query: PageQuery.extend({ state: PostState.optional() }),
      reply: { status: 200, body: pageOf(Post) },
      faults: [],
      needs: ['table:query', 'table:query:gsi2', 'cursor'],
    },
    getPost: {
      route: 'GET /posts/{postId}',
      summary: 'One post with the state of each target',
      auth: 'team',
      scope: 'posts:read',
      versioned: true,
      path: PostPath,
      reply: { status: 200, body: Post },
      faults: ['post.not_found'],
      needs: ['table:get', 'table:getMany', 'table:query', 'table:query:gsi3'],
    },
    updatePost: {
      route: 'PATCH /posts/{postId}',
      summary: 'Edit, reschedule or unschedule a post that is not yet due',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      role: 'editor',
      path: PostPath,
      body: PostPatch,
      reply: { status: 200, body: Post },
      faults: [
        'post.not_found',
        'post.locked',
        'post.final',
        'connection.not_found',
        'post.in_past',
        'post.no_targets',
        ...contentFaults,
      ],
      needs: replanning,
    },
    schedulePost: {
      route: 'POST /posts/{postId}/schedule',
      summary: 'Plan a post that is not yet due: at a time, in the next free slot, or now',
      description:
        'With `next_slot` each target gets the next free slot of its own connection, so their times may differ. A slot is given back when the post is planned otherwise or deleted.',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'post.scheduled',
      role: 'editor',
      path: PostPath,
      body: PostPlan,
      reply: { status: 200, body: Post },
      faults: [
        'post.not_found',
        'post.locked',
        'post.final',
        'connection.not_found',
        'post.in_past',
        'post.no_targets',
        'post.no_free_slot',
        'post.slot_taken',
        ...contentFaults,
      ],
      needs: replanning,
    },
    deletePost: {
      route: 'DELETE /posts/{postId}',
      summary: 'Cancel and delete a post that is not yet due',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'post.deleted',
      role: 'editor',
      path: PostPath,
      reply: { status: 204 },
      faults: ['post.not_found', 'post.locked', 'post.final'],
      needs: ['table:get', 'table:query', 'table:delete'],
    },
    publishPost: {
      route: 'POST /posts/{postId}/publish',
      summary: 'Publish a draft or scheduled post now',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'post.published',
      role: 'editor',
      path: PostPath,
      reply: { status: 202, body: Post },
      faults: [
        'post.not_found',
        'post.locked',
        'post.final',
        'connection.not_found',
        'post.no_targets',
        ...contentFaults,
      ],
      needs: replanning,
    },
  }),
);

export const postsTimers = /* @__PURE__ */ timers('posts', {
  recheckLocalTimes: {
    summary: 'Moves posts that were planned by a local time whose zone has other rules by now',
    every: 'hour',
    needs: ['table:get', 'table:getMany', 'table:query', 'table:query:gsi1', 'table:put', 'table:delete'],
    timeoutSeconds: 300,
  },
  forecastDay: {
    summary: 'Tells teams what will keep posts of the next day from going out',
    every: 'day',
    needs: ['table:getMany', 'table:query:gsi1', 'table:query:gsi3', 'table:put'],
    timeoutSeconds: 300,
  },
});

export const postsEvents = /* @__PURE__ */ events({
  /** Posts of the next day on one connection, and what will keep them from going out; told once a day. */
  'posts.at_risk': z.object({
    connectionId: idOf('conn'),
    count: z.number().int().positive(),
    firstAt: UtcInstant,
    problems: z.array(PostWarning.omit({ connectionId: true })).min(1),
  }),
});
