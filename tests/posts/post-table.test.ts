import { describe, expect, test } from 'vitest';
import { plan } from '../../functions/posts/post.ts';
import { postTable } from '../../functions/posts/post-table.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { mastodonTarget, noon, plannedPost, shards } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

describe('load', () => {
  test('never shows a post with the publications of another moment', async () => {
    const table = await freshTable();
    const due = dueIndex('DUE', shards);
    const posts = postTable(table, due);
    const draft = plannedPost({ targets: [mastodonTarget()], publishAt: null });
    await posts.insert(draft);
    const { text, targets } = draft.post;
    const scheduled = plan(draft.post, { text, targets, publishAt: '2030-01-02T00:00:00.000Z' }, noon);
    let raced = false;
    // Between the read of the publications and the read of the post, the post is scheduled.
    const slowPost = {
      ...table,
      get: async (...call: Parameters<typeof table.get>) => {
        if (!raced) {
          raced = true;
          await posts.replace(draft, scheduled);
        }
        return table.get(...call);
      },
    };
    const { post, publications } = await postTable(slowPost, due).load(testTeamId, draft.post.id);
    expect(post.publishAt).toBe(scheduled.post.publishAt);
    expect(publications).toHaveLength(1);
  });
});
