import { writeFile } from 'node:fs/promises';
import { domains } from '../functions/contracts.ts';
import { documentText } from '../lib/openapi/document.ts';

/** Writes docs/openapi.json from the contracts. */
const path = new URL('../docs/openapi.json', import.meta.url);
await writeFile(path, await documentText(domains));
console.log('docs/openapi.json is current');
