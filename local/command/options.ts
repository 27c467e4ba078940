import { parseArgs } from 'node:util';

export type CommandOptions = {
  port: number | undefined;
  dataDir: string | undefined;
  fast: boolean;
  quiet: boolean;
  json: boolean;
  help: boolean;
};

export const usage = `Runs the backend on this machine, from the templates that would be deployed.

  npm start -- [options]

  --port N     port of the HTTP API; must be free (default 4000, or a free one)
  --data DIR   keep state in DIR over restarts (queues and files in buckets are lost all the same)
  --fast       every schedule ticks each second
  --quiet      no progress, no word about refused calls and failed functions
  --json       when ready, one line of JSON on standard output; everything else goes to standard error
  --help       this text
`;

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): CommandOptions | { mistake: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        fast: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { port, data: dataDir, ...flags } = values;
    if (port !== undefined && !isPort(port)) return { mistake: `--port takes a number from 1 to 65535, not "${port}"` };
    return { port: port === undefined ? undefined : Number(port), dataDir, ...flags };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

const isPort = (text: string) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
