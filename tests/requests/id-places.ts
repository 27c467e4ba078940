import type { Shape } from './shape.ts';

/** A way into a shape: `.name` for a field, `{}` and `[]` for what is in a record or list, `|0` for an option. */
export type Way = readonly string[];
export type IdPlace = { way: Way; prefix: string };

/** Every place of a shape where an id stands, and of which kind. */
export function idPlaces(shape: Shape, way: Way = []): IdPlace[] {
  switch (shape.kind) {
    case 'id':
      return [{ way, prefix: shape.prefix }];
    case 'object':
      return Object.entries(shape.fields).flatMap(([name, field]) => idPlaces(field, [...way, `.${name}`]));
    case 'record':
      return idPlaces(shape.value, [...way, '{}']);
    case 'list':
      return idPlaces(shape.item, [...way, '[]']);
    case 'choice':
      return shape.options.flatMap((option, place) => idPlaces(option, [...way, `|${place}`]));
    default:
      return [];
  }
}
