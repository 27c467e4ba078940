import { describe, expect, test } from 'vitest';
import type { TargetConnection } from '../../functions/connections/public.ts';
import { catalogue } from '../../functions/platforms/public.ts';
import type { PostTarget } from '../../functions/posts/contract.ts';
import { warningsOf } from '../../functions/posts/warnings.ts';
import { later, mastodonTarget } from '../support/posts.ts';

const before = '2030-01-01T12:59:59.999Z';

/** What is told of one scheduled target. */
function told(overrides: Partial<TargetConnection>, target: Partial<PostTarget> = {}) {
  const connection = mastodonTarget(overrides);
  const scheduled = {
    connectionId: connection.id,
    platform: connection.platform,
    state: 'scheduled',
    ...target,
  } as const;
  const warnings = warningsOf({ publishAt: later, targets: [scheduled] }, [connection]);
  expect(warnings.every(({ connectionId }) => connectionId === connection.id)).toBe(true);
  return warnings.map(({ code, action }) => [code, action]);
}

const dies = { tokenExpiresAt: later, tokenIsRenewable: false };

describe('warnings', () => {
  test.each<[string, Partial<TargetConnection>, string[][]]>([
    ['nothing where all is well', {}, []],
    ['an access that ends first', dies, [['token_expires', 'reconnect']]],
    ['an access that ended', { ...dies, tokenExpiresAt: before }, [['token_expires', 'reconnect']]],
    ['nothing of one that we renew', { ...dies, tokenIsRenewable: true }, []],
    ['nothing of one that ends after it', { ...dies, tokenExpiresAt: '2030-01-01T13:00:00.001Z' }, []],
    [
      'an access that is lost, whatever else',
      { ...dies, state: 'needs_reconnect', scopes: [] },
      [['needs_reconnect', 'reconnect']],
    ],
    ['an access that the user took back', { state: 'revoked' }, [['needs_reconnect', 'reconnect']]],
    ['what was not granted', { scopes: ['read'] }, [['scope_missing', 'reconnect']]],
    [
      'a switch, and what else is wrong',
      { isEnabled: false, state: 'revoked' },
      [
        ['disabled', 'enable'],
        ['needs_reconnect', 'reconnect'],
      ],
    ],
  ])('tell %s', (_, connection, warnings) => {
    expect(told(connection)).toEqual(warnings);
  });

  test('name what is missing, and when', () => {
    const connection = mastodonTarget({ ...dies, scopes: ['read'] });
    const target = { connectionId: connection.id, platform: 'mastodon', state: 'queued' } as const;
    const messages = warningsOf({ publishAt: later, targets: [target] }, [connection]).map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(later), expect.stringContaining('write:statuses')]);
  });

  test('go by the time of the target, where it has one of its own', () => {
    expect(told(dies, { publishAt: before })).toEqual([]);
    expect(told(dies, { publishAt: later })).toHaveLength(1);
  });

  test.each(['draft', 'published', 'failed', 'cancelled', 'missed', 'unconfirmed'] as const)(
    'are silent about a target that is %s',
    (state) => {
      expect(told({ state: 'revoked' }, { state })).toEqual([]);
    },
  );

  test.each([
    [{}, ['option_missing']],
    [{ tiktok: { privacy: 'private' } }, []],
  ] as const)('tell of what TikTok wants said for each post, unless it is: %j', (overrides, codes) => {
    const connection = mastodonTarget({ platform: 'tiktok', scopes: catalogue.tiktok.scopes });
    const targets = [{ connectionId: connection.id, platform: 'tiktok', state: 'scheduled' }] as const;
    const warnings = warningsOf({ publishAt: later, targets: [...targets], overrides }, [connection]);
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  });

  test('tell of a connection that is gone', () => {
    const target = { connectionId: mastodonTarget().id, platform: 'mastodon', state: 'scheduled' } as const;
    expect(warningsOf({ publishAt: later, targets: [target] }, [])).toMatchObject([{ code: 'connection_removed' }]);
  });
});
