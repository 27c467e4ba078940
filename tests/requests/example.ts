import fc from 'fast-check';
import type { Way } from './id-places.ts';
import type { Shape } from './shape.ts';

/** What to put into an example. */
export type Filling = {
  /** The id to put where one of this kind belongs; `isGoal` at the place that was asked for. */
  id: (prefix: string, isGoal: boolean) => string;
  /** A text for a field of this name; without one, the schema's own example. */
  text?: (field: string) => string | undefined;
  /** Which option to take where there is a choice; the first, unless told. */
  option?: number;
  /** With every field that may be left out. */
  isFull?: boolean;
};
type Place = { goal?: Way | undefined; field?: string };

/** A value that fits a shape, as small as told, and has the place that `goal` leads to. */
export function exampleOf(shape: Shape, filling: Filling, { goal, field = '' }: Place = {}): unknown {
  const [step, ...rest] = goal ?? [];
  const onward = step === undefined ? undefined : rest;
  switch (shape.kind) {
    case 'object': {
      const isNeeded = (name: string) => filling.isFull || shape.required.includes(name) || step === `.${name}`;
      const names = Object.keys(shape.fields).filter(isNeeded);
      const fields = names.map((name) => {
        const inner = shape.fields[name];
        return [
          name,
          inner && exampleOf(inner, filling, { goal: step === `.${name}` ? onward : undefined, field: name }),
        ];
      });
      return Object.fromEntries(fields);
    }
    case 'record':
      return onward ? { name: exampleOf(shape.value, filling, { goal: onward }) } : {};
    case 'list': {
      const length = Math.max(shape.min, onward ? 1 : 0);
      const items = Array.from({ length }, (_, place) => (place === 0 ? onward : undefined));
      return items.map((inner) => exampleOf(shape.item, filling, { goal: inner, field }));
    }
    case 'choice': {
      const place = step === undefined ? (filling.option ?? 0) % shape.options.length : Number(step.slice(1));
      const option = shape.options[place];
      return option && exampleOf(option, filling, { goal: onward, field });
    }
    case 'fixed':
      return shape.values[0];
    case 'number':
      return Math.max(shape.min, Math.min(shape.max, 1));
    case 'id':
      return filling.id(shape.prefix, goal !== undefined);
    case 'text':
      return filling.text?.(field) ?? shape.example ?? exampleText(shape);
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
