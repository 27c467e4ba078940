import { describe, expect, test } from 'vitest';
import { refusalOf as bluesky } from '../../functions/platforms/bluesky/api.ts';
import { refusalOf as linkedin } from '../../functions/platforms/linkedin/api.ts';
import { refusalOf as mastodon } from '../../functions/platforms/mastodon/api.ts';
import { graphRefusal as meta } from '../../functions/platforms/meta-graph.ts';
import { refusalOf as pinterest } from '../../functions/platforms/pinterest/api.ts';
import { refusalOf as tiktok } from '../../functions/platforms/tiktok/api.ts';
import { refusalOf as x } from '../../functions/platforms/x/api.ts';
import { refusalOf as youtube } from '../../functions/platforms/youtube/refusals.ts';

const platforms = { bluesky, linkedin, mastodon, meta, pinterest, tiktok, x, youtube };
const now = new Date('2030-01-01T12:00:00Z');

describe.each(Object.entries(platforms))('%s: a refusal', (_, refusalOf) => {
  test.each([
    [400, '{"error":{"mess'],
    [400, '<html><title>Bad gateway'],
    [403, ''],
  ])('of %i that cannot be read (%s) ends no post', (status, body) => {
    expect(refusalOf({ status, headers: {}, body }, now).kind).toBe('retry_later');
  });

  test('that can be read does', () => {
    expect(refusalOf({ status: 400, headers: {}, body: '{}' }, now).kind).toBe('content_rejected');
  });

  test.each([
    [401, 'reconnect'],
    [429, 'rate_limited'],
  ])('of %i needs no words', (status, kind) => {
    expect(refusalOf({ status, headers: {}, body: '' }, now).kind).toBe(kind);
  });
});
