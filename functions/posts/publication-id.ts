import * as z from 'zod';

const part = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const pattern = new RegExp(`^pub_(${part})(${part})$`);

/** Id of a publication: made of those of its post and its connection, so that one read by key finds it. */
export const PublicationId = z
  .string()
  .regex(pattern, 'must be an id like pub_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzt')
  .meta({
    description: 'Id of the kind `pub_…`.',
    example: 'pub_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzt',
  });

type Parts = { postId: string; connectionId: string };

export const publicationIdOf = ({ postId, connectionId }: Parts) =>
  `pub_${postId.replace('post_', '')}${connectionId.replace('conn_', '')}`;

/** The post and the connection that an id names. */
export function partsOfPublicationId(id: string): Parts {
  const [, post = '', connection = ''] = pattern.exec(id) ?? [];
  return { postId: `post_${post}`, connectionId: `conn_${connection}` };
}
