import { describe, expect, test } from 'vitest';
import { readOptions } from '../../../local/command/options.ts';

const none = { port: undefined, dataDir: undefined, fast: false, quiet: false, json: false, help: false };

describe('options of npm start', () => {
  test.each<[string[], object]>([
    [[], none],
    [['--port', '4100', '--data', '.data'], { ...none, port: 4100, dataDir: '.data' }],
    [['--fast', '--quiet', '--json'], { ...none, fast: true, quiet: true, json: true }],
    [['--help'], { ...none, help: true }],
  ])('%j', (args, expected) => {
    expect(readOptions(args)).toEqual(expected);
  });

  test.each([
    [['--prot', '1']],
    [['extra']],
    [['--port', '0']],
    [['--port', '70000']],
    [['--port', 'x']],
    [['--data']],
  ])('%j is a mistake', (args) => {
    expect(readOptions(args)).toEqual({ mistake: expect.any(String) });
  });
});
