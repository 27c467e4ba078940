import fc from 'fast-check';
import type { Way } from './id-places.ts';
import type { Shape } from './shape.ts';

/** Gives the id to put where one of this kind belongs; `isGoal` at the place that was asked for. */
export type Ids = (prefix: string, isGoal: boolean) => string;

/** The smallest value that fits a shape and has the place that `goal` leads to. */
export function exampleOf(shape: Shape, ids: Ids, goal?: Way): unknown {
  const [step, ...rest] = goal ?? [];
  const onward = step === undefined ? undefined : rest;
  switch (shape.kind) {
    case 'object': {
      const names = Object.keys(shape.fields).filter((name) => shape.required.includes(name) || step === `.${name}`);
      const fields = names.map((name) => {
        const field = shape.fields[name];
        return [name, field && exampleOf(field, ids, step === `.${name}` ? onward : undefined)];
      });
      return Object.fromEntries(fields);
    }
    case 'record':
      return onward ? { name: exampleOf(shape.value, ids, onward) } : {};
    case 'list': {
      const length = Math.max(shape.min, onward ? 1 : 0);
      return Array.from({ length }, (_, place) => exampleOf(shape.item, ids, place === 0 ? onward : undefined));
    }
    case 'choice': {
      const option = shape.options[Number(step?.slice(1) ?? 0)];
      return option && exampleOf(option, ids, onward);
    }
    case 'fixed':
      return shape.values[0];
    case 'number':
      return Math.max(shape.min, Math.min(shape.max, 1));
    case 'id':
      return ids(shape.prefix, goal !== undefined);
    case 'text':
      return shape.example ?? exampleText(shape);
  }
}

const ofFormat: Readonly<Record<string, string>> = {
  email: 'ada@example.com',
  uri: 'https://example.com',
  'date-time': '2035-01-31T09:30:00Z',
};

function exampleText({ min, pattern, format }: Extract<Shape, { kind: 'text' }>): string {
  const known = ofFormat[format ?? ''];
  if (known !== undefined) return known;
  if (pattern === undefined) return 'x'.repeat(Math.max(1, min));
  const [text = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 1 });
  return text;
}
