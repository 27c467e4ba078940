import { catalogue } from '../platforms/public.ts';
import { type DueIndex, notDue } from '../runtime/due-index.ts';
import type { StoredPost } from './post.ts';
import type { StoredPublication } from './publication.ts';
import type { PostState } from './schemas.ts';
import { isSettled } from './transitions.ts';

// One post           pk TEAM#<team>              sk POST#<post>
// Posts of a team    pk TEAM#<team>              sk begins POST#   ids are time-ordered: newest first is a reverse read
//   … in a state     gsi2pk TEAM#<team>#POSTS#<state>  gsi2sk <post>
// Publications       pk TEAM#<team>#POST#<post>  sk PUB#<connection>
//   … that are due   gsi1 (runtime/due-index.ts), kind DUE, until they are settled
//   … to be counted   gsi3pk TEAM#<team>#OUT#<connection>   gsi3sk <published>#<post>, once they are out
//   … of a lane      gsi3pk TEAM#<team>#LANE#<connection>  gsi3sk <due>#<post>, until they are settled

type PostRef = { teamId: string; id: string };
export type PublicationKey = Pick<StoredPublication, 'teamId' | 'postId' | 'connectionId'>;

export const postKey = ({ teamId, id }: PostRef) => ({ pk: `TEAM#${teamId}`, sk: `POST#${id}` });

export const stateKeys = ({ teamId, state, id }: PostRef & { state: PostState }) => ({
  gsi2pk: `TEAM#${teamId}#POSTS#${state}`,
  gsi2sk: id,
});

/** What most posts have not got is left out: a row with one target stays within a kilobyte, and each write of it one unit. */
export const postRow = ({ media, overrides, thread, firstComment, schedule, recurrence, ...post }: StoredPost) => ({
  ...postKey(post),
  ...stateKeys(post),
  entity: 'post',
  v: 1,
  ...post,
  ...(media.length > 0 && { media }),
  ...(Object.keys(overrides).length > 0 && { overrides }),
  ...(thread.length > 0 && { thread }),
  ...(firstComment !== null && { firstComment }),
  ...(schedule && { schedule }),
  ...(recurrence && { recurrence }),
});

export const publicationKey = ({ teamId, postId, connectionId }: PublicationKey) => ({
  pk: `TEAM#${teamId}#POST#${postId}`,
  sk: `PUB#${connectionId}`,
});

/** A publication that is not settled is due work; its id in the index tells it from the post's other ones. */
export const publicationRow = (publication: StoredPublication, due: DueIndex) => ({
  ...publicationKey(publication),
  ...(!isSettled(publication.state) && workKeys(publication, due)),
  entity: 'publication',
  v: 1,
  ...publication,
});

type Timed = PublicationKey & Pick<StoredPublication, 'timeZone'>;
/** Ends the index key of what was planned by a local time: the rules of its zone are looked at again before it is due. */
const byLocalTime = '#L';
export const isByLocalTime = (gsi1sk: string) => gsi1sk.endsWith(byLocalTime);

export const dueKeys = ({ postId, connectionId, timeZone }: Timed, at: string, due: DueIndex) =>
  due.keys(`${postId}:${connectionId}${timeZone ? byLocalTime : ''}`, at);

type Work = Timed & Pick<StoredPublication, 'dueAt' | 'nextAttemptAt'>;

/** Puts a publication among the work to be done: of its time, and of its connection. */
export const workKeys = (publication: Work, due: DueIndex) => ({
  ...dueKeys(publication, publication.nextAttemptAt, due),
  gsi3pk: lane(publication),
  gsi3sk: `${publication.dueAt}#${publication.postId}`,
});
/** Takes it out of both. */
export const noWork = { ...notDue, gsi3pk: undefined, gsi3sk: undefined };

type Out = Pick<StoredPublication, 'teamId' | 'postId' | 'connectionId' | 'platform'>;

/**
 * Takes one that is out from the work. Where the platform has a limit and does not tell how much of it is left, it stays
 * among those that its connection has published, to be counted; that costs a write unit.
 */
export const publishedKeys = ({ platform, postId, ...owner }: Out, publishedAt: string) =>
  catalogue[platform].limits.posts?.countedBy === 'us'
    ? { ...notDue, gsi3pk: outOf(owner), gsi3sk: `${publishedAt}#${postId}` }
    : noWork;

export const outOf = ({ teamId, connectionId }: Pick<PublicationKey, 'teamId' | 'connectionId'>) =>
  `TEAM#${teamId}#OUT#${connectionId}`;

export const lane = ({ teamId, connectionId }: Pick<PublicationKey, 'teamId' | 'connectionId'>) =>
  `TEAM#${teamId}#LANE#${connectionId}`;

/** The publication that a row of an index names. */
export function publicationOfKeys({ pk, sk }: { pk: string; sk: string }): PublicationKey {
  const [, teamId = '', , postId = ''] = pk.split('#');
  return { teamId, postId, connectionId: sk.replace('PUB#', '') };
}
