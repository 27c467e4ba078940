import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid, scopeMissing } from './refusals.ts';
import { answered, callerOf, type TiktokStore } from './store.ts';

const scopeOfField: Readonly<Record<string, string>> = {
  open_id: 'user.info.basic',
  union_id: 'user.info.basic',
  avatar_url: 'user.info.basic',
  display_name: 'user.info.basic',
  username: 'user.info.profile',
};

/** What a creator may post to whom. */
export function creatorInfo({ restricted, maxVideoSeconds, url }: TiktokStore, username: string) {
  const isRestricted = restricted.includes(username);
  return {
    creator_avatar_url: `${url}/avatars/${username}.webp`,
    creator_username: username,
    creator_nickname: username,
    privacy_level_options: isRestricted ? ['SELF_ONLY'] : ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
    comment_disabled: isRestricted,
    duet_disabled: isRestricted,
    stitch_disabled: isRestricted,
    max_video_post_duration_sec: maxVideoSeconds,
  };
}

export function addCreators(app: SandboxApp, store: TiktokStore) {
  // https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
  app.get('/v2/user/info/', (c) => {
    const { openId, username, scopes } = callerOf(c, store, 'user.info.basic');
    const fields = (c.req.query('fields') ?? '').split(',').filter(Boolean);
    if (fields.length === 0) throw invalid('Fields are required');
    const all: Record<string, string> = {
      ...{ open_id: openId, union_id: openId, display_name: username, username },
      avatar_url: `${store.url}/avatars/${username}.webp`,
    };
    for (const field of fields) {
      const scope = scopeOfField[field];
      if (scope === undefined) throw invalid(`Fields is invalid: ${field}`);
      if (!scopes.includes(scope)) throw scopeMissing(scope);
    }
    return answered({ user: Object.fromEntries(fields.map((field) => [field, all[field]])) });
  });

  // https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info
  app.post('/v2/post/publish/creator_info/query/', (c) =>
    answered(creatorInfo(store, callerOf(c, store, 'video.publish').username)),
  );
}
