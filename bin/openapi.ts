import { writeFile } from 'node:fs/promises';
import { generatedApi } from '../clients/typescript/generate-api.ts';
import { domains } from '../functions/contracts.ts';
import { catalogue } from '../functions/platforms/catalogue.ts';
import { documentText } from '../lib/openapi/document.ts';
import { errorsPage } from '../lib/reference/errors-page.ts';
import { permissionsPage } from '../lib/reference/permissions-page.ts';
import { platformLimitsPage } from '../lib/reference/platform-limits-page.ts';

/** Writes all that follows from the contracts: documents for people and tools, and what the client knows of the API. */
const openapi = await documentText(domains);
const files = {
  'docs/openapi.json': openapi,
  'docs/errors.md': errorsPage(domains),
  'docs/permissions.md': permissionsPage(domains),
  'docs/platform-limits.md': platformLimitsPage(Object.values(catalogue)),
  'clients/typescript/src/api.ts': await generatedApi(openapi),
};
for (const [path, text] of Object.entries(files)) {
  await writeFile(new URL(`../${path}`, import.meta.url), text);
  console.log(`${path} is current`);
}
