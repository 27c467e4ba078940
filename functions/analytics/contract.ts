import * as z from 'zod';
import { PlatformId } from '../platforms/contract.ts';
import { postFaults } from '../posts/contract.ts';
import { publishingEvents } from '../publishing/contract.ts';
import { endpoints, subscribers, timers } from '../runtime/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { UtcInstant } from '../runtime/shapes.ts';

const Figure = z
  .number()
  .int()
  .nonnegative()
  .nullable()
  .meta({ description: 'null: not available, which is not 0.', example: 12 });

/** What a published post has earned on one target, as last read from the platform. */
export const TargetMetrics = z.object({
  connectionId: idOf('conn'),
  platform: PlatformId,
  likes: Figure,
  reposts: Figure,
  replies: Figure,
  fetchedAt: UtcInstant.nullable().meta({ description: 'null: not read yet.' }),
});
export type TargetMetrics = z.infer<typeof TargetMetrics>;

export const PostMetrics = z.object({ postId: idOf('post'), targets: z.array(TargetMetrics) });
export type PostMetrics = z.infer<typeof PostMetrics>;

export const analyticsContract = endpoints(
  { domain: 'analytics', faults: postFaults },
  {
    getPostMetrics: {
      route: 'GET /posts/{postId}/metrics',
      summary: 'Likes, reposts and replies of a post on each target',
      auth: 'team',
      scope: 'analytics:read',
      path: z.object({ postId: idOf('post') }),
      reply: { status: 200, body: PostMetrics },
      faults: ['post.not_found'],
      needs: ['table:get', 'table:query'],
    },
  },
);

export const analyticsSubscribers = subscribers('analytics', {
  trackPublication: {
    summary: 'Begins to collect the figures of a publication once it is out',
    on: publishingEvents['publication.published'],
    needs: ['table:put'],
  },
});

export const analyticsTimers = timers('analytics', {
  collectDueMetrics: {
    summary: 'Reads the figures that are due from the platforms, often at first and then ever more rarely',
    every: 'minute',
    needs: [
      'table:get',
      'table:query',
      'table:getMany',
      'table:query:gsi1',
      'table:update',
      'secrets:seal',
      'secrets:open',
      'hosts',
      'platform-apps',
    ],
    timeoutSeconds: 50,
  },
});
