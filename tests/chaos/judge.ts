import type { PlatformId, RetryClass } from '../../functions/platforms/contract.ts';

/** A publication as the table tells it. */
export type Told = {
  postId: string;
  connectionId: string;
  platform: PlatformId;
  state: string;
  platformPostId?: string | undefined;
};
/** A post as a platform shows it. */
export type Shown = { platform: PlatformId; id: string; text: string };
/** A post that was asked for, with the accounts it was to go to. */
export type Asked = { text: string; postId?: string | undefined; connectionIds: readonly string[] };

export type Evidence = {
  asked: readonly Asked[];
  told: readonly Told[];
  shown: readonly Shown[];
  platformOf: ReadonlyMap<string, PlatformId>;
  classOf: (platform: PlatformId) => RetryClass;
};
export type Finding = { kind: 'duplicated' | 'lost' | 'unconfirmed' | 'falseUnconfirmed'; what: string };
export type Verdict = {
  posts: number;
  published: number;
  duplicated: number;
  lost: number;
  unconfirmed: number;
  falseUnconfirmed: number;
  findings: Finding[];
};

/**
 * Holds what the platforms show against what was asked for and what the table tells. Nothing that went wrong here was a
 * reason to give a post up: each that is not out must be unconfirmed, and that only where nothing could prove it.
 */
export function judge(evidence: Evidence): Verdict {
  const { asked, shown } = evidence;
  const perPost = asked.map((post) => findingsOf(post, evidence));
  const texts = new Set(asked.map(({ text }) => text));
  const unasked = shown.filter(({ text }) => !texts.has(text)).map(({ platform, text }) => doubled(platform, text));
  const findings = [...perPost.flat(), ...unasked];
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  return {
    posts: asked.length,
    published: perPost.filter((found) => found.every(({ kind }) => kind === 'duplicated')).length,
    duplicated: count('duplicated'),
    lost: count('lost'),
    unconfirmed: count('unconfirmed'),
    falseUnconfirmed: count('falseUnconfirmed'),
    findings,
  };
}

const doubled = (platform: PlatformId, text: string): Finding => ({
  kind: 'duplicated',
  what: `${platform} shows once too often: ${text}`,
});

function findingsOf(post: Asked, { told, shown, platformOf, classOf }: Evidence): Finding[] {
  return post.connectionIds.flatMap((connectionId) => {
    const platform = platformOf.get(connectionId);
    if (platform === undefined) throw new Error(`no connection ${connectionId}`);
    const copies = shown.filter((one) => one.platform === platform && one.text === post.text);
    const extra = copies.slice(1).map(() => doubled(platform, post.text));
    const row = told.find((one) => one.postId === post.postId && one.connectionId === connectionId);
    return [
      ...extra,
      ...whatIsWrong({ row, copies, isUnprovable: classOf(platform) === 'unprovable', name: post.text }),
    ];
  });
}

type Case = { row: Told | undefined; copies: readonly Shown[]; isUnprovable: boolean; name: string };

function whatIsWrong({ row, copies, isUnprovable, name }: Case): Finding[] {
  const what = `${row?.platform} ${row?.postId} ${row?.connectionId}: ${row?.state}, shown ${copies.length} times: ${name}`;
  if (row?.state === 'unconfirmed') {
    const unconfirmed: Finding = { kind: 'unconfirmed', what };
    return isUnprovable ? [unconfirmed] : [unconfirmed, { kind: 'falseUnconfirmed', what }];
  }
  const isThere = row?.state === 'published' && copies.some(({ id }) => id === row.platformPostId);
  return isThere ? [] : [{ kind: 'lost', what }];
}
