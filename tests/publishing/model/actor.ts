import type { Table } from '../../../functions/runtime/table.ts';

/** What becomes of a call: it is made; nobody lives to make it, or to see its answer; its answer is lost, and it is sent again. */
export type Fate = 'made' | 'dies before' | 'dies after' | 'sent twice';
type Pending = { name: string; make: (fate: Fate) => Promise<void> };

const verbs = ['get', 'getMany', 'query', 'insert', 'put', 'update', 'delete', 'transact'] as const;
const reading: readonly string[] = ['get', 'getMany', 'query'];
/** DynamoDB knows a transaction that the SDK sends again by its token. */
const repeatable: readonly string[] = ['insert', 'put', 'update', 'delete'];

/** Code under test that stops before each of its calls to the outside, until it is told to go on: so any order can be tried. */
export class Actor {
  readonly name: string;
  readonly diesAt: Date;
  isDone = false;
  failure: unknown;
  private pending: Pending[] = [];
  private isDead = false;

  constructor(name: string, diesAt: Date) {
    this.name = name;
    this.diesAt = diesAt;
  }

  get isAlive() {
    return !(this.isDone || this.isDead);
  }

  /** What it is about to call. */
  get next() {
    return this.pending[0]?.name;
  }

  async start(run: () => Promise<void>): Promise<void> {
    const end = () => {
      this.isDone = true;
    };
    run().then(end, (error) => {
      this.failure = error;
      end();
    });
    await quiet();
  }

  /** Makes a call of it wait until it is its turn. */
  gate<Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.pending.push({
        name,
        make: async (fate) => {
          if (fate === 'dies before') return this.die();
          if (fate === 'sent twice') await call().catch(() => undefined);
          const answer = call();
          if (fate === 'dies after') {
            await answer.catch(() => undefined);
            return this.die();
          }
          await answer.then(resolve, reject);
        },
      });
    });
  }

  /** True when it may have changed something outside. */
  async step(fate: Fate = 'made'): Promise<boolean> {
    const call = this.pending.shift();
    if (!call || this.isDead) return false;
    const [, verb = ''] = call.name.split(' ');
    await call.make(fate === 'sent twice' && !repeatable.includes(verb) ? 'made' : fate);
    await quiet();
    return !reading.includes(verb) || !this.isAlive;
  }

  die(): void {
    this.isDead = true;
    this.pending = [];
  }

  /** The table as this actor reaches it. */
  table(table: Table): Table {
    const gated = verbs.map((verb) => {
      const call: (...args: never[]) => Promise<unknown> = table[verb];
      return [verb, (...args: never[]) => this.gate(`table ${verb}`, () => call(...args))];
    });
    return { ...table, ...Object.fromEntries(gated) };
  }
}

/** Until nothing moves any more but what waits for its turn: code between two calls to the outside needs no timers. */
async function quiet(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
}
