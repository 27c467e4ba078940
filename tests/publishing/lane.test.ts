import { describe, expect, test } from 'vitest';
import { publicationKey } from '../../functions/posts/post-rows.ts';
import type { StoredPublication } from '../../functions/posts/publication.ts';
import { rememberEnds } from '../../functions/publishing/lane.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { claim, freshPosts, later, plannedPost, publishedOutcome } from '../support/posts.ts';

async function setup() {
  const { posts, publications } = await freshPosts();
  const planned = plannedPost();
  await posts.insert(planned);
  const claimed = await claim(publications, planned.publications[0]);
  return { publications, claimed, ends: rememberEnds(publications) };
}
/** As the index shows it, which is a moment old. */
const head = (publication: StoredPublication) => publicationKey(publication);

describe('a run of a lane', () => {
  test('passes over what it has ended itself, though the index still shows it', async () => {
    const { claimed, ends } = await setup();
    expect(ends.isOpen(head(claimed))).toBe(true);
    expect(await ends.publications.settle(claimed, publishedOutcome)).toBe(true);
    expect(ends.isOpen(head(claimed))).toBe(false);
    const other = plannedPost().publications[0];
    expect(other && ends.isOpen(head(other))).toBe(true);
  });

  test('goes on with what it could not end', async () => {
    const { publications, claimed, ends } = await setup();
    await claim(publications, claimed, addSeconds(new Date(later), 71));
    expect(await ends.publications.settle(claimed, publishedOutcome)).toBe(false);
    expect(ends.isOpen(head(claimed))).toBe(true);
  });
});
