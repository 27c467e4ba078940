type Parts = { postId: string; connectionId: string };

/** Length of an id without its prefix. */
const partLength = 26;

/** The id of a publication is made of those of its post and its connection, so that one read by key finds it. */
export const publicationIdOf = ({ postId, connectionId }: Parts) =>
  `pub_${postId.replace('post_', '')}${connectionId.replace('conn_', '')}`;

/** The post and the connection that an id names. */
export function partsOfPublicationId(id: string): Parts {
  const parts = id.replace('pub_', '');
  return { postId: `post_${parts.slice(0, partLength)}`, connectionId: `conn_${parts.slice(partLength)}` };
}
