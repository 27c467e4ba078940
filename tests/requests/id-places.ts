import { partsOf, type Shape } from './shape.ts';

/** A way into a shape: `.name` for a field, `{}` and `[]` for what is in a record or list, `|0` for an option. */
export type Way = readonly string[];
export type IdPlace = { way: Way; prefix: string };

/** Every place of a shape where an id stands, and of which kind. */
export function idPlaces(shape: Shape, way: Way = []): IdPlace[] {
  if (shape.kind === 'id') return [{ way, prefix: shape.prefix }];
  return partsOf(shape).flatMap(({ step, inner }) => idPlaces(inner, [...way, step]));
}

/** Ids that are not ours: platforms gave them. */
const foreignIds = ['.accountIds', '.platformPostId'];
/** So are all in what a post wishes for single platforms. */
const foreignWishes = '.overrides';

/** Every field that is called an id, and takes what is none of a known kind: such ids would escape those who try them. */
export function unknownIds(shape: Shape, way: Way = []): Way[] {
  return partsOf(shape).flatMap(({ step, inner }) => {
    if (step === foreignWishes) return [];
    const isUnknown = /Ids?$/.test(step) && !foreignIds.includes(step) && idPlaces(inner).length === 0;
    return [...(isUnknown ? [[...way, step]] : []), ...unknownIds(inner, [...way, step])];
  });
}
