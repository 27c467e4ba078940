import { existsSync } from 'node:fs';
import type { KnipConfig } from 'knip';
import { domains } from './functions/contracts.ts';
import { deployedFunctions } from './lib/deployed-functions.ts';

/** Nothing imports a handler, or the package of an asset: a contract entry leads to it. */
const functions = deployedFunctions(domains);
const foreignAssets = functions.flatMap(({ assets = [] }) => assets.filter((asset) => !existsSync(asset)));
const assetPackages = foreignAssets.map((asset) => asset.split('/')[0] ?? asset);

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: ['bin/*.ts', 'functions/*/contract.ts', ...functions.map(({ file }) => file)],
      project: ['{bin,lib,functions,local,tests}/**/*.ts'],
      ignoreDependencies: [...new Set(assetPackages)],
    },
    'clients/typescript': { entry: ['generate-api.ts', 'src/api.ts'], project: ['**/*.ts'] },
  },
  ignoreExportsUsedInFile: { type: true, interface: true },
};
export default config;
