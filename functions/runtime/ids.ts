import { TypeID, typeid } from 'typeid-js';
import * as z from 'zod';

/** Every id prefix there is; the upper-case form begins the row keys of the same entity. */
const prefixes = [
  'user',
  'team',
  'conn',
  'post',
  'event',
  'attempt',
  'lease',
  'invite',
  'key',
  'audit',
  'pending',
  'recur',
] as const;
export type IdPrefix = (typeof prefixes)[number];

/** A new id, for example `post_01j…`: prefixed, and sortable by the time it was made. */
export const newId = (prefix: IdPrefix) => typeid(prefix).toString();

/** The id that belongs to a UUID given by another system: the same UUID gives the same id. */
export const idFromUuid = (prefix: IdPrefix, uuid: string) => TypeID.fromUUID(prefix, uuid).toString();

const schemaOf = (prefix: IdPrefix) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`),
      `must be an id like ${prefix}_01jdxb8ncye2ha5vvbz9fnzbzt`,
    )
    .meta({ description: `Id of the kind \`${prefix}_…\`.`, example: `${prefix}_01jdxb8ncye2ha5vvbz9fnzbzt` });

const schemas = new Map<IdPrefix, ReturnType<typeof schemaOf>>();

/** Schema of an id in requests, replies and rows; one for each prefix, as every cold start makes them all. */
export function idOf(prefix: IdPrefix) {
  const schema = schemas.get(prefix) ?? schemaOf(prefix);
  schemas.set(prefix, schema);
  return schema;
}
