import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { domains } from '../../../functions/contracts.ts';
import { faultIndex } from '../../../lib/openapi/problems.ts';
import { errorsPage } from '../../../lib/reference/errors-page.ts';

const page = errorsPage(domains);
const sectionOf = (code: string) => page.split('\n### ').find((section) => section.startsWith(`${code}\n`)) ?? '';

describe('docs/errors.md', () => {
  test('is current; if it is not: npm run openapi', () => {
    expect(readFileSync('docs/errors.md', 'utf8') === page).toBe(true);
  });

  test.each([...faultIndex(domains).values()])('explains $code', ({ code, title, remedy }) => {
    expect(sectionOf(code)).toContain(title);
    expect(sectionOf(code)).toContain(remedy);
  });

  test('tells the status and who gives it, in few words', () => {
    expect(sectionOf('post.no_targets')).toContain('**422**');
    expect(sectionOf('post.no_targets')).toContain('Given by `POST /posts`, `PATCH /posts/{postId}`');
    expect(sectionOf('internal.error')).toContain('Given by every operation.');
    expect(sectionOf('limit.requests_exceeded')).toContain('Given by every operation of a team.');
    expect(sectionOf('input.invalid')).toMatch(/Given by \d+ operations\./);
  });
});
