import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { domains } from '../../../functions/contracts.ts';
import { scopes } from '../../../functions/runtime/contract.ts';
import { permissionsPage } from '../../../lib/reference/permissions-page.ts';

const page = permissionsPage(domains);

describe('docs/permissions.md', () => {
  test('is current; if it is not: npm run openapi', () => {
    expect(readFileSync('docs/permissions.md', 'utf8') === page).toBe(true);
  });

  test('has a row for every operation', () => {
    const routes = domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}).map(({ route }) => route));
    expect(routes.filter((route) => !page.includes(`\n| \`${route}\` |`))).toEqual([]);
  });

  test('shows the lowest role, the scope and the name in the audit log', () => {
    expect(page).toContain('| `DELETE /posts/{postId}` |  | ✓ | ✓ | ✓ | `posts:write` | `post.deleted` |');
    expect(page).toContain('| `GET /posts` | ✓ | ✓ | ✓ | ✓ | `posts:read` |  |');
  });

  test('says what each scope allows', () => {
    for (const scope of scopes) expect(page).toMatch(new RegExp(`\\| \`${scope}\` \\| \`[A-Z]+ /`));
  });
});
