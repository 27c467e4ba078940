import type { PlatformId, RetryClass } from '../../functions/platforms/contract.ts';

/** A publication as the table tells it. */
export type Told = {
  postId: string;
  connectionId: string;
  platform: PlatformId;
  state: string;
  platformPostId?: string | undefined;
  /** How much of it is out, where a first comment follows. */
  partsOut?: number | undefined;
};
/** A post as a platform shows it. */
export type Shown = { platform: PlatformId; id: string; text: string };
/** A post that was asked for, with the accounts it was to go to. */
export type Asked = {
  text: string;
  firstComment?: string | undefined;
  postId?: string | undefined;
  connectionIds: readonly string[];
};

export type Evidence = {
  asked: readonly Asked[];
  told: readonly Told[];
  shown: readonly Shown[];
  platformOf: ReadonlyMap<string, PlatformId>;
  classOf: (platform: PlatformId, part: 'post' | 'firstComment') => RetryClass;
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
  const texts = new Set(asked.flatMap(({ text, firstComment }) => [text, firstComment]));
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
    const copiesOf = (text: string) => shown.filter((one) => one.platform === platform && one.text === text);
    const wanted = [post.text, post.firstComment].filter((text) => text !== undefined);
    const extra = wanted.flatMap((text) =>
      copiesOf(text)
        .slice(1)
        .map(() => doubled(platform, text)),
    );
    const row = told.find((one) => one.postId === post.postId && one.connectionId === connectionId);
    const isUnprovable = classOf(platform, row?.partsOut ? 'firstComment' : 'post') === 'unprovable';
    const isCommented = post.firstComment === undefined || copiesOf(post.firstComment).length > 0;
    return [...extra, ...whatIsWrong({ row, copies: copiesOf(post.text), isCommented, isUnprovable, name: post.text })];
  });
}

type Case = {
  row: Told | undefined;
  copies: readonly Shown[];
  isCommented: boolean;
  isUnprovable: boolean;
  name: string;
};

function whatIsWrong({ row, copies, isCommented, isUnprovable, name }: Case): Finding[] {
  const comment = isCommented ? '' : ' without its first comment';
  const what = `${row?.platform} ${row?.postId} ${row?.connectionId}: ${row?.state}, shown ${copies.length} times${comment}: ${name}`;
  if (row?.state === 'unconfirmed') {
    const unconfirmed: Finding = { kind: 'unconfirmed', what };
    return isUnprovable ? [unconfirmed] : [unconfirmed, { kind: 'falseUnconfirmed', what }];
  }
  const isThere = row?.state === 'published' && isCommented && copies.some(({ id }) => id === row.platformPostId);
  return isThere ? [] : [{ kind: 'lost', what }];
}
